"""Mentions of products in a text: found, never put in, and the words that only look like one."""

import time

import pytest

from storefront import catalog, guides
from storefront.guides.checking.mentioning import Proposal, proposals
from support.guides import written
from support.shop import Shop


@pytest.fixture
def stocked(shop: Shop) -> Shop:
    """A kind "Oil" of two products, of which the first is sold out, and one product of flakes."""
    shop.product("SPRAY-1", slug="spray", name="Magnesium Oil body spray", stock=0)
    shop.product("ROLL-1", slug="roll-on", name="Magnesium Oil roll-on")
    shop.product("FLAKES-1", slug="bath-flakes", name="Magnesium Flakes for bath and foot soak")
    words = "magnesium oil, mag oil, Zechstein magnesium, not Zechstein magnesium chloride"

    def call() -> None:
        catalog.save_category("oil", name="Oil", also_called=words)
        catalog.save_category("flakes", name="Bath flakes", also_called="magnesium flakes, flakes")
        catalog.save_product("bath-flakes", category="flakes", also_called="foot soak")
        catalog.save_product("spray", also_called="oil spray")

    shop.do(call)
    return shop


def found(shop: Shop, text: str) -> list[Proposal]:
    source = written(text).decode()
    return shop.ask(lambda: proposals(source))


def words(shop: Shop, text: str) -> list[tuple[str, str]]:
    return [(one.words, one.slug) for one in found(shop, text)]


@pytest.mark.parametrize(
    ("text", "mention", "slug"),
    [
        ("Rub in magnesium oil.", "magnesium oil", "roll-on"),
        ("Magnesium-oil stings.", "Magnesium-oil", "roll-on"),
        ("Both magnesium oils sting.", "magnesium oils", "roll-on"),
        ("MAGNESIUM\nOIL is loud.", "MAGNESIUM\nOIL", "roll-on"),
        ("Magnesium oil’s gloss.", "Magnesium oil", "roll-on"),
        ("A **mag oil** by name.", "mag oil", "roll-on"),
        ("- Some Zechstein magnesium", "Zechstein magnesium", "roll-on"),
        ("| a | magnesium flakes |\n|---|---|\n| b | c |", "magnesium flakes", "bath-flakes"),
        ("Magnesium oil body spray.", "Magnesium oil body spray", "spray"),  # the longest
        ("An oil spray, sold out.", "oil spray", "spray"),
        ("A foot soak.", "foot soak", "bath-flakes"),
        ("::: takeaways\n- Magnesium flakes dissolve.\n:::", "Magnesium flakes", "bath-flakes"),
    ],
)  # fmt: skip
def test_a_mention_is_found_in_each_of_its_forms(
    stocked: Shop, text: str, mention: str, slug: str
) -> None:
    assert words(stocked, text) == [(mention, slug)]


@pytest.mark.parametrize(
    "text",
    [
        "[Magnesium oil](product:spray) is linked.",
        "[The magnesium oil of others](https://other.example/magnesium-oil)",
        "See https://other.example/magnesium oil/ and <https://x.example/magnesium-oil>.",
        "![magnesium oil in a bottle](bottle.webp \"magnesium oil\")",
        "[![magnesium oil](bottle.webp)](guide:the-foot-bath)",
        "> Magnesium oil and I are friends.",
        "She said, “magnesium oil and my feet” and left.",
        'She said, "just magnesium oil" and left.',
        "„Magnesium oil“, so she wrote.",
        "“It goes on, magnesium oil, to the end.",
        "::: quote by=\"Marta Lind\"\nMagnesium oil, she wrote.\n:::",
        "Type `magnesium oil` here.",
        "    magnesium oil in code",
        "```\nmagnesium oil\n```",
        "{price:magnesium oil}",
        "Olive oil is another thing, and so is the oil.",
        "Oat flakes are breakfast; eat the flakes with milk.",
        "The flakes of snow fell.",
        "Flakes fell.",
        "Magnesium. Oil.",
        "Magnesium, oil and water.",
        "magnesium\n\noil",
        "Magnesium in oil.",
        "Zechstein magnesium chloride is a salt.",
        "A magnesium oil-free cream.",
        "A non-magnesium oil.",
        "Magnesium oily skin.",
        "Magnesiumoil.",
        "Body spray.",
        "Cream.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mention_is_left_alone(stocked: Shop, text: str) -> None:
    """Without the closed stretches of open_text.py 13 of these are taken for mentions."""
    assert words(stocked, text) == []


def test_front_matter_is_no_place_for_links(stocked: Shop) -> None:
    source = written("Text.\n", title="Magnesium oil", summary="Magnesium oil for feet.").decode()
    assert stocked.ask(lambda: proposals(source)) == []
    assert [one.words for one in stocked.ask(lambda: proposals("No facts, magnesium oil."))] == [
        "magnesium oil"
    ]


def test_the_flakes_are_ours_as_long_as_nothing_else_ended_in_flakes(stocked: Shop) -> None:
    text = (
        "Dissolve magnesium flakes. The flakes melt; these flakes are coarse.\n\n"
        "Then eat oat flakes. The flakes are soft.\n\n"
        "Magnesium flakes again: pour our flakes in, or loose flakes.\n"
    )
    assert [one for one, _ in words(stocked, text)] == [
        "magnesium flakes", "flakes", "flakes", "Magnesium flakes", "flakes",
    ]  # fmt: skip


def test_of_each_product_one_mention_of_a_section_is_chosen(stocked: Shop) -> None:
    text = (
        "Magnesium oil and magnesium flakes; magnesium oil again.\n\n"
        "## Where a link stands already\n\n"
        "Magnesium oil, and [a roll-on](product:roll-on). The foot soak.\n\n"
        "## Where a card stands already\n\n"
        "::: product bath-flakes\nFor the bath.\n:::\n\nMagnesium flakes.\n"
    )
    assert [(one.words, one.section) for one in found(stocked, text) if one.is_chosen] == [
        ("Magnesium oil", 0), ("magnesium flakes", 0), ("foot soak", 1),
    ]  # fmt: skip
    assert len(found(stocked, text)) == 6


def test_a_heading_keeps_its_words_and_may_get_a_card_below(stocked: Shop) -> None:
    text = (
        "## Magnesium oil for feet\n\nRub it in.\n\nThe end.\n\n"
        "## Magnesium flakes\n\nMagnesium flakes.\n"
    )
    oil, heading, below = found(stocked, text)
    assert (oil.is_heading, oil.link, oil.is_chosen) == (True, "", True)
    assert (heading.is_chosen, below.is_chosen) == (False, True)
    source = written(text).decode()
    with_card = source[: oil.card_at] + oil.card + source[oil.card_at :]
    assert "## Magnesium oil for feet\n\n::: product roll-on\nAn oil.\n:::\n\nRub it" in with_card


def test_what_is_taken_reads_back_as_a_guide(stocked: Shop) -> None:
    """Each proposal of a text with lists and blocks, taken as a link and as a card."""
    text = (
        "Some magnesium oil.\nA second line.\n\n::: takeaways\n- Magnesium flakes.\n:::\n\n"
        "1. Magnesium\n   flakes\n2. mag oil\n\nLast, *magnesium oil*\n"
    )
    source = written(text).decode()
    listed = found(stocked, text)
    assert len(listed) == 5
    for one in listed:
        linked = source[: one.start] + one.link + source[one.end :]
        carded = source[: one.card_at] + one.card + source[one.card_at :]
        for changed in (linked, carded):
            file = guides.read_guide(changed.encode(), "guide.md")
            assert [r.name for r in file.references] == [one.slug]


def test_the_best_of_a_kind_can_be_bought_and_the_card_says_what_it_begins_with(
    stocked: Shop,
) -> None:
    (one,) = found(stocked, "Magnesium oil.")
    assert (one.slug, one.sku, one.size, one.is_in_stock) == ("roll-on", "ROLL-1", "100 ml", True)
    (named,) = found(stocked, "The oil spray.")
    assert (named.slug, named.is_in_stock) == ("spray", False)


@pytest.mark.parametrize(
    "part",
    [
        "Magnesium oil and water, with the flakes. ", "[", "](", "“", '"', "`a", "![", "<a", "{",
        "[[]", "\\", "[a](b", "> ", "- ", "|a", "*", "magnesium-", "www.",
    ],
)  # fmt: skip
def test_long_texts_are_read_in_time_that_grows_with_them_only(stocked: Shop, part: str) -> None:
    def seconds(size: int) -> float:
        source = part * (size // len(part))
        start = time.thread_time()
        proposals(source)
        return time.thread_time() - start

    with stocked.app.app_context():
        seconds(1000)
        assert seconds(200_000) < 3  # a quadratic reader takes minutes
