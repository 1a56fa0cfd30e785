"""The shopper and Stripe's message come back at their own times, and with whatever they bring."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import Live
from storefront import payments
from support.shopper import Shopper

from .hands import message, opened_page, paid_signals, sold_once, tell


@pytest.mark.parametrize("order", ["together", "message first", "shopper first"])
def test_a_message_and_a_shopper_in_any_order_sell_once(live: Live, order: str) -> None:
    """Failure 3. Fails when an order that is paid already may be settled again."""
    shopper, session_id = opened_page(live)
    live.box.control.complete(session_id)
    back = f"{live.url}/checkout/return?session_id={session_id}"
    ready = threading.Barrier(2 if order == "together" else 1, timeout=60)
    paths: list[Callable[[], int]] = [
        lambda: tell(live, message(session_id)).status_code,
        lambda: shopper.web.get(back, timeout=60).status_code,
    ]

    def go(path: Callable[[], int]) -> int:
        ready.wait()
        return path()

    wanted = paths if order != "shopper first" else paths[::-1]
    with paid_signals(live) as heard, ThreadPoolExecutor(2 if order == "together" else 1) as both:
        assert list(both.map(go, wanted)) == [200, 200]
    assert heard == [sold_once(live).reference]
    assert live.shop.count(payments.Refund) == 0


def test_anothers_paid_page_pays_for_nobody_else(live: Live) -> None:
    """Failure 9. Fails when the visitor's order is settled instead of the one that was paid."""
    _, paid = opened_page(live)
    live.box.control.complete(paid)
    bo = Shopper(live.url)
    bo.add()
    open_id = bo.session_id()
    bo.web.get(f"{live.url}/checkout/return?session_id={paid}", timeout=60)
    states = {order.session_id: order.state for order in live.shop.orders()}
    assert states == {paid: "paid", open_id: "pending"}
    assert live.shop.stock() == (9, 1)
    assert len(live.shop.letters()) == 1
    assert bo.session_id() == open_id, "their cart is still full, and their page still open"
