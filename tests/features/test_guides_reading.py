"""A guide's file is read whole, or told line by line what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.guides import BrokenGuide, read_guide
from support.guides import page, problems, publish, read, written
from support.shop import Shop

BLOCKS = """\
Take [the **oil**](product:oil-spray), then read [on](guide:storing).

## Twenty minutes

::: takeaways
- Warm, not hot.
:::

::: steps minutes=25 often="two evenings a week" title="The foot bath"
1. Fill the basin.
2. Sit.
:::

::: product oil-spray
It fits a wash bag.
:::

::: compare oil-spray body-lotion
One is thin, one is thick.
:::

::: quote by="Ida Marwitz"
You only forget the towel a few times.
:::
"""


def test_a_guide_becomes_blocks_in_the_order_they_were_written() -> None:
    guide = read(BLOCKS)

    assert [block["kind"] for block in guide.blocks] == [
        "html", "takeaways", "steps", "product", "compare", "quote",
    ]  # fmt: skip
    steps = guide.blocks[2]
    assert (steps["title"], steps["minutes"], steps["often"]) == (
        "The foot bath", 25, "two evenings a week",
    )  # fmt: skip
    assert guide.blocks[4]["products"] == ["oil-spray", "body-lotion"]
    assert guide.blocks[5]["by"] == "Ida Marwitz"


def test_links_to_products_and_guides_stay_typed_until_the_page_is_made() -> None:
    parts = read(BLOCKS).blocks[0]["parts"]

    assert parts[:4] == [
        "<p>Take ",
        {"product": "oil-spray", "parts": ["the <strong>oil</strong>"]},
        ", then read ",
        {"guide": "storing", "parts": ["on"]},
    ]


def test_every_name_in_a_guide_is_known_with_its_line_and_column() -> None:
    found = [(r.kind, r.name, r.line, r.column) for r in read(BLOCKS).references]

    assert found == [
        ("product", "oil-spray", 8, 20),
        ("guide", "storing", 8, 55),
        ("product", "oil-spray", 21, 13),
        ("product", "oil-spray", 25, 13),
        ("product", "body-lotion", 25, 23),
    ]


def test_html_in_a_guide_is_shown_as_the_letters_it_consists_of() -> None:
    html = read('<script>alert("x")</script> and <b onclick="x">bold</b>\n').blocks[0]["parts"]

    assert "<script" not in html[0]
    assert "<b " not in html[0]
    assert "&lt;script&gt;" in html[0]


def test_links_that_run_scripts_are_no_links() -> None:
    assert "href" not in read("[x](javascript:alert(1))\n").blocks[0]["parts"][0]


def test_links_to_other_sites_do_not_hand_over_the_window() -> None:
    html = read("[the law](https://example.org/?a=1&b=2)\n").blocks[0]["parts"][0]

    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener">the law</a>' in html


def test_headings_get_anchors_that_differ_from_each_other_and_from_blocks() -> None:
    html = read("## Water\n\n### Water\n\n## Product 12\n\n## Größe & Maß\n").blocks[0]["parts"][0]

    for anchor in ("water", "water-2", "about-product-12", "grosse-mass"):
        assert f'id="{anchor}"' in html


def test_a_picture_alone_in_a_paragraph_is_a_figure_with_its_caption() -> None:
    parts = read('![A basin](basin.webp "Stoneware")\n').blocks[0]["parts"]

    assert parts == [
        "<figure>", {"picture": "basin.webp", "alt": "A basin", "caption": "Stoneware"},
        "</figure>\n",
    ]  # fmt: skip


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = read(BLOCKS)
    other = read_guide(b"\xef\xbb\xbf" + written(BLOCKS).replace(b"\n", b"\r\n"), "guide.md")

    assert other == plain


def test_reading_takes_a_minute_for_about_two_hundred_words() -> None:
    assert read("word " * 100).minutes_to_read == 1
    assert read("word " * 441).minutes_to_read == 3


MISTAKES = {
    "empty file": (b"", "1:1: The file is empty."),
    "not UTF-8": (b"---\ntitle: caf\xe9\n---\n", "2:11: The file is not UTF-8 text."),
    "no front matter": (b"# Hello\n", "1:1: The file has no front matter"),
    "front matter not closed": (b"---\ntitle: x\n", "1:1: The file has no front matter"),
    "front matter no YAML": (b"---\ntitle: a: b\n---\nx\n", "2:9: The front matter is not valid"),
    "front matter a list": (b"---\n- title\n---\nx\n", "1:1: The front matter holds no"),
    "nested too deeply": (b"---\n" + b"[" * 20_000 + b"\n---\nx\n", "The front matter is not"),
    "no title": (written(title=""), "1:1: “title” is missing. Write title:"),
    "unknown field": (written(sumary="x"), "7:1: “sumary” is not a field of a guide. "
                                           "Did you mean “summary”?"),
    "field twice": (written("x").replace(b"author:", b"title:"), "5:1: “title” is given twice."),
    "field is a list": (written(author="[a, b]"), "5:1: “author” is a list or a table."),
    "bad date": (written(updated_on="2026-02-30"), "6:13: “2026-02-30” is not a day"),
    "date of another land": (written(updated_on="6.10.2026"), "such as 2026-11-21."),
    "bad slug": (written(slug="The Foot Bath!"), "3:7: “The Foot Bath!” cannot be part of an "
                                                 "address. Write slug: the-foot-bath."),
    "title too long": (written(title="x" * 201), "2:8: “title” has 201 characters. Keep it to"),
    "picture without words": (written(picture="a.webp"), "7:10: The picture has no alternative"),
    "reviewed by nobody": (written(reviewed_on="2026-01-01"), "without a reviewer."),
    "AI use a switch": (written(ai_use="yes"), "“ai_use” is a switch"),
    "no text": (written(""), "The guide has no text."),
    "second title": (written("# Hello\n"), "8:1: This is a heading of level 1. Use ## or ###"),
    "small heading": (written("#### Hello\n"), "8:1: This is a heading of level 4."),
    "unknown block": (written("::: takeway\n- x\n:::\n"),
                      "8:5: There is no block called “takeway”. Did you mean “takeaways”?"),
    "block not closed": (written("::: takeaways\n- x\n"), "8:1: The block is never closed."),
    "block in a block": (written("::: takeaways\n- x\n\n::: product oil\ny\n:::\n"),
                         "8:1: The block is not closed before line 11"),
    "block closed twice": (written("::: takeaways\n- x\n:::\n\n:::\n"),
                           "12:1: This ::: closes a block, but none is open."),
    "block in a list": (written('- x\n\n  ::: quote by="y"\n  z\n  :::\n'),
                        "10:1: A block stands inside a list or a quotation."),
    "empty block": (written("::: product oil\n:::\n"), "8:1: The product block is empty."),
    "no list": (written("::: takeaways\nx\n:::\n"), "9:1: A takeaways block holds one list"),
    "wrong list": (written("::: steps\n- x\n:::\n"), "Begin every line with “1. First step”."),
    "no product": (written("::: product\nx\n:::\n"), "names one product, this one 0."),
    "three products": (written("::: compare a b c\nx\n:::\n"), "names two products, this one 3."),
    "same product": (written("::: compare a a\nx\n:::\n"), "8:15: A product is compared with its"),
    "unknown attribute": (written("::: steps minute=5\n1. x\n:::\n"),
                          "8:11: A steps block has no “minute”. Did you mean “minutes”?"),
    "attribute twice": (written("::: steps minutes=5 minutes=6\n1. x\n:::\n"),
                        "8:21: “minutes” is given twice."),
    "no number": (written("::: steps minutes=soon\n1. x\n:::\n"),
                  "8:11: “soon” is not a number of minutes."),
    "huge number": (written(f"::: steps minutes={'9' * 5000}\n1. x\n:::\n"), "not a number of"),
    "quote not closed": (written('::: steps title="x\n1. x\n:::\n'),
                         '8:11: “title="x” cannot be read.'),
    "said by nobody": (written("::: quote\nx\n:::\n"), "8:1: “by” is missing."),
    "relative link": (written("[x](/products/oil)\n"), "8:5: “/products/oil” leads nowhere"),
    "link without slug": (written("[x](product:)\n"), "8:5: “product:” names no product."),
    "picture without alt": (written("![](a.webp)\n"), "8:5: The picture has no alternative text."),
    "control character": (written("a\x07b\n"), "8:2: There is a control character (code 7)."),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_line_column_and_what_to_write_instead(name: str) -> None:
    content, told = MISTAKES[name]

    assert any(told in problem for problem in problems(content)), problems(content)


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_their_lines() -> None:
    found = problems(written("# A\n\n::: takeway\n:::\n", title="", updated_on="soon"))

    assert [problem.split(":")[1] for problem in found] == ["1", "5", "7", "9"]


SCRAPS = st.sampled_from([
    "---\n", "title: x\n", "slug: y\n", ":::", "::: product ", "::: steps ", "minutes=", '"', "\n",
    "\n\n", "[a](product:b)", "![x](y)", "## ", "- ", "1. ", "> ", "`", "```\n", "&amp;", "\u00ad",
    "é", "|a|\n|-|\n", "    ", "*", "_", "[", "](", "<b>", "\\", "\t", "[x]: product:y\n",
])  # fmt: skip


@given(st.lists(SCRAPS, max_size=40).map("".join))
def test_whatever_is_handed_in_is_read_or_refused_in_words(text: str) -> None:
    for content in (text.encode(), written(text)):
        assert_read_or_refused(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    for whole in (content, written().replace(b"A basin", content)):
        assert_read_or_refused(whole)


def assert_read_or_refused(content: bytes) -> None:
    """Reads a file, and lets no other exception pass than the one that says what is wrong."""
    broken = None
    try:
        read_guide(content, "guide.md")
    except BrokenGuide as refusal:
        broken = refusal
    if broken is not None:
        assert broken.problems
        assert all(problem.line >= 1 and problem.column >= 1 for problem in broken.problems)


@pytest.mark.parametrize(
    "body",
    ["<http://a.example/%01product%02nope%03x%04>\n", "<http://a.example/%01picture%02n%02c%03>\n"],
)
def test_a_coded_control_character_in_an_address_makes_no_place(shop: Shop, body: str) -> None:
    publish(shop, body)
    text = page(shop.app)
    assert "a.example/product" in text or "a.example/picture" in text
    assert "\x02" not in text
