"""What these tests do to a shop: speak as Stripe does, and count what came of it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from conftest import Live
from storefront import orders, payments, signals
from storefront.checkout import tasks
from storefront.checkout.paperwork import new_session
from storefront.database import db
from storefront.stripe_box.webhooks.signatures import signature_header
from support.shopper import Shopper

COMPLETED = "checkout.session.completed"


def until(condition: Callable[[], object]) -> None:
    """Waits a minute at most for something to become true."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")


def opened_page(live: Live, *, stock: int = 10, price_cents: int = 1290) -> tuple[Shopper, str]:
    """A shopper with one oil and their open payment page, in a shop whose webhooks are lost."""
    live.shop.product(stock=stock, price_cents=price_cents)
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    return shopper, shopper.session_id()


def another_page(live: Live) -> str:
    """A second payment page of the only order, which the shop itself would never open."""
    (order,) = live.shop.orders()
    with live.app.app_context():
        page = new_session(order, orders.lines_of(order.id))
        return payments.open_session(replace(page, key="another tab of another age")).id


def message(
    session_id: str, kind: str = COMPLETED, *, event_id: str = "evt_1", livemode: bool = False
) -> dict[str, Any]:
    """An event about a payment page, with the little that the shop believes of one."""
    about = {"id": session_id, "object": "checkout.session"}
    return {
        "id": event_id, "object": "event", "type": kind, "livemode": livemode,
        "data": {"object": about},
    }  # fmt: skip


def tell(
    live: Live, event: dict[str, Any], *, path: str = "/webhooks/stripe", **headers: str
) -> requests.Response:
    """Sends an event as Stripe does: laid out over lines, signed just now, following nothing."""
    body = json.dumps(event, indent=2).encode()
    signature = signature_header(body, live.box.webhook_secret, timestamp=int(time.time()))
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature} | headers
    url = f"{live.url}{path}"
    return requests.post(url, data=body, headers=headers, timeout=60, allow_redirects=False)


def sold_once(live: Live, *, left: int = 9) -> orders.Order:
    """Asserts one paid order, one letter, one line of history, one sale; returns the order."""
    (order,) = live.shop.orders()
    assert order.state == "paid"
    assert [letter.reference for letter in live.shop.letters()] == [order.reference]
    assert history(live, order).count("paid") == 1
    assert live.shop.stock() == (left, 0)
    live.shop.books_balance()
    return order


@contextmanager
def paid_signals(live: Live) -> Iterator[list[str]]:
    """The references of the orders that the site around the shop hears to be paid."""
    heard: list[str] = []

    def hear(_: object, *, reference: str, **facts: object) -> None:
        heard.append(reference)

    with signals.order_paid.connected_to(hear, sender=live.app):
        yield heard


def history(live: Live, order: orders.Order) -> list[str]:
    """What has happened to an order, oldest first."""
    query = sa.select(orders.OrderEvent.kind).where(orders.OrderEvent.order_id == order.id)
    return live.shop.ask(lambda: list(db.session.scalars(query.order_by(orders.OrderEvent.id))))


def inbox(live: Live) -> dict[str, str]:
    """Event → state."""
    query = sa.select(payments.StripeEvent)
    return live.shop.ask(lambda: {event.id: event.state for event in db.session.scalars(query)})


def grow_older(live: Live) -> None:
    """Every event was received a minute ago, so that the worker may try those that failed."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    stamp = sa.update(payments.StripeEvent).values(received_at=before)
    live.shop.do(lambda: db.session.execute(stamp))


def refund_turn(live: Live) -> int:
    """One turn of the worker, as if every refund's waiting time were over; how many were made."""
    stamp = sa.update(payments.Refund).values(due_at=datetime.now(UTC))
    live.shop.do(lambda: db.session.execute(stamp))
    return live.shop.ask(tasks.make_refunds)


def paid_twice(live: Live) -> str:
    """An order that was paid on two pages; the payment that must go back."""
    _, first = opened_page(live)
    second = another_page(live)
    live.box.control.complete(first)
    spare = live.box.control.complete(second)["payment_intent"]
    for session_id in (first, second):
        assert tell(live, message(session_id, event_id=f"evt_{session_id}")).text == "done"
    return str(spare)
