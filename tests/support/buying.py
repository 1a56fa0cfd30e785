"""Somebody who buys, in a browser."""

import re

from playwright.sync_api import Page, expect


def wait_until_added(page: Page) -> None:
    """The drawer is open, or the cart page is there, or the guide at the block one came from."""
    added = "dialog[open], .shop-cart__lines, :target"
    page.locator(added).first.wait_for()


def add_from_its_page(page: Page, url: str, slug: str) -> None:
    """Product page → cart."""
    page.goto(f"{url}/products/{slug}")
    page.get_by_role("button", name=re.compile("Add to cart")).first.click()
    wait_until_added(page)


def go_and_pay(page: Page, url: str) -> None:
    """Cart → payment page."""
    page.goto(f"{url}/cart")
    page.get_by_role("button", name="Order with obligation to pay").click()
    expect(page.get_by_text("TEST").first).to_be_visible()


def pay_with(page: Page, number: str) -> None:
    """Fills the payment page in and presses the button."""
    page.get_by_label("Email").fill("ida@example.org")
    page.get_by_label("Full name").fill("Ida Example")
    page.get_by_label("Address line 1").fill("Salzweg 1")
    page.get_by_label("Postal code").fill("26122")
    page.get_by_label("City").fill("Oldenburg")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expiry").fill("12 / 34")
    page.get_by_label("CVC").fill("123")
    page.get_by_role("button", name=re.compile(r"^Pay ")).click()
