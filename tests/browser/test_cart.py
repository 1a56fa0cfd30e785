"""The cart on a phone, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live
from support.buying import add_from_its_page

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["scripts", "no_scripts"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A small phone."""
    context = browser.new_context(
        java_script_enabled=request.param,
        viewport={"width": 375, "height": 812},
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def press_without_scripts(page: Page, name: str) -> None:
    """Presses a button that is there for phones without scripts only."""
    button = page.get_by_role("button", name=name)
    if button.is_visible():
        button.click()


def test_a_country_is_chosen_and_the_price_follows(demo: Live, phone: Page) -> None:
    add_from_its_page(phone, demo.url, "magnesium-oil-spray")
    phone.goto(f"{demo.url}/cart")
    countries, order = (
        phone.get_by_label("Delivery to"),
        phone.get_by_role("button", name="Order with obligation to pay"),
    )
    countries.select_option("Another country")
    press_without_scripts(phone, "Show the price")
    expect(phone.get_by_text("We do not deliver there yet.")).to_be_visible()
    expect(order).to_have_count(0)
    countries.select_option("Ireland")
    press_without_scripts(phone, "Show the price")
    expect(order).to_be_visible()
    expect(countries).to_have_value("IE")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_whole_price_comes_first_and_a_code_is_asked_for_in_a_fold(
    demo: Live, phone: Page
) -> None:
    add_from_its_page(phone, demo.url, "magnesium-ritual-set")
    phone.goto(f"{demo.url}/cart")
    field = phone.get_by_label("Promotion code")
    expect(field).to_be_hidden()
    phone.get_by_text("Add a promotion code").click()
    field.fill("WELCOME10")
    phone.get_by_role("button", name="Use the code").click()
    expect(phone.locator(".shop-order-summary__off")).to_be_in_viewport()
    expect(phone.get_by_role("button", name="Order with obligation to pay")).to_be_visible()
    expect(phone.get_by_text("Add a promotion code")).to_have_count(0)
