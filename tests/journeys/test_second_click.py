"""Who presses the button again is never led to a page on which nobody can pay."""

import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from conftest import Live
from storefront import checkout, payments
from storefront.checkout import page_wait
from storefront.checkout.reconciling import comparing, keep_in_line
from storefront.payments.sessions import read_session
from support.shopper import Shopper, told


@pytest.fixture
def shopper(live: Live) -> Shopper:
    """Somebody with one jar in the cart, in a shop that no message reaches."""
    live.shop.product(stock=4)
    live.box.control.webhooks("drop")
    found = Shopper(live.url)
    found.add()
    return found


def test_a_page_that_was_paid_unnoticed_leads_to_the_order(live: Live, shopper: Shopper) -> None:
    """Fails when the open page is believed to be open without asking Stripe."""
    live.box.control.complete(shopper.session_id(), wait_seconds=0.1)
    again = shopper.check_out()
    (order,) = live.shop.orders()
    assert (again.status_code, order.state) == (303, "paid")
    assert again.headers["Location"] == f"/orders/{order.reference}"
    assert live.shop.stock() == (3, 0)
    assert len(live.shop.letters()) == 1


def test_a_page_that_expired_unnoticed_is_followed_by_a_new_one(
    live: Live, shopper: Shopper
) -> None:
    first = shopper.session_id()
    live.box.control.expire(first)
    second = shopper.session_id()
    assert second != first
    assert [order.state for order in live.shop.orders()] == ["expired", "pending"]
    assert live.shop.stock() == (4, 1)
    live.shop.books_balance()


def test_a_slow_payment_that_failed_unheard_gives_the_goods_back(
    live: Live, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box has no slow methods, so what Stripe would say of one is put in its mouth."""
    session_id = shopper.session_id()
    with live.app.app_context():
        found = payments.retrieve_session(session_id)
    failed = replace(found, status="complete", payment_status="unpaid", has_failed=True)
    monkeypatch.setattr(payments, "retrieve_session", lambda _: failed)
    monkeypatch.setattr(payments, "sessions_between", lambda *_: iter([]))
    monkeypatch.setattr(comparing, "_LEAVE_ALONE", timedelta(0))
    with live.app.app_context():
        assert keep_in_line()
    assert [order.state for order in live.shop.orders()] == ["failed"]
    assert live.shop.stock() == (4, 0)


@pytest.mark.parametrize(
    ("status", "payment_status", "intent", "has_failed"),
    [
        ("complete", "unpaid", {"id": "pi_1", "status": "requires_payment_method"}, True),
        ("complete", "unpaid", {"id": "pi_1", "status": "canceled"}, True),
        ("complete", "unpaid", {"id": "pi_1", "status": "processing"}, False),
        ("complete", "unpaid", "pi_1", False),
        ("complete", "paid", {"id": "pi_1", "status": "succeeded"}, False),
        ("open", "unpaid", {"id": "pi_1", "status": "requires_payment_method"}, False),
    ],
)
def test_only_a_completed_page_whose_intent_gave_up_has_failed(
    status: str, payment_status: str, intent: Any, has_failed: bool
) -> None:
    raw = {"id": "cs_1", "status": status, "payment_status": payment_status}
    found = SimpleNamespace(to_dict=lambda: raw | {"payment_intent": intent})
    session = read_session(found)
    assert (session.has_failed, session.payment_id) == (has_failed, "pi_1")
    assert session.is_over == has_failed


def test_clicks_beyond_those_that_may_wait_get_a_sentence_at_once(
    live: Live, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when any number of web threads may stand still for one shopper."""
    opening, may_go_on = threading.Event(), threading.Event()
    real = payments.open_session

    def slowly(new: payments.NewSession) -> payments.PaymentSession:
        opening.set()
        may_go_on.wait(60)
        return real(new)

    monkeypatch.setattr(payments, "open_session", slowly)
    first = threading.Thread(target=shopper.check_out)
    first.start()
    opening.wait(60)
    turns, waiting = live.app.extensions["storefront"].click_turns, 0
    while turns.acquire(blocking=False):
        waiting += 1
    looks: list[int] = []
    monkeypatch.setattr(page_wait, "_look_for_page", lambda *_: looks.append(1) or "")
    refused = shopper.check_out()
    turns.release(waiting)
    may_go_on.set()
    first.join()
    assert (waiting, looks) == (16, [])  # a quarter of the threads of this server
    assert checkout.PageIsOpening().sentence in told(refused.text)
    assert len(live.shop.orders()) == 1
    assert live.shop.stock() == (4, 1)
