"""Files of other sites that were made to harm, or are damaged: each ends with a sentence.

Those without an end hang here when their guard is taken out; nothing is timed.
"""

import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from storefront import guides
from storefront.database import db
from storefront.guides import importing
from storefront.guides.importing.articles import FoundArticle, Unreadable, day
from storefront.guides.importing.drafting import _first_sentence
from storefront.guides.importing.sources import read_source, unpack
from support.exports import item, wordpress
from support.guides import read
from support.shop import Shop

MANY = 60_000
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A bowl</title><link href="{}"/>'
    '<content type="xhtml">{}</content></entry></feed>'
)


def articles(folder: Path, name: str, content: str | bytes) -> list[FoundArticle]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_source(name, path)[0]


def packed(compression: int = zipfile.ZIP_DEFLATED, name: str = "a.md") -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as zipped:
        zipped.writestr(name, "warm water " * 1000)
    return bytearray(out.getvalue())


def spoilt(content: bytearray, at: int) -> bytes:
    content[at : at + 20] = b"\xff" * 20
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        spoilt(packed(), 34),
        bytes(packed(name="é.md")).replace("é".encode(), b"\xff\xfe"),
        bytes(packed(name=f"{'x' * 300}.md")),
    ],
)  # fmt: skip
def test_a_damaged_archive_gets_a_sentence_that_tells_no_folder(
    tmp_path: Path, content: bytes
) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(content)
    with pytest.raises(Unreadable) as told:
        unpack(archive, tmp_path / "out")
    assert told.value.sentence.startswith("a.zip:1: The archive cannot be read: ")
    assert str(tmp_path) not in told.value.sentence


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", '<p>A bowl.</p><img src="http://[x/a.jpg" alt="b">'),
        ("a.html", '<meta property="og:image" content="http://[x/a.png"><p>A bowl.</p>'),
        ("a.html", '<link rel="canonical" href="http://[x"><p>A <a href="/b">bowl</a>.</p>'),
        ("a.html", '<link rel="canonical" href="http://x/"><p>A <a href="http://[y">bowl</a>.</p>'),
        ("a.md", "---\ndate: 2024-05-03\nimage: http://[x/a.png\n---\nA bowl."),
        ("a.xml", FEED.format("http://[x", "<p>A bowl.</p>")),
        (
            "a.xml",
            wordpress([item(1, "<p>A bowl.</p>")]).replace(
                b"https://old.example/2", b"http://[x/2"
            ),
        ),
    ],
)
def test_an_address_that_nobody_could_follow_keeps_no_article_out(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    (article,) = articles(tmp_path, name, content)
    assert article.body.startswith("A bowl.")


@pytest.mark.parametrize(
    "value",
    ["!!timestamp x", "!!bool x", '!!int ""', "!!float x", "!!python/object/apply:os.getcwd []"],
)
def test_front_matter_makes_words_and_nothing_else(tmp_path: Path, value: str) -> None:
    (article,) = articles(tmp_path, "a.md", f"---\ndate: {value}\n---\nA bowl.")
    assert (article.body, article.published_on) == ("A bowl.\n", None)


def test_front_matter_that_multiplies_itself_stays_small(tmp_path: Path) -> None:
    merged = "".join(
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)
    )
    lists = "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 9)}]\n" for n in range(1, 12))
    front = f"date: 2024\na0: &a0 {{x: y}}\n{merged}b0: &b0 [z]\n{lists}author: *b11\n"
    (article,) = articles(tmp_path, "a.md", f"---\n{front}---\nA bowl.")
    assert article.author == ""


@pytest.mark.parametrize(
    ("written", "is_day"),
    [("2024-05-03 10:00:00 +0000", True), ("2024-05-03T10:00:00Z", True), ("20240503", True),
     ("2024-13-03T10:00", False), ("true", False)],
)  # fmt: skip
def test_days_are_read_as_words(written: str, is_day: bool) -> None:
    assert str(day(written)) == ("2024-05-03" if is_day else "None")


def test_elements_without_a_bottom_are_told(tmp_path: Path) -> None:
    deep = "<div>" * 5000 + "A bowl." + "</div>" * 5000
    with pytest.raises(Unreadable, match="nested too deep"):
        articles(tmp_path, "a.xml", FEED.format("http://x/", deep))


@pytest.mark.parametrize(
    "content",
    ["<a " * MANY, '<a b="' * MANY, "<!--" * MANY, "<?" * MANY, f"<p>A{' ' * MANY * 5}bowl.</p>",
     f"<p>A{'&#32;' * MANY}bowl.</p>"],
)  # fmt: skip
def test_pages_that_open_and_never_close_come_to_an_end(tmp_path: Path, content: str) -> None:
    (article,) = articles(tmp_path, "a.html", f"<p>First.</p>{content}")
    assert article.body.startswith("First.")


@pytest.mark.parametrize(
    "content",
    ["[caption]" * MANY, "[caption" * MANY, f"[caption]{' ' * MANY}x[/caption]"],
)
def test_captions_that_open_and_never_close_come_to_an_end(tmp_path: Path, content: str) -> None:
    (article,) = articles(tmp_path, "a.xml", wordpress([item(1, f"<p>First.</p>{content}")]))
    assert article.body.startswith("First.")


def test_brackets_that_are_never_closed_give_a_first_sentence() -> None:
    assert _first_sentence(f"A bowl of warm water. {'[a ' * 200_000}") == "A bowl of warm water."


def test_what_is_written_here_while_an_import_is_under_way_stays(
    shop: Shop, tmp_path: Path
) -> None:
    """Pictures take minutes to render; without the second look the import writes over both."""
    export = tmp_path / "export.xml"

    def looked_at(*items: str) -> list[importing.Draft]:
        export.write_bytes(wordpress(items))
        return shop.ask(lambda: importing.examine([export], into=tmp_path / "x")).drafts

    def take_in(drafts: list[importing.Draft]) -> None:
        shop.do(lambda: importing.save_drafts(drafts, [], by="ida"))

    def write(slug: str, body: str) -> None:
        file = read(body, slug=slug)
        shop.do(lambda: guides.save_guide(file))

    take_in(looked_at(item(1, "<p>Old text.</p>")))
    drafts = looked_at(item(1, "<p>New text.</p>"), item(2, "<p>Other text.</p>"))
    write("post-1", "Our text.\n")
    write("post-2", "Our own.\n")
    take_in(drafts)

    rows = shop.ask(lambda: db.session.execute(sa.select(guides.Guide.source)).scalars().all())
    assert sorted(source.split("---\n")[-1].strip() for source in rows) == ["Our own.", "Our text."]
    assert [importing.status_of(draft) for draft in drafts] == ["edited", "broken"]
