"""The stock on a phone: a number changed and undone, a shelf counted; and what axe finds."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from support.axe import rules

pytestmark = pytest.mark.browser
SKU = "LOTION-250"
NAMED = "Magnesium Body Lotion, 250 ml"


def signed_in(visitor: BrowserContext, demo: Live, path: str) -> Page:
    """A page of the back office, opened by whoever has signed in with this browser."""
    page = visitor.new_page()
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{demo.url}{path}")
    return page


def test_twenty_four_come_are_booked_with_enter_and_taken_back_with_one_press(
    demo: Live, visitor: BrowserContext
) -> None:
    """Two presses to book (why, Enter), as docs/staff/stock.md says, and one to undo."""
    before = demo.shop.stock(SKU)[0]
    page = signed_in(visitor, demo, "/staff/stock?q=lotion250")
    page.get_by_label(f"Why {NAMED} changes").select_option("received")
    number = page.get_by_label(f"On hand of {NAMED}", exact=True)
    number.fill("+24")
    number.press("Enter")
    expect(page.get_by_text(f"Now {before + 24} on hand.")).to_be_visible()
    assert demo.shop.stock(SKU)[0] == before + 24
    page.get_by_role("button", name=f"Undo {NAMED}").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(number).to_have_value(str(before))
    assert demo.shop.stock(SKU)[0] == before
    number.fill("many")
    number.press("Enter")
    expect(number).to_be_focused()
    expect(number).to_have_value("many")
    expect(page.get_by_text("Write how many there are now")).to_be_visible()


def test_a_shelf_is_counted_looked_at_and_booked(demo: Live, visitor: BrowserContext) -> None:
    before = demo.shop.stock(SKU)[0]
    page = signed_in(visitor, demo, "/staff/stock-takes")
    page.get_by_role("button", name="Begin a stock-take").click()
    page.get_by_label("Magnesium Body Lotion").fill(str(before - 1))
    page.get_by_role("button", name="Keep and see the differences").click()
    expect(page.get_by_role("heading", name="1 SKU differs")).to_be_visible()
    page.get_by_role("button", name="Book this difference").click()
    expect(page.get_by_text("The differences are booked")).to_be_visible()
    assert demo.shop.stock(SKU)[0] == before - 1


def test_minus_and_plus_count_and_a_search_answers_while_one_types(demo: Live, page: Page) -> None:
    page = signed_in(page.context, demo, "/staff/stock")
    before = demo.shop.stock(SKU)[0]
    number = page.get_by_label(f"On hand of {NAMED}", exact=True)
    page.get_by_role("button", name=f"One more of {NAMED}").click()
    expect(number).to_have_value(str(before + 1))
    page.get_by_role("button", name=f"One less of {NAMED}").click()
    expect(number).to_have_value(str(before))
    page.get_by_label("Product, size or SKU").press_sequentially("lotion 250")
    expect(page.get_by_text("1 size", exact=True)).to_be_visible()
    assert demo.shop.stock(SKU)[0] == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_the_stock(demo: Live, page: Page, scheme: str) -> None:
    found = {}
    page = signed_in(page.context, demo, "/staff/stock")
    page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
    number = page.get_by_label(f"On hand of {NAMED}", exact=True)
    number.fill("+1")
    number.press("Enter")
    page.get_by_text("on hand.").wait_for()
    found["changed"] = rules(page)
    number.fill("many")
    number.press("Enter")
    page.get_by_text("Write how many there are now").wait_for()
    found["wrong"] = rules(page)
    for path in (f"stock/{SKU}", "stock-file", "stock-takes"):
        page.goto(f"{demo.url}/staff/{path}")
        found[path] = rules(page)
    page.get_by_role("button", name="Begin a stock-take").click()
    page.get_by_label("Magnesium Body Lotion").fill("0")
    found["count"] = rules(page)
    page.get_by_role("button", name="Keep and see the differences").click()
    page.get_by_role("heading", name="1 SKU differs").wait_for()
    found["differences"] = rules(page)
    page.goto(page.url.replace("differences", "sheet"))
    found["sheet"] = rules(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
