"""Texts that were made to harm: what they would run, hide, or never let come to an end.

Those without an end hang here when their guard is taken out; nothing is timed.
"""

import pytest

from storefront import claims
from storefront.guides.checking.tokens import typed_prices
from storefront.guides.source.open_text import open_text
from support.guides import page, publish, read
from support.shop import Shop


@pytest.mark.parametrize(
    "alt",
    [
        "<http://a/%02%03%3Cscript%3Ealert(1)%3C/script%3E>",
        "in ![<http://a/%02%03%3Cscript%3Ealert(1)%3C/script%3E>](b)",
        "<http://a/%01product%02x%02%03%3Cscript%3E%04>",
    ],
)
def test_words_of_a_picture_never_become_marks_of_the_page(alt: str) -> None:
    """An autolink is shown decoded: %02%03 ended the picture, and what followed it was HTML."""
    block = read(f"![{alt}](bowl.png)\n").blocks[0]
    html = "".join(part for part in block["parts"] if isinstance(part, str))
    assert [part for part in block["parts"] if not isinstance(part, str)] == [
        {"picture": "bowl.png", "alt": block["parts"][1]["alt"], "caption": ""}
    ]
    assert "<script" not in html


@pytest.mark.parametrize("piece", ["![x]", "[x](y)", "[x]", "(y)"])
def test_brackets_that_are_never_closed_are_read_once(piece: str) -> None:
    """Two ways to read each piece are 2^500 ways to read them all."""
    source = f"[{piece * 500} the end"
    assert [passage.start for passage in open_text(source).passages] == [0]


def test_a_name_is_found_between_links_and_code_as_before() -> None:
    source = 'See [![a](b) oil](product:x "instead:y"), `oil`, [oil][1] and ![o [i] l](p (1).png).'
    (passage,) = open_text(source).passages
    closed = [source[start:end] for start, end in passage.closed]
    assert closed == [
        '[![a](b) oil](product:x "instead:y")', "`oil`", "[oil][1]", "![o [i] l](p (1).png)",
    ]  # fmt: skip


def test_prices_in_addresses_are_no_prices(shop: Shop) -> None:
    source = "[a](https://a.example/x_(5)?p=5€) costs 7 €, <https://b.example/9€> more."
    found = shop.ask(lambda: [price.written for price in typed_prices(source)])
    assert found == ["7 €"]


def test_places_and_anchors_of_many_that_are_alike_stay_apart() -> None:
    body = (
        "## Warm\n\nA {price:A} and {price:A}\nand {price:A}.\n\n## Warm 2\n\n## Warm\n\n## Warm\n"
    )
    guide = read(body)
    prices = [(one.line, one.column) for one in guide.references]
    first = prices[0][0]
    assert prices == [(first, 3), (first, 17), (first + 1, 5)]
    html = "".join(part for part in guide.blocks[0]["parts"] if isinstance(part, str))
    assert [html.count(f'id="{name}"') for name in ("warm", "warm-2", "warm-3", "warm-4")] == [
        1, 1, 1, 1,
    ]  # fmt: skip


CURES = "Our oil cures it"
UNSEEN = "\u034f\u200e\u202c\u2062\u2069\ufe0f\U000e0020\u180e\u115f\u3164"


@pytest.mark.parametrize(
    "written",
    [
        f'![A bowl](bowl.png "{CURES}")',  # stands below the picture
        '![A bowl](bowl.png "Our oil\ncu\u200bres it")',
        f"<!-- {CURES}. -->", f"<script>{CURES}.</script>", f"<a {CURES}.>",  # letters, not HTML
        "Our oil [cu](https://a.example/b_(c))res it.",
        "Our oil [cu](<https://a.example/b c>)res it.",
        "Our oil [cu][1]res it.\n\n[1]: https://a.example",
        *(f"Our oil cu{sign}res it." for sign in UNSEEN),
        "Our oil \u0441ur\u0435s it.", "Our oil c\u1d1cr\u1d07s it.",  # Cyrillic, small capitals
        "Our oil cúres it.", "Our oil cu\u0336res it.",
        "O\u03bcr \u03b8il c\u03bcr\u03b5\u03c2 it.", "Our \u03c3il cur\u0454s i\u0442.",
    ],
)  # fmt: skip
def test_no_spelling_hides_a_claim_that_readers_see(written: str) -> None:
    hits = claims.check(written, markup="markdown", house=())
    assert [hit.is_block for hit in hits] == [True]
    assert written[hits[0].start : hits[0].end]


def test_a_label_that_nothing_explains_is_read_like_its_neighbours() -> None:
    (hit,) = claims.check(f"See [this][{CURES}].", markup="markdown", house=())
    assert hit.is_block


def test_the_title_of_a_link_tears_no_word_apart() -> None:
    (hit,) = claims.check(
        'Our oil [cu](product:oil "instead:spray")res it.', markup="markdown", house=()
    )
    assert hit.is_block


@pytest.mark.parametrize(
    "written",
    [
        "{}", "## [a\n{}", "[a]{}", "[a\n\n{}", "[a\n- {}", "| a | b |\n|---|---|\n| [a | {} |\n",
        r"\[a{}", r"[a\{}", "`[`{}", "`[a{}`", "[a [b](https://a.example) c{}",
        "```\n[a{}\n```\n", "Fine.\n\n~~~\n[a{}\n",
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_read_like_any_word(written: str) -> None:
    """Readers see ](cures) wherever no [ opens it, or another sign keeps it from being a link."""
    text = written.format("](cures)")
    assert "](cures)" in "".join(part for b in read(text).blocks for part in b["parts"])
    assert {hit.excerpt for hit in claims.check(text, markup="markdown", house=())} == {"cures"}


@pytest.mark.parametrize(
    "written", ["[a](cures)", "[![a](b.png)](cures)", "[a\nb](cures)", r"[\[a\]](cures)"]
)
def test_where_a_link_leads_is_not_read(written: str) -> None:
    assert claims.check(written, markup="markdown", house=()) == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_the_end_of_a_line_hides_no_claim_in_a_comment(end: str) -> None:
    said = f"It gives pain{end}Relief."
    assert "D12" in {hit.rule_id for hit in claims.check(said, markup="letters", house=())}


def test_paragraphs_of_a_comment_stay_apart() -> None:
    hits = claims.check("It gives pain.\n\nRelief.", markup="letters", house=())
    assert "D12" not in {hit.rule_id for hit in hits}


def test_html_is_read_where_it_is_html_and_as_letters_where_it_is_shown() -> None:
    hidden = f"Fine. <!-- {CURES}. -->"
    assert claims.check(hidden, house=()) == ()
    assert [hit.is_block for hit in claims.check(hidden, markup="letters", house=())] == [True]


def test_a_script_in_the_words_of_a_picture_is_not_on_the_page(shop: Shop) -> None:
    publish(shop, "A [link](https://a.example/%3Cscript%3E) <http://a/%02%03%3Cscript%3Ex>\n")
    assert "<script>x" not in page(shop.app)
