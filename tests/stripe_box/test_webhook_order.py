"""Webhooks held back by a fault and sent one by one in an order that the seed decides."""

import json
import time

import pytest

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .receiver import Posted, Receiver
from .shopping import order

EXPIRED = "checkout.session.expired"


def _create(box: BoxServer) -> str:
    return str(client_of(box).v1.checkout.sessions.create(order()).id)


def _expire(box: BoxServer) -> None:
    box.control.expire(_create(box))


def _types(posted: list[Posted]) -> list[str]:
    return [json.loads(one.body)["type"] for one in posted]


def test_events_of_one_payment_come_in_another_order_that_the_seed_decides(
    receiver: Receiver,
) -> None:
    orders = []
    for seed in (1, 1, 2):
        with BoxServer(webhook_url=receiver.url) as box:
            box.control.seed(seed)
            box.control.add_fault("reorder", count=5, seconds=3600)
            box.control.complete(_create(box))
            receiver.wait_for(5)
            assert box.control.wait_until_delivered()
            made = [event["type"] for event in box.control.events()]
            orders.append(_types(receiver.posted))
            receiver.posted.clear()
    assert orders[0] == orders[1]
    assert orders[0] != orders[2]
    assert all(sorted(one) == sorted(made) and one != made for one in orders)


@pytest.mark.parametrize("seed", range(4))
def test_two_events_always_change_places(wired: BoxServer, receiver: Receiver, seed: int) -> None:
    wired.control.seed(seed)
    wired.control.add_fault("reorder", event="payment_intent.*", count=2, seconds=3600)
    wired.control.complete(_create(wired))
    receiver.wait_for(5)
    found = [kind for kind in _types(receiver.posted) if kind.startswith("payment_intent.")]
    assert found == ["payment_intent.succeeded", "payment_intent.created"]


def test_an_event_that_waits_alone_goes_after_its_time(
    wired: BoxServer, receiver: Receiver
) -> None:
    wired.control.add_fault("reorder", event=EXPIRED, count=2, seconds=3600)
    first, second, third = (_create(wired) for _ in range(3))
    wired.control.expire(first)
    time.sleep(0.2)
    assert receiver.posted == []
    wired.control.advance_clock(3601)
    assert len(receiver.wait_for(1)) == 1
    assert wired.control.wait_until_delivered()
    wired.control.expire(second)
    wired.control.expire(third)
    told = [json.loads(one.body)["data"]["object"]["id"] for one in receiver.wait_for(3)]
    assert told == [first, third, second]


def test_a_reset_forgets_what_was_held(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("reorder", event=EXPIRED, count=2, seconds=3600)
    _expire(wired)
    wired.control.reset()
    wired.control.add_fault("reorder", event=EXPIRED, count=2, seconds=3600)
    first, second = _create(wired), _create(wired)
    wired.control.expire(first)
    wired.control.expire(second)
    told = [json.loads(one.body)["data"]["object"]["id"] for one in receiver.wait_for(2)]
    assert told == [second, first]


def test_a_held_back_order_survives_hold_and_drop(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.webhooks("drop")
    wired.control.add_fault("reorder", count=5, seconds=3600)
    wired.control.complete(_create(wired), wait_seconds=0.1)
    for _ in range(3000):
        if {row["state"] for row in wired.control.deliveries()} == {"dropped"}:
            break
        time.sleep(0.02)
    assert {row["state"] for row in wired.control.deliveries()} == {"dropped"}
    wired.control.webhooks("hold")
    wired.control.complete(_create(wired))
    wired.control.webhooks("on")
    assert len(receiver.wait_for(5)) == 5
