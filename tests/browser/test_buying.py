"""Reading, choosing, paying: as a person with a phone does it, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from support.buying import go_and_pay, pay_with, wait_until_added

pytestmark = pytest.mark.browser


def put_in_cart_from_a_guide(page: Page, url: str) -> None:
    """Home → guide → product of the guide → cart."""
    page.goto(f"{url}/")
    page.get_by_role("link", name=re.compile("guides", re.I)).first.click()
    page.locator("main a[href*='/guides/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.locator("main a[href*='/products/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.get_by_role("button", name=re.compile("Add to cart")).first.click()
    wait_until_added(page)


def letter_of(demo: Live) -> str:
    """The words of the one letter."""
    (letter,) = demo.shop.letters()
    return letter.text


def test_from_the_first_page_to_the_letter(demo: Live, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    put_in_cart_from_a_guide(page, demo.url)
    go_and_pay(page, demo.url)
    pay_with(page, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    (order,) = demo.shop.orders()
    assert order.state == "paid"
    expect(page.get_by_text(order.number).first).to_be_visible()
    letter = letter_of(demo)
    assert order.number in letter
    assert "Oldenburg" in letter
    assert f"{demo.url}/orders/{order.reference}" in letter
    demo.shop.books_balance()


def test_a_declined_card_loses_nothing_and_the_second_one_pays(
    demo: Live, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    put_in_cart_from_a_guide(page, demo.url)
    go_and_pay(page, demo.url)
    pay_with(page, "4000 0000 0000 0002")
    expect(page.get_by_text("Your card was declined.").first).to_be_visible()
    assert demo.shop.orders()[0].state == "pending"
    cart = visitor.new_page()
    cart.goto(f"{demo.url}/cart")
    expect(cart.get_by_role("button", name="Order with obligation to pay")).to_be_visible()
    pay_with(page, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    assert [o.state for o in demo.shop.orders()] == ["paid"]
    demo.shop.books_balance()


@pytest.mark.parametrize("answer", ["Complete", "Fail"])
def test_a_card_that_asks_for_authentication(demo: Live, page: Page, answer: str) -> None:
    put_in_cart_from_a_guide(page, demo.url)
    go_and_pay(page, demo.url)
    pay_with(page, "4000 0027 6000 3184")
    page.get_by_role("button", name=re.compile(answer)).click()
    if answer == "Complete":
        page.wait_for_url(re.compile(r"/orders/"))
    else:
        expect(page.get_by_role("button", name=re.compile(r"^Pay "))).to_be_visible()
    assert demo.shop.orders()[0].state == ("paid" if answer == "Complete" else "pending")


def test_a_reader_who_adds_from_a_guide_stays_in_the_guide(
    demo: Live, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.goto(f"{demo.url}/guides/foot-bath-at-home")
    page.get_by_role("button", name=re.compile("Add to cart")).first.click()
    wait_until_added(page)
    assert "/guides/foot-bath-at-home" in page.url
    page.goto(f"{demo.url}/cart")
    expect(page.locator(".shop-cart__lines > li")).to_have_count(1)


def test_the_back_button_keeps_the_cart(demo: Live, page: Page) -> None:
    put_in_cart_from_a_guide(page, demo.url)
    go_and_pay(page, demo.url)
    page.go_back()
    expect(page.get_by_role("button", name="Order with obligation to pay")).to_be_visible()


def test_staff_read_the_letter_and_nobody_else_does(demo: Live, page: Page) -> None:
    put_in_cart_from_a_guide(page, demo.url)
    go_and_pay(page, demo.url)
    pay_with(page, "4242 4242 4242 4242")
    page.wait_for_url(re.compile(r"/orders/"))
    page.goto(f"{demo.url}/staff/letters")
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name=re.compile("Sign in")).click()
    page.goto(f"{demo.url}/staff/letters")
    page.get_by_role("link", name=re.compile("confirmed")).first.click()
    expect(page.get_by_text("ida@example.org").first).to_be_visible()


def test_a_whole_purchase_with_the_keyboard_alone(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    button = page.get_by_role("button", name=re.compile("Add to cart")).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("b => b === document.activeElement"):
            break
    else:
        pytest.fail("the button cannot be reached with the Tab key")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert button.evaluate("b => b === document.activeElement"), "focus comes back to the button"
