"""Somebody of the staff sends money back on a phone, with and without JavaScript."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from storefront import orders
from support.axe import rules
from support.desk import bought
from support.menu import go

pytestmark = pytest.mark.browser


@pytest.fixture
def paid(demo: Live) -> orders.Order:
    return bought(demo, "OIL-SPRAY-100", quantity=2)


def order_page(visitor: BrowserContext, demo: Live, order: orders.Order) -> Page:
    """The order, opened by whoever has signed in with this browser."""
    page = visitor.new_page()
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    go(page, "Orders")
    page.get_by_role("link", name=f"Order {order.number}").click()
    return page


def test_money_is_sent_back_after_a_mistake_was_mended(
    demo: Live, visitor: BrowserContext, paid: orders.Order
) -> None:
    page = order_page(visitor, demo, paid)
    page.get_by_text("Send money back").click()
    page.get_by_label("Amount").fill("abc")
    page.get_by_label("Note", exact=True).fill("One was broken.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Amount")).to_be_focused()
    expect(page.get_by_text("'abc' is not a price; write it like 12.90")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("One was broken.")
    page.get_by_label("Amount").fill("5.00")
    page.get_by_role("button", name="Continue").click()
    assert refunded(demo, paid) == []
    page.get_by_role("button", name="Send €5.00 back").dblclick()
    expect(page.get_by_text("Refund went back")).to_be_visible()
    assert refunded(demo, paid) == [500]


def refunded(demo: Live, order: orders.Order) -> list[int]:
    """What Stripe has sent back of an order."""
    made = demo.box.control.refunds()
    return [r["amount"] for r in made if r["payment_intent"] == order.payment_id]


def test_axe_finds_nothing_in_the_open_form_its_mistakes_and_its_question(
    demo: Live, page: Page, paid: orders.Order
) -> None:
    found = {}
    page = order_page(page.context, demo, paid)
    page.get_by_text("Send money back").click()
    found["form"] = rules(page)
    page.get_by_label("Amount").fill("abc")
    page.get_by_label("Put the goods back on the shelf").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("Nothing was sent.").wait_for()
    found["mistakes"] = rules(page)
    page.get_by_role("button", name="Refund everything").click()
    page.get_by_role("button", name="Change something").wait_for()
    found["question"] = rules(page)
    assert found == {"form": [], "mistakes": [], "question": []}
