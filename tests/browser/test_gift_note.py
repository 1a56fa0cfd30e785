"""A gift note from a phone to the order: written, mended, removed, brought back, ordered."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from support.axe import rules
from support.buying import add_from_its_page

pytestmark = pytest.mark.browser

WORDS = "This is a gift: your words to whoever gets it"
NOTE = "Dear Ida,\nwarm feet for a cold winter.\n\nYours, Bo"


def sound(page: Page) -> None:
    """axe, which is a script itself, finds nothing, and the page is no wider than the phone."""
    if page.locator("shop-note:defined").count():
        assert rules(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_note_goes_from_the_cart_to_the_order(demo: Live, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    add_from_its_page(page, demo.url, "magnesium-oil-spray")
    page.goto(f"{demo.url}/cart")
    page.get_by_text("Add a gift note").click()
    field, save = page.get_by_label(WORDS), page.get_by_role("button", name="Save the note")
    field.fill("x" * 342)
    save.click()
    expect(page.get_by_text("Please take out 42.")).to_be_visible()
    expect(field).to_have_value("x" * 342)
    expect(field).to_be_focused()
    sound(page)
    field.fill(NOTE)
    save.click()
    expect(page.get_by_text("Your gift note")).to_be_visible()
    expect(field).to_have_value(NOTE)
    page.get_by_role("button", name="Remove the note").click()
    expect(page.get_by_text("Your gift note is removed.")).to_be_visible()
    expect(field).to_have_value("")
    sound(page)
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value(NOTE)
    sound(page)
    field.fill("Written and ordered at once.\nBo")
    page.get_by_role("button", name="Order with obligation to pay").click()
    page.wait_for_url("**/pay/**")
    demo.box.control.complete(page.url.rsplit("/", 1)[1].split("?")[0], wait_seconds=60)
    (order,) = demo.shop.orders()
    page.goto(f"{demo.url}/orders/{order.reference}")
    expect(page.get_by_text("Written and ordered at once. Bo")).to_be_visible()
    sound(page)
