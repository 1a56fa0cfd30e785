"""An order taken by phone, from the call to the paid order, and what may come in between."""

import re

import pytest

from conftest import Live
from storefront import drafts
from storefront.checkout import events
from support.desk import Desk
from support.phone import CALLER, Caller, found, link_of, phoned, sent, state
from support.shopper import Shopper, told

FAILS = "DE62370400440532013001"
ROWS = {"rows-0-article": "oil", "rows-0-units": "2", "email": CALLER, "token": "t"}


@pytest.fixture
def oil(live: Live) -> Live:
    """A shop with ten oils."""
    live.shop.product()
    return live


def called(live: Live) -> tuple[str, Caller]:
    """An order put together whose letter went out, and whoever got it."""
    reference = phoned(live.shop)
    sent(live.shop, reference)
    return reference, Caller(live.url, link_of(live.app))


def form_on(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form of a page that leads there."""
    there = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', there))


def test_from_the_call_to_the_paid_order(oil: Live) -> None:
    desk = Desk(oil)
    page = desk.post("/staff/drafts/new", dict(ROWS))
    at = page.url.removeprefix(oil.url).partition("?")[0]
    assert "€30.70" in page.text
    page = desk.post(f"{at}/send", dict(form_on(page.text, f"{at}/send")))
    assert "The letter with the link is on its way." in page.text
    caller = Caller(oil.url, link_of(oil.app))
    assert "2 × €12.90" in told(caller.look().text)
    session_id = caller.session_id()
    assert oil.shop.stock() == (10, 2)
    assert "Paying now" in desk.get(at).text
    oil.box.control.complete(session_id, wait_seconds=60)
    (order,) = oil.shop.orders()
    assert (order.state, order.email, order.total_cents) == ("paid", CALLER, 3070)
    assert [letter.recipient for letter in oil.shop.letters()] == [CALLER]
    assert oil.shop.stock() == (8, 0)
    assert caller.look().url == f"{oil.url}/orders/{order.reference}"
    page = desk.get(at)
    assert f'href="/staff/orders/{order.reference}"' in page.text
    assert "Change it" not in page.text
    page = desk.get(f"/staff/orders/{order.reference}")
    assert "Taken by phone by ida@shop.example" in told(page.text)
    assert f'href="{at}"' in page.text
    oil.shop.books_balance()


def test_the_payment_page_knows_the_caller_and_leads_back_to_our_page(oil: Live) -> None:
    _, caller = called(oil)
    page = oil.box.control.session(caller.session_id())
    assert page["customer_email"] == CALLER
    assert page["cancel_url"] == f"{oil.url}{caller.path}"
    again = caller.look().text
    assert "Nothing was charged so far. The button leads back to your payment page." in again


def test_a_second_press_leads_to_the_same_payment_page(oil: Live) -> None:
    _, caller = called(oil)
    assert caller.session_id() == caller.session_id()
    assert len(oil.shop.orders()) == 1
    assert oil.shop.stock() == (10, 2)


def test_what_staff_change_while_the_caller_pays_closes_that_page(oil: Live) -> None:
    """Fails when the page stays open: the caller pays what was taken out again."""
    reference, caller = called(oil)
    first = caller.session_id()
    desk, at = Desk(oil), f"/staff/drafts/{reference}"
    page = desk.post(at, {**ROWS, "rows-0-units": "3", "version": "1"})
    assert "The payment page that was open is closed" in told(page.text)
    assert oil.box.control.session(first)["status"] == "expired"
    assert oil.shop.stock() == (10, 0)
    refused = caller.press()
    assert refused.status_code == 422
    assert "3 × €12.90" in told(refused.text)
    caller.page = refused.text
    oil.box.control.complete(caller.session_id(), wait_seconds=60)
    assert [order.state for order in oil.shop.orders()] == ["expired", "paid"]
    assert oil.shop.stock() == (7, 0)
    assert len(oil.shop.letters()) == 1


def test_who_paid_before_staff_saved_has_bought_what_they_saw(oil: Live) -> None:
    reference, caller = called(oil)
    oil.box.control.webhooks("drop")
    oil.box.control.pay(caller.session_id())
    desk, at = Desk(oil), f"/staff/drafts/{reference}"
    desk.post(at, {**ROWS, "rows-0-units": "3", "version": "1"})
    (order,) = oil.shop.orders()
    assert (order.state, order.total_cents, oil.shop.stock()) == ("paid", 3070, (8, 0))
    page = desk.post(at, {**ROWS, "rows-0-units": "4", "version": "2"})
    assert page.status_code == 409
    assert drafts.PaidMeanwhile().sentence in told(page.text)
    assert state(oil.shop, reference) == "paid"
    assert "€30.70" in page.text
    draft = found(oil.shop, reference).draft
    left = oil.shop.ask(lambda: drafts.price(draft))
    assert left.item_count == 1  # the third bottle, which nobody asked the caller to pay
    caller.page = f'<input name="seen" value="{left.key}">'
    assert caller.press().headers["Location"] == f"/orders/{order.reference}"
    assert len(oil.shop.orders()) == 1


def test_what_staff_cancel_while_the_caller_pays_closes_that_page(oil: Live) -> None:
    reference, caller = called(oil)
    session_id = caller.session_id()
    desk, at = Desk(oil), f"/staff/drafts/{reference}"
    page = desk.post(f"{at}/cancel", {"choice": "cancel"})
    assert "nobody can pay it any more" in told(page.text)
    assert oil.box.control.session(session_id)["status"] == "expired"
    assert [order.state for order in oil.shop.orders()] == ["cancelled"]
    assert oil.shop.stock() == (10, 0)
    assert caller.look().status_code == 410
    desk.post(f"{at}/cancel", {"choice": "reopen"})
    caller.look()
    oil.box.control.complete(caller.session_id(), wait_seconds=60)
    assert state(oil.shop, reference) == "paid"
    page = desk.post(f"{at}/cancel", {"choice": "cancel"})
    assert page.status_code == 409
    assert oil.shop.orders()[-1].state == "paid"


def test_a_payment_page_that_closed_unpaid_leaves_it_to_be_paid_again(oil: Live) -> None:
    reference, caller = called(oil)
    oil.box.control.webhooks("drop")
    oil.box.control.expire(caller.session_id())
    second = caller.session_id()
    oil.box.control.webhooks("on")
    oil.box.control.complete(second, wait_seconds=60)
    assert [order.state for order in oil.shop.orders()] == ["expired", "paid"]
    assert state(oil.shop, reference) == "paid"
    oil.shop.books_balance()


def test_after_a_bank_that_did_not_pay_the_letter_leads_back_to_our_page(oil: Live) -> None:
    reference, caller = called(oil)
    oil.box.control.webhooks("drop")
    session_id = caller.session_id()
    oil.box.control.pay(session_id, iban=FAILS)
    oil.shop.ask(lambda: events.follow("checkout.session.completed", session_id))
    (order,) = oil.shop.orders()
    assert (order.state, state(oil.shop, reference)) == ("processing", "paying")
    assert caller.look().url == f"{oil.url}/orders/{order.reference}"
    oil.box.control.fail(session_id)
    oil.shop.ask(lambda: events.follow("checkout.session.async_payment_failed", session_id))
    (letter,) = oil.shop.letters("payment_failed")
    for text in (letter.text, letter.html):
        assert f"{oil.url}{caller.path}" in text
        assert "in your cart" not in text
    assert state(oil.shop, reference) == "waiting"
    assert "2 × €12.90" in told(caller.look().text)


def test_of_a_shopper_with_a_cart_stripe_is_told_no_address(oil: Live) -> None:
    shopper = Shopper(oil.url)
    shopper.add()
    page = oil.box.control.session(shopper.session_id())
    assert page["customer_email"] is None
    assert page["cancel_url"] == f"{oil.url}/checkout/cancelled"
    assert [order.draft_reference for order in oil.shop.orders()] == [""]
