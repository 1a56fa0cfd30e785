"""Open, then complete or expired: events in Stripe's order, and one winner."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.errors import JSON
from storefront.stripe_box.payments import lifecycle
from storefront.stripe_box.resources.session_objects import choose_shipping

from .shopping import line, order

PAID = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]
DECLINED = ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def _types(box: BoxServer) -> list[str]:
    return [event["type"] for event in box.control.events()]


def test_paying_completes_the_session(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    box.control.complete(session_id, email="ann@example.com", name="Ann Lee", country="AT")
    session = client.v1.checkout.sessions.retrieve(session_id)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details is not None
    assert session.customer_details.email == "ann@example.com"
    assert session.collected_information is not None
    shipping = session.collected_information.shipping_details
    assert shipping is not None
    assert (shipping.name, shipping.address.country) == ("Ann Lee", "AT")
    assert _types(box) == PAID


def test_the_payment_carries_the_orders_metadata(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    intent_id = box.control.complete(session_id)["payment_intent"]
    intent = client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    for thing in (intent, charge):
        assert thing.metadata.to_dict() == {"order": "1001"}
        assert thing.description == "Order SW-1001"
    assert (intent.status, intent.amount_received) == ("succeeded", 1780)
    assert (charge.captured, charge.outcome.type) == (True, "authorized")  # type: ignore[union-attr]
    assert client.v1.charges.list({"payment_intent": intent_id}).data[0].id == charge.id
    assert client.v1.payment_intents.list().data[0].id == intent_id


def test_events_are_snapshots(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    box.control.complete(session_id)
    (succeeded,) = client.v1.events.list({"type": "charge.succeeded"}).data
    (updated,) = client.v1.events.list({"types": ["charge.updated", "x.y"]}).data
    assert succeeded.data.object.balance_transaction is None  # type: ignore[union-attr]
    assert updated.data.object.balance_transaction.startswith("txn_")  # type: ignore[union-attr]
    assert client.v1.events.retrieve(updated.id).id == updated.id
    assert client.v1.events.list({"delivery_success": False}).data == []


def test_a_decline_keeps_the_session_open(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    session = box.control.decline(session_id, card="4000000000009995")
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    intent = client.v1.payment_intents.retrieve(session["payment_intent"])
    error = intent.last_payment_error
    assert error is not None
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")
    assert _types(box) == DECLINED


def test_the_second_try_uses_the_same_payment(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    declined = box.control.decline(session_id)
    paid = box.control.complete(session_id)
    assert paid["payment_intent"] == declined["payment_intent"]
    assert _types(box) == DECLINED + PAID[1:]
    charges = client.v1.charges.list({"payment_intent": paid["payment_intent"]}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


def test_authentication_that_passes_pays(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    assert box.control.pay(session_id, card="4000002760003184").state == "authenticate"
    assert box.control.session(session_id)["status"] == "open"
    assert box.control.authenticate(session_id)["payment_status"] == "paid"
    assert _types(box) == [PAID[0], "payment_intent.requires_action", *PAID[1:]]


def test_authentication_that_fails_leaves_the_session_open(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    box.control.pay(session_id, card="4000002760003184")
    session = box.control.authenticate(session_id, is_passed=False)
    intent = client.v1.payment_intents.retrieve(session["payment_intent"])
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert session["status"] == "open"
    assert box.control.complete(session_id)["payment_status"] == "paid"


def test_a_card_may_be_declined_after_authentication(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    box.control.pay(session_id, card="4000008400001629")
    assert box.control.authenticate(session_id)["status"] == "open"
    assert _types(box)[-2:] == ["charge.failed", "payment_intent.payment_failed"]


def test_expiry_ends_a_waiting_authentication(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    box.control.pay(session_id, card="4000002760003184")
    box.control.expire(session_id)
    session = box.control.authenticate(session_id)
    assert (session["status"], session["payment_status"]) == ("expired", "unpaid")
    assert client.v1.payment_intents.retrieve(session["payment_intent"]).status == "canceled"


def test_nothing_due_means_no_payment(box: BoxServer, client: stripe.StripeClient) -> None:
    free = order(line_items=[line(0)], shipping_options=None)
    session_id = client.v1.checkout.sessions.create(free).id
    session = box.control.complete(session_id)
    assert (session["status"], session["payment_status"]) == ("complete", "no_payment_required")
    assert session["payment_intent"] is None
    assert _types(box) == ["checkout.session.completed"]


def test_time_expires_a_session_on_reading(box: BoxServer, client: stripe.StripeClient) -> None:
    soon = int(time.time()) + 1805
    session_id = client.v1.checkout.sessions.create(order(expires_at=soon)).id
    box.box.clock.advance(1810)
    session = client.v1.checkout.sessions.retrieve(session_id)
    assert (session.status, session.url) == ("expired", None)
    assert _types(box) == ["checkout.session.expired"]


def test_the_timer_expires_a_session_nobody_reads(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    soon = int(time.time()) + 1802
    client.v1.checkout.sessions.create(order(expires_at=soon))
    box.control.advance_clock(1799)
    deadline = time.monotonic() + 60
    while not box.control.events() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _types(box) == ["checkout.session.expired"]


@pytest.mark.parametrize("number", range(5))
def test_of_a_payment_and_an_expiry_exactly_one_wins(
    box: BoxServer, client: stripe.StripeClient, number: int
) -> None:
    del number
    session_id = client.v1.checkout.sessions.create(order()).id
    barrier = threading.Barrier(8)

    def pay() -> str:
        barrier.wait()
        return "paid" if box.control.pay(session_id).state == "complete" else ""

    def expire() -> str:
        barrier.wait()
        try:
            box.control.expire(session_id)
        except Refusal:
            return ""
        return "expired"

    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(run) for run in (pay, expire) * 4]
        winners = [run.result() for run in runs if run.result()]
    assert len(winners) == 1
    ends = {"checkout.session.completed", "checkout.session.expired"}
    assert len([kind for kind in _types(box) if kind in ends]) == 1
    assert len([kind for kind in _types(box) if kind == "charge.succeeded"]) <= 1


def test_an_expiry_that_arrives_while_somebody_pays_comes_too_late(
    box: BoxServer, client: stripe.StripeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    has_read = threading.Event()

    def slow(session: JSON, rate: str | None) -> None:
        has_read.set()
        time.sleep(0.1)
        choose_shipping(session, rate)

    monkeypatch.setattr(lifecycle, "choose_shipping", slow)
    with ThreadPoolExecutor(1) as pool:
        paying = pool.submit(box.control.pay, session_id)
        assert has_read.wait(60)
        with pytest.raises(Refusal, match="has a status of `complete`"):
            box.control.expire(session_id)
        assert paying.result(60).state == "complete"
    assert _types(box) == PAID
