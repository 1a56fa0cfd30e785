"""On a phone: a low header that leads everywhere, and the way on at once."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live
from support.buying import add_from_its_page

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small phone, without JavaScript."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 375, "height": 812}, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "most"), [(320, 92), (360, 56), (375, 56), (600, 56)])
def test_the_header_is_low_and_leads_everywhere(
    demo: Live, phone: Page, width: int, most: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 812})
    phone.goto(demo.url)
    row = phone.locator("header nav")
    assert row.evaluate("row => row.getBoundingClientRect().height") <= most
    for name in ("Products", "Guides", "Cart"):
        expect(row.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    assert row.evaluate("row => row.scrollWidth <= window.innerWidth")


def test_home_leads_on_without_scrolling(demo: Live, phone: Page) -> None:
    phone.goto(demo.url)
    expect(phone.get_by_role("link", name="See the products")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [320, 375, 768, 1024])
def test_the_field_for_an_address_is_wide_enough_for_one(
    demo: Live, phone: Page, width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 812})
    phone.goto(f"{demo.url}/products/wooden-bath-scoop")
    field = phone.get_by_label("Tell me when it is back").bounding_box()
    assert field
    assert field["width"] >= 15 * 16


def test_who_looks_for_an_order_is_told_of_every_mistake(demo: Live, phone: Page) -> None:
    """Fails without novalidate: the browser then points at the first mistake alone."""
    phone.goto(f"{demo.url}/orders/find")
    phone.get_by_label("E-mail").fill("ida@")
    phone.get_by_role("button", name="Show the order").click()
    for label, sentence in (
        ("Order number", "Please give the number from your letter."),
        ("E-mail", "Please give the whole address you paid with"),
    ):
        field = phone.get_by_label(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(sentence))
    expect(phone.get_by_label("Order number")).to_be_focused()


def test_update_and_remove_of_a_line_of_the_cart_stand_in_one_row(demo: Live, phone: Page) -> None:
    """Fails without the narrow number and gaps of a phone: Remove then stands below."""
    add_from_its_page(phone, demo.url, "magnesium-ritual-set")
    phone.goto(f"{demo.url}/cart")
    line = phone.locator(".shop-cart-line")
    boxes = [line.get_by_role("button", name=name).bounding_box() for name in ("Update", "Remove")]
    assert len({box["y"] for box in boxes if box}) == 1, boxes
    assert all(boxes)
