"""What is told about a guide while it is written: each thing at its place, with what helps."""

import pytest

from storefront import claims, guides
from storefront.guides.checking.check import SEVERITIES
from storefront.guides.checking.softer import softer_words
from storefront.guides.source.lines import Lines
from storefront.staff.guides.checks import KINDS
from support.guides import written
from support.shop import Shop
from support.writing import draft, publish_now, sheet


def checks(shop: Shop, body: str, **fields: str) -> list[guides.Check]:
    return shop.ask(lambda: guides.check_text(written(body, **fields).decode()))


def marked(shop: Shop, body: str, **fields: str) -> list[tuple[str, str, str]]:
    """Kind, weight and the letters that are underlined."""
    source = written(body, **fields).decode()
    found = checks(shop, body, **fields)
    assert all(one.kind in KINDS and one.severity in SEVERITIES for one in found)
    lines = Lines(source)
    for one in found:
        assert lines.offset(one.line, one.column) == one.start <= one.end <= len(source)
    return [(one.kind, one.severity, source[one.start : one.end]) for one in found]


def test_a_clean_guide_has_nothing_to_be_told(shop: Shop) -> None:
    assert checks(shop, "A basin and warm water.\n") == []


def test_every_mistake_is_marked_where_it_stands(shop: Shop) -> None:
    shop.product("CREAM-200", slug="cream", name="Cream")
    body = "# Big\n\nTake [it](product:craem) or [that](nowhere).\n\n![](foot.webp)\n"
    assert marked(shop, body) == [
        ("heading", "block", "# Big"),
        ("link", "block", "nowhere"),
        ("picture", "block", "foot.webp"),
    ]
    mended = "Take [it](product:craem) and\n\n::: product craem\nGood.\n:::\n"
    assert marked(shop, mended) == [("link", "block", "craem"), ("link", "block", "craem")]


def test_a_name_that_is_nearly_right_comes_with_the_right_one(shop: Shop) -> None:
    shop.product("CREAM-200", slug="cream", name="Cream")
    (found,) = checks(shop, "Take [it](product:craem).\n")
    assert found.fixes == (guides.Fix("Write “cream”", "cream"),)
    source = written("Take [it](product:craem).\n").decode()
    mended = source[: found.start] + found.fixes[0].text + source[found.end :]
    assert shop.ask(lambda: guides.check_text(mended)) == []


def test_claims_are_marked_in_the_text_and_in_the_facts(shop: Shop) -> None:
    """Why, and where the law stands, come with each."""
    body = "First.\n\nThis oil cures insomnia, we hear.\n"
    found = checks(shop, body, summary="Warm water that cures eczema.")
    blocks = [one for one in found if one.kind == "claim" and one.severity == "block"]
    source = written(body, summary="Warm water that cures eczema.").decode()
    words = [source[one.start : one.end] for one in blocks]
    assert any("eczema" in word for word in words)
    assert any("insomnia" in word for word in words)
    assert all(one.why and one.source_url.startswith("https://") for one in blocks)


def test_a_claim_comes_with_a_softer_sentence_and_is_gone_when_that_is_taken(shop: Shop) -> None:
    body = "First 😀. Relieves sore muscles. Last.\n"
    source = written(body).decode()
    found = next(one for one in checks(shop, body) if one.kind == "claim" and one.fixes)
    fix = found.fixes[0]
    assert source[found.start : found.end] == "sore muscles"
    assert source[fix.start : fix.end] == "Relieves sore muscles."
    mended = source[: fix.start] + fix.text + source[fix.end :]
    assert mended.endswith(f"First 😀. {fix.text} Last.\n")
    assert [one for one in shop.ask(lambda: guides.check_text(mended)) if one.kind == "claim"] == []


def test_words_that_somebody_has_signed_for_are_a_note_and_may_be_published(shop: Shop) -> None:
    """Fails without the number of the guide in check_text(): the gate would stay shut for ever."""
    id_ = draft(shop, "This bath cures insomnia.\n")
    source = sheet(shop, id_).source
    place = f"guide {id_}"
    found = shop.ask(lambda: guides.gate_of(source, guide_id=id_)).blocked
    shop.do(
        lambda: claims.sign_off(
            found, authors=["ida"], signer="bo", reason="r", evidence="e", place=place
        )
    )
    told = shop.ask(lambda: guides.check_text(source, guide_id=id_))
    assert {one.severity for one in told if one.kind == "claim"} == {"note"}
    assert "Somebody has signed for it." in told[0].message
    assert "block" in {one.severity for one in shop.ask(lambda: guides.check_text(source))}
    assert publish_now(shop, id_) is True


def test_a_mention_that_leads_nowhere_is_marked_once_in_a_section_with_its_link(
    shop: Shop,
) -> None:
    shop.product("OIL-100", slug="oil", name="Magnesium Oil")
    body = "Magnesium oil is a brine. Magnesium oil dries.\n\n## Magnesium oil at night\n\nSit.\n"
    link, card = checks(shop, body)
    source = written(body).decode()
    assert (link.kind, link.severity, source[link.start : link.end]) == (
        "mention", "note", "Magnesium oil",
    )  # fmt: skip
    assert link.fixes[0].text == "[Magnesium oil](product:oil)"
    below = link.fixes[1]
    assert source[: below.start] + below.text + source[below.end :] == source.replace(
        "oil dries.\n", "oil dries.\n\n::: product oil\nAn oil.\n:::\n"
    )
    assert card.start == card.end
    mended = source[: card.start] + card.fixes[0].text + source[card.end :]
    assert "::: product oil\n" in mended
    assert shop.ask(lambda: guides.gate_of(mended, guide_id=None)).is_open


def test_a_price_typed_by_hand_is_marked_with_the_token_that_keeps_it_true(shop: Shop) -> None:
    shop.product("OIL-100", slug="oil", name="Oil of ours")
    (found,) = checks(shop, "[Ours](product:oil) costs €12.90.\n")
    source = written("[Ours](product:oil) costs €12.90.\n").decode()
    assert (found.kind, source[found.start : found.end]) == ("price", "€12.90")
    assert found.fixes[0].text == "{price:OIL-100}"


@pytest.mark.parametrize(
    ("rewording", "excerpt", "replacements", "proposed"),
    [
        ("“use”, “apply”, “care for”.", "treat", (), ["use", "apply", "care for"]),
        ("“a calm moment”.", "Calms nerves", (), ["A calm moment"]),
        ("Delete. No cosmetic wording exists.", "nerve pain", (), [""]),
        ("“a” / “b” / “c” / “d”", "x", (), ["a", "b", "c"]),
        ("Only in the safety block: “may tingle”.", "tingles", ("It may.",), ["It may."]),
        ("Judge the sentence without it.", "may help", (), []),
    ],
)
def test_the_wordings_that_a_rule_names_can_be_taken(
    rewording: str, excerpt: str, replacements: tuple[str, ...], proposed: list[str]
) -> None:
    hit = claims.Hit("D01", "x", "block", {"EU": "block"}, excerpt, 0, 1, excerpt, 0, 1, rewording,
                     replacements, ())  # fmt: skip
    found = softer_words(hit)
    assert [words for _, words, _ in found] == proposed
    assert all(label.endswith(f"“{words}”") for label, words, _ in found if words)
    assert [is_sentence for *_, is_sentence in found] == [
        words in {"", "It may."} for words in proposed
    ]


@pytest.mark.parametrize(
    "source", ["", "x", "---", "---\n---\n", "---\n: :\n---\n", "\ud800", "---\n- a\n"]
)
def test_whatever_is_typed_is_told_and_breaks_nothing(shop: Shop, source: str) -> None:
    found = shop.ask(lambda: guides.check_text(source))
    assert found
    assert all(0 <= one.start <= one.end <= len(source) for one in found)


def test_lines_and_offsets_lead_to_each_other() -> None:
    text = "ab\n\ncd"
    lines = Lines(text)
    places = [(1, 1), (1, 3), (1, 9), (2, 1), (3, 2), (9, 1)]
    assert [lines.offset(*place) for place in places] == [0, 2, 2, 3, 5, 4]
    assert [lines.line_of(offset) for offset in range(7)] == [1, 1, 1, 2, 3, 3, 3]
