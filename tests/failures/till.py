"""Hands at the till: an order is sold, money is sent back, and Stripe tells what became of it."""

from typing import Any

import sqlalchemy as sa

from conftest import Live
from storefront import checkout, orders, payments
from storefront.database import db
from support.shopper import Shopper

from .hands import message, sold_once, tell


def sold(live: Live, *, card: str = "4242424242424242", quantity: int = 2) -> orders.Order:
    """An order for two oils (30.70) that was paid, in a shop that no message reaches."""
    live.shop.product()
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add(quantity=quantity)
    session_id = shopper.session_id()
    live.box.control.pay(session_id, card=card, email="ida@example.org")
    assert tell(live, message(session_id, event_id="evt_paid")).text == "done"
    return sold_once(live, left=10 - quantity)


def hear(live: Live, kind: str, found: dict[str, Any], *, event_id: str) -> None:
    """A message about a refund, dispute, charge or warning, with the little that is believed."""
    about = {"id": found["id"], "object": found["object"]}
    event = {"id": event_id, "object": "event", "type": kind, "livemode": False}
    assert tell(live, event | {"data": {"object": about}}).text == "done"


def ask(live: Live, order: orders.Order, cents: int, *, token: str = "t1", **wish: Any) -> bool:
    """Staff send so much back."""
    wanted = checkout.RefundWish(
        payment_id=order.payment_id or "", amount_cents=cents, token=token, **wish
    )
    return live.shop.do(lambda: checkout.ask_refund(order.reference, wanted))


def refunds(live: Live) -> list[tuple[int, str]]:
    """Amount and state of each refund in the shop's books."""
    rows = live.shop.ask(lambda: db.session.scalars(sa.select(payments.Refund)).all())
    return [(row.amount_cents, row.state) for row in rows]


def cases(live: Live) -> list[str]:
    """Kinds of the cases that wait for somebody, oldest first."""
    return [case.kind for case in live.shop.ask(payments.open_cases)]


def state(live: Live) -> str:
    """How it stands with the only order."""
    (order,) = live.shop.orders()
    return order.state
