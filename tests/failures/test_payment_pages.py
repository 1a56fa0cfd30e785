"""Payment pages that time out, open twice, stay behind, or do not open at all."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from conftest import Live
from storefront import inventory, payments
from storefront.checkout import tasks
from storefront.database import db
from stripe_box.forms import get, post
from support.shopper import Shopper, told

from .hands import (
    another_page,
    history,
    message,
    opened_page,
    refund_turn,
    sold_once,
    tell,
)

EXPIRED = "checkout.session.expired"
OPENING = {"method": "POST", "path": "/v1/checkout/sessions"}


def let_holds_be_overdue(live: Live) -> None:
    """As if page and grace had passed on the shop's clock."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    live.shop.do(lambda: db.session.execute(sa.update(inventory.Hold).values(expires_at=before)))


def test_an_abandoned_page_lasts_minutes_and_its_goods_a_little_longer(live: Live) -> None:
    """Failures 13, 14. Fails when a page lasts Stripe's whole day, or longer than its hold."""
    live.shop.product(stock=4)
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add(quantity=4)
    session = live.box.control.session(shopper.session_id())
    (order,) = live.shop.orders()
    assert session["expires_at"] == int(order.session_expires_at.timestamp())
    held = live.shop.ask(lambda: db.session.scalars(sa.select(inventory.Hold)).one())
    assert held.expires_at - order.session_expires_at == timedelta(minutes=15)
    live.box.control.advance_clock(35 * 60)
    assert live.box.control.session(session["id"])["status"] == "expired"
    let_holds_be_overdue(live)
    assert live.shop.ask(tasks.release_holds) == 1
    assert [found.state for found in live.shop.orders()] == ["expired"]
    assert live.shop.stock() == (4, 0)


def test_message_and_clock_together_give_goods_back_once(live: Live) -> None:
    """Failure 13. Fails when the step to `expired` does not ask for the state before it."""
    _, session_id = opened_page(live, stock=4)
    live.box.control.expire(session_id)
    let_holds_be_overdue(live)
    ready = threading.Barrier(3, timeout=60)

    def by_message(event_id: str) -> int:
        return tell(live, message(session_id, EXPIRED, event_id=event_id)).status_code

    def go(path: Callable[[], int]) -> int:
        ready.wait()
        return path()

    paths: list[Callable[[], int]] = [
        lambda: by_message("evt_1"),
        lambda: by_message("evt_2"),
        lambda: live.shop.ask(tasks.release_holds),
    ]
    with ThreadPoolExecutor(3) as arrivals:
        first, second, _ = arrivals.map(go, paths)
    assert (first, second) == (200, 200)
    (order,) = live.shop.orders()
    assert (order.state, history(live, order)) == ("expired", ["placed", "expired"])
    assert live.shop.stock() == (4, 0)
    live.shop.books_balance()


def test_the_clock_alone_gives_goods_back_and_asks_stripe_before(live: Live) -> None:
    """Failure 13. Fails when holds end by our clock alone: one of the two pages was just paid."""
    _, paid = opened_page(live, stock=4)
    other = Shopper(live.url)
    other.add(quantity=3)
    left = other.session_id()
    live.box.control.complete(paid)
    let_holds_be_overdue(live)
    assert live.shop.ask(tasks.release_holds) == 2
    states = {order.session_id: order.state for order in live.shop.orders()}
    assert states == {paid: "paid", left: "expired"}
    assert live.box.control.session(left)["status"] == "expired"
    assert live.shop.stock() == (3, 0)


def test_a_page_opens_although_stripes_clock_is_ahead_and_its_first_answer_is_lost(
    live: Live,
) -> None:
    """Failure 14. Fails when a page is asked for once, with no more than Stripe's half hour."""
    live.shop.product()
    live.box.control.advance_clock(90)
    live.box.control.add_fault("drop_response", **OPENING, times=1)
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    sold_once(live)


def test_a_page_whose_answer_was_lost_is_asked_for_again_and_opened_once(live: Live) -> None:
    """Failure 17. Fails when the second request has a key of its own, or none is made."""
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.add_fault("drop_response", **OPENING, times=2)
    session_id = shopper.session_id()
    assert [session["id"] for session in live.box.control.sessions()] == [session_id]
    asked = [r for r in live.box.control.requests() if r["path"] == "/v1/checkout/sessions"]
    assert [request["is_replayed"] for request in asked] == [False, True, True]
    assert len(live.shop.orders()) == 1


def test_an_order_paid_on_two_pages_keeps_one_payment_and_stays_paid(live: Live) -> None:
    """Failure 16. Fails when a second payment is kept, or its refund undoes the order."""
    _, first = opened_page(live)
    (order,) = live.shop.orders()
    second = another_page(live)
    kept = live.box.control.complete(first)["payment_intent"]
    spare = live.box.control.complete(second)["payment_intent"]
    for number, session_id in enumerate([first, second, first, second]):
        assert tell(live, message(session_id, event_id=f"evt_{number}")).text == "done"
    assert [refund_turn(live) for _ in range(2)] == [1, 0]
    (refund,) = live.box.control.refunds()
    assert (refund["payment_intent"], refund["amount"]) == (spare, order.total_cents)
    assert sold_once(live).payment_id == kept
    (letter,) = live.shop.letters("refund")
    assert "was paid twice. Your first payment stands" in letter.text


def test_an_expired_page_takes_no_money_and_leads_back_to_a_page_that_explains(live: Live) -> None:
    """Failure 29. Fails when the payment page is not told where its way back leads."""
    shopper, session_id = opened_page(live)
    address = live.box.control.session(session_id)["url"]
    typed = get(address).fields
    live.box.control.expire(session_id)
    refused = post(address, typed)
    assert (refused.status, refused.location) == (303, f"/pay/{session_id}")
    assert live.box.control.events("charge.succeeded") == []
    way_back = f"{live.url}/checkout/cancelled"
    assert f'href="{way_back}"' in get(address).html
    page = shopper.web.get(way_back, timeout=60)
    assert page.status_code == 200
    assert "Nothing was charged" in told(page.text)
    assert 'href="/cart"' in page.text
    assert shopper.session_id() != session_id
    assert live.shop.stock() == (10, 1)


@pytest.mark.parametrize(
    ("fault", "values"),
    [
        ("status", {"status": 429}),
        ("status", {"status": 502}),
        ("truncate_json", {}),
        ("drop_request", {}),
        ("drop_response", {}),
    ],
    ids=["too often", "html of a proxy", "half an answer", "never heard", "answers lost"],
)
def test_whatever_stripe_answers_instead_of_a_page_the_button_works_again(
    live: Live, fault: str, values: dict[str, int]
) -> None:
    """Failure 28. Fails when such an answer is an error page, or keeps the goods or the order."""
    live.shop.product(stock=4)
    shopper = Shopper(live.url)
    shopper.add(quantity=4)
    live.box.control.add_fault(fault, **OPENING, **values)
    answer = shopper.check_out()
    assert answer.status_code == 503
    assert payments.PaymentFailed("").sentence in told(answer.text)
    assert [order.state for order in live.shop.orders()] == ["expired"]
    assert live.shop.stock() == (4, 0)
    live.box.control.clear_faults()
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    assert [order.state for order in live.shop.orders()] == ["expired", "paid"]
    assert live.shop.stock() == (0, 0)
