"""Verbs of the guides' desk against those who know how they work: signatures, rules, comments.

What has no end hangs here when its guard is taken out; nothing is timed.
"""

import re
import zipfile
from pathlib import Path

import pytest

from storefront import guides
from storefront.catalog.fields import BadField, text
from storefront.claims.house import phrase_pattern
from storefront.claims.operations import BadRule, checked_phrases
from storefront.forms import tidied
from storefront.guides.importing import sources
from storefront.guides.importing.articles import Unreadable
from storefront.guides.source.markdown import MOST_MARKS, parse
from storefront.guides.source.problems import BrokenGuide
from storefront.staff.wording.texts import authors_of
from support.guides import read
from support.shop import Shop

TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def test_a_phrase_of_the_house_is_read_in_one_way() -> None:
    """Two ways to read each word are 2^12 ways to read twelve before the last is not there."""
    phrase = " ".join(["a*a*"] * 12 + ["z"])
    assert checked_phrases(phrase) == phrase
    pattern = re.compile(phrase_pattern(phrase), re.IGNORECASE)
    assert not pattern.search(" ".join(["a" * 28] * 13))
    assert pattern.search(" ".join(["aaa"] * 12 + ["z"]))


def test_a_word_of_a_phrase_has_two_stars_however_many_words_there_are() -> None:
    with pytest.raises(BadRule):
        checked_phrases(f"{'a*' * 16} {'b ' * 10}")


@pytest.mark.parametrize("sign", TURNS)
def test_no_guide_and_no_product_turns_its_words_around(sign: str) -> None:
    """Readers would see "cures" where rules read "seruc"."""
    with pytest.raises(BrokenGuide, match="control character"):
        read(f"Our oil {sign}ti seruc.\n")
    with pytest.raises(BrokenGuide, match="“title” holds a control character"):
        read(title=f'"Oil \\u{ord(sign):04x}ti seruc"')
    block = read(f'Our oil &#{ord(sign)};ti seruc.\n\n![a](b.png "&#{ord(sign)};ti seruc")\n')
    assert ascii(sign)[1:-1] not in ascii(block.blocks)
    with pytest.raises(BadField):
        text(f"Our oil {sign}ti seruc.")


def test_a_draft_whose_title_is_no_text_is_kept_all_the_same(shop: Shop) -> None:
    """PostgreSQL takes no NUL, which YAML writes as \\0; nobody would learn what is wrong."""
    id_ = shop.do(lambda: guides.create_guide("Feet", author="Ida", by="ida"))
    source = shop.ask(lambda: guides.guide_sheet(id_).source)
    broken = source.replace("title: Feet", 'title: "Feet\\0\\x01 and salt"')
    assert shop.do(lambda: guides.save_draft(id_, broken, seen=1, by="ida")) == 2
    assert shop.ask(lambda: guides.guide_sheet(id_).title) == "Feet and salt"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"Warm {TURNS}water", "Warm water"),
        ("Warm\u200f \x0b\x1b[31mwater\ufffe", "Warm [31mwater"),
        ("w" + "\u0336" * 90 + "ater", "w" + "\u0336" * 4 + "ater"),
        ("Tối nay\r\nשָׁלוֹם\rया", "Tối nay\nשָׁלוֹם\nया"),
        ("", ""),
        (None, None),
    ],
)
def test_a_comment_keeps_its_words_and_nothing_that_spoils_the_page(
    written: str | None, kept: str | None
) -> None:
    assert tidied(written) == kept


def zipped(path: Path, packing: int, content: bytes, files: int = 1) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for number in range(files):
            archive.writestr(f"{number}.md", content)
    return path


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_only_unpacked_whole_is_not_unpacked(tmp_path: Path, packing: int) -> None:
    archive = zipped(tmp_path / "a.zip", packing, b"A bowl.")
    with pytest.raises(Unreadable, match="packed in an uncommon way"):
        sources.unpack(archive, tmp_path / "out")


def test_all_archives_of_an_import_share_what_they_may_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By themselves each is small enough."""
    monkeypatch.setattr(sources, "MOST_BYTES", 1500)
    archives = [
        zipped(tmp_path / f"{name}.zip", zipfile.ZIP_STORED, b"x" * 1000) for name in ("a", "b")
    ]
    assert len(sources.collect(archives[:1], tmp_path / "one").texts) == 1
    with pytest.raises(Unreadable, match="grows without end"):
        sources.collect(archives, tmp_path / "two")


@pytest.mark.parametrize("piece", ["[x", "|a", "*a ", "a\n\n", "\\a"])
def test_a_text_of_marks_is_told_and_not_taken_apart(piece: str) -> None:
    source = piece * MOST_MARKS + piece
    assert parse(source) == []
    with pytest.raises(BrokenGuide, match="more than 20,000 marks and lines"):
        read(source)
    assert parse(piece * 900)


CURES = "It cures cold feet."


def save(shop: Shop, guide_id: int, body: str, *, by: str, seen: int) -> int:
    """The next revision of a guide, with this text."""
    front = shop.ask(lambda: guides.guide_sheet(guide_id).source).split("---\n")[1]
    source = f"---\n{front}---\n{body}"
    return shop.do(lambda: guides.save_draft(guide_id, source, seen=seen, by=by))


def test_whoever_wrote_words_does_not_sign_them_after_somebody_restored_them(shop: Shop) -> None:
    id_ = shop.do(lambda: guides.create_guide("Feet", author="Ida", by="ida"))
    save(shop, id_, f"{CURES}\n", by="ida", seen=1)
    save(shop, id_, "Warm water.\n", by="bo", seen=2)
    shop.do(lambda: guides.restore_revision(id_, 2, seen=3, by="bo"))
    assert shop.ask(lambda: authors_of(f"guide {id_}", CURES)) == ["bo", "ida"]
