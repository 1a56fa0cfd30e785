"""An order is taken by phone in three presses, and paid through its letter in two."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from storefront import drafts
from support.phone import link_of

pytestmark = pytest.mark.browser


SKU, UNITS, MAIL = "SKU or name", "How many", "ada@mail.example"


def test_an_order_is_taken_by_phone_and_paid_on_another(
    demo: Live, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    _sign_in(page, demo)
    page.get_by_role("link", name="Take an order by phone").click()  # one
    expect(page.get_by_label(SKU).first).to_be_focused()
    page.get_by_label(SKU).nth(0).fill("oil-spray-100")
    page.get_by_label(UNITS).nth(0).fill("2")
    page.get_by_label("E-mail").fill(MAIL)
    page.get_by_role("button", name="Save").click()  # two
    expect(page.get_by_role("heading", name="Order by phone P-")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Send the letter").click()  # three
    expect(page.get_by_text("The letter with the link is on its way.")).to_be_visible()
    assert len(demo.shop.letters(drafts.KIND)) == 1
    _pay(page, demo)


def test_what_a_name_may_mean_is_listed_and_what_was_typed_is_kept(
    demo: Live, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    _sign_in(page, demo)
    page.goto(f"{demo.url}/staff/drafts/new")
    page.get_by_label(SKU).nth(0).fill("flakes")
    page.get_by_label(UNITS).nth(0).fill("1")
    page.get_by_label("E-mail").fill(MAIL)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label(SKU).nth(0)).to_be_focused()
    expect(page.get_by_text("Which one? Write the SKU:")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value(MAIL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_label(SKU).nth(0).fill("flakes 1000")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Magnesium Flakes for bath and foot soak, 1 kg")).to_be_visible()


def _sign_in(page: Page, demo: Live) -> None:
    page.goto(f"{demo.url}/staff/sign-in")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.goto(f"{demo.url}/staff/orders")


def _pay(page: Page, demo: Live) -> None:
    page.goto(f"{demo.url}{link_of(demo.app)}")  # one: the link in the letter
    expect(page.get_by_role("heading", name="Your order")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Order with obligation to pay").click()  # two
    page.wait_for_url(re.compile("cs_test_"))
    expect(page.get_by_label("Email")).to_have_value(MAIL)
    (order,) = demo.shop.orders()
    assert (order.state, order.email) == ("pending", MAIL)
