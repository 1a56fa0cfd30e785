"""A product sells out while somebody reads about it, and comes back: the four states of a card."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from conftest import Live
from storefront import catalog, inventory
from support.buying import wait_until_added

GUIDE = "/guides/how-long-a-bottle-lasts"
SPRAY = ("OIL-SPRAY-100", "OIL-SPRAY-250")
WORDS = "Take 100 ml if it is your first, or if it travels."

Look = Callable[[str, Locator], object]


def play(live: Live, page: Page, look: Look) -> None:
    """Opens the guide and lets its product sell out, be replaced, run out for good, and return."""
    page.goto(f"{live.url}{GUIDE}")
    card = page.locator("aside.shop-product-block", has_text=WORDS)
    expect(card.get_by_role("button", name="Add to cart")).to_be_visible()
    look("in-stock", card)
    _sells_out_under_the_reader(live, page, card)
    look("instead", card)
    card.get_by_role("button", name=re.compile("roll-on")).click()
    wait_until_added(page)
    _count(live, 0, "OIL-ROLL-50")
    page.goto(f"{live.url}{GUIDE}")
    expect(card.get_by_label("Tell me when it is back")).to_be_visible()
    expect(card).to_contain_text(WORDS)
    look("sign-up", card)
    _count(live, 9, *SPRAY, "OIL-ROLL-50")
    page.reload()
    expect(card.get_by_role("button", name=re.compile("body spray"))).to_be_visible()
    _is_archived(live, page, look)


def _sells_out_under_the_reader(live: Live, page: Page, card: Locator) -> None:
    """The open page is told so by the button, and says so itself when it is loaded again."""
    _count(live, 0, *SPRAY)
    card.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("sold out", exact=False).first).to_be_visible()
    page.goto(f"{live.url}{GUIDE}")
    expect(card).to_contain_text("Sold out for now, so we show something else")
    expect(card).to_contain_text(WORDS)


def _is_archived(live: Live, page: Page, look: Look) -> None:
    """Only the sentence stays; afterwards the product is in the shop again."""
    try:
        live.shop.do(lambda: catalog.archive_product("magnesium-oil-spray"))
        page.reload()
        alone = page.locator(".shop-guide__text", has_text=WORDS)
        expect(alone).to_be_visible()
        expect(page.locator("aside.shop-product-block", has_text=WORDS)).to_have_count(0)
        look("archived", alone)
    finally:
        live.shop.do(lambda: catalog.save_product("magnesium-oil-spray", state="published"))


def _count(live: Live, units: int, *skus: str) -> None:
    live.shop.do(lambda: [inventory.count(sku, units, reason="counted") for sku in sorted(skus)])
