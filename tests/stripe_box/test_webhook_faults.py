"""Faults of webhooks: lost, late, doubled, out of order, early, and not what they should be."""

import json
import time
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer, BoxSettings

from .conftest import client_of
from .receiver import Posted, Receiver
from .shopping import order

COMPLETED = "checkout.session.completed"
EXPIRED = "checkout.session.expired"


def _create(box: BoxServer) -> str:
    return str(client_of(box).v1.checkout.sessions.create(order()).id)


def _expire(box: BoxServer) -> None:
    box.control.expire(_create(box))


def _content(posted: Posted) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(posted.body)
    return found


def _types(posted: list[Posted]) -> list[str]:
    return [_content(one)["type"] for one in posted]


def _checked(box: BoxServer, posted: Posted, **options: Any) -> stripe.Event:
    header = posted.headers["Stripe-Signature"]
    return stripe.Webhook.construct_event(posted.body, header, box.webhook_secret, **options)


def test_a_lost_event_never_comes_and_the_others_do(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("drop", event="checkout.session.*")
    wired.control.complete(_create(wired))
    receiver.wait_for(4)
    assert wired.control.wait_until_delivered()
    assert COMPLETED not in _types(receiver.posted)
    assert len(receiver.posted) == 4
    (lost,) = [row for row in wired.control.deliveries() if row["type"] == COMPLETED]
    assert (lost["state"], lost["attempts"]) == ("dropped", 0)
    assert lost["last_error"] == "dropped by a fault"
    missed = client_of(wired).v1.events.list({"delivery_success": False}).data
    assert [event.id for event in missed] == [lost["event_id"]]
    wired.control.resend(lost["event_id"])
    assert _types(receiver.wait_for(5)[4:]) == [COMPLETED]


def test_a_lost_event_has_no_other_fault(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("twin", event=EXPIRED)
    wired.control.add_fault("drop", event=EXPIRED, times=1)
    _expire(wired)
    assert _counts(wired) == [(1, 0), (1, 1)]
    assert len(wired.control.events(EXPIRED)) == 1
    _expire(wired)
    assert len(receiver.wait_for(2)) == 2
    assert _counts(wired) == [(2, 1), (2, 1)]


def test_a_late_event_follows_the_boxs_clock(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("delay", event=EXPIRED, seconds=3600)
    _expire(wired)
    time.sleep(0.2)
    assert receiver.posted == []
    (row,) = wired.control.deliveries()
    assert (row["state"], row["attempts"]) == ("pending", 0)
    wired.control.advance_clock(3601)
    assert _types(receiver.wait_for(1)) == [EXPIRED]


def test_nobody_waits_for_an_event_that_comes_too_late(
    wired: BoxServer, receiver: Receiver
) -> None:
    wired.control.add_fault("delay", event=COMPLETED, seconds=3600)
    session_id = _create(wired)
    assert wired.control.complete(session_id, wait_seconds=3000)["status"] == "complete"
    assert wired.control.wait_until_delivered()
    assert len(receiver.posted) == 4


def test_a_duplicate_has_the_same_id(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("duplicate", event=EXPIRED, count=3)
    _expire(wired)
    receiver.wait_for(3)
    assert wired.control.wait_until_delivered()
    assert len(receiver.posted) == 3
    assert len({one.body for one in receiver.posted}) == 1
    assert {_checked(wired, one).type for one in receiver.posted} == {EXPIRED}
    (event,) = wired.control.events(EXPIRED)
    (row,) = wired.control.deliveries()
    assert (row["state"], row["attempts"], event["pending_webhooks"]) == ("delivered", 1, 0)
    assert [one["status"] for one in wired.control.attempts(event["id"])] == [200, 200, 200]


def test_a_refused_copy_does_not_undo_a_delivery(receiver: Receiver) -> None:
    receiver.answers = [200, 500, 500]
    # With one worker the copies come after the attempt that counts.
    settings = BoxSettings(webhook_url=receiver.url, retry_seconds=(3600.0,), webhook_workers=1)
    with BoxServer(settings) as box:
        box.control.add_fault("duplicate", event=EXPIRED, count=3)
        _expire(box)
        receiver.wait_for(3)
        assert box.control.wait_until_delivered()
        (row,) = box.control.deliveries()
        assert (row["state"], row["attempts"]) == ("delivered", 1)
        assert box.control.events(EXPIRED)[0]["pending_webhooks"] == 0
        tries = box.control.attempts(row["event_id"])
        assert [one["status"] for one in tries] == [200, 500, 500]
    assert len({one.body for one in receiver.posted}) == 1


def test_a_twin_tells_the_same_under_another_id(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("twin", event=EXPIRED)
    _expire(wired)
    first, second = (_checked(wired, one) for one in receiver.wait_for(2))
    assert first.id != second.id
    assert first.data.object.to_dict() == second.data.object.to_dict()
    assert (first.type, first.created) == (second.type, second.created)
    assert {event["id"] for event in wired.control.events(EXPIRED)} == {first.id, second.id}
    assert client_of(wired).v1.events.retrieve(second.id).type == EXPIRED
    assert wired.control.wait_until_delivered()
    assert len(receiver.posted) == 2
    assert [rule["fired"] for rule in wired.control.faults()] == [1]


def test_an_event_can_come_before_the_answer(wired: BoxServer, receiver: Receiver) -> None:
    intent = wired.control.complete(_create(wired))["payment_intent"]
    assert wired.control.wait_until_delivered()
    receiver.posted.clear()
    receiver.delay_seconds = 0.5
    wired.control.add_fault("before_response", event="charge.refunded")
    refund = client_of(wired).v1.refunds.create({"payment_intent": intent})
    told = [_content(one) for one in receiver.posted]
    (event,) = [one for one in told if one["type"] == "charge.refunded"]
    assert event["data"]["object"]["id"] == refund.charge
    assert event["request"]["id"] == refund.last_response.request_id  # type: ignore[union-attr]


def test_what_a_shopper_causes_has_no_answer_to_come_before(
    wired: BoxServer, receiver: Receiver
) -> None:
    wired.control.add_fault("before_response")
    wired.control.complete(_create(wired))
    assert len(receiver.wait_for(5)) == 5
    assert [rule["matched"] for rule in wired.control.faults()] == [0]


def test_an_answer_does_not_wait_for_what_is_held(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("before_response")
    wired.control.webhooks("hold")
    client = client_of(wired)
    assert client.v1.checkout.sessions.expire(_create(wired)).status == "expired"
    assert receiver.posted == []


def test_a_bad_signature_is_refused_and_the_next_is_good(
    wired: BoxServer, receiver: Receiver
) -> None:
    receiver.answers = [400, 400]
    wired.control.add_fault("bad_signature", event=EXPIRED, attempts=2)
    _expire(wired)
    first, second, third = receiver.wait_for(3)
    for one in (first, second):
        with pytest.raises(stripe.SignatureVerificationError, match="No signatures found"):
            _checked(wired, one)
    assert _checked(wired, third).type == EXPIRED
    assert first.body == third.body


def test_an_old_timestamp_is_signed_well_and_refused(wired: BoxServer, receiver: Receiver) -> None:
    receiver.answers = [400]
    wired.control.add_fault("old_timestamp", event=EXPIRED, seconds=301)
    _expire(wired)
    first, second = receiver.wait_for(2)
    with pytest.raises(stripe.SignatureVerificationError, match="outside the tolerance"):
        _checked(wired, first)
    assert _checked(wired, first, tolerance=0).type == EXPIRED
    assert _checked(wired, second).type == EXPIRED


@pytest.mark.parametrize(
    ("fault", "values", "field", "value"),
    [
        ("other_account", {"account": "acct_1Foreign"}, "account", "acct_1Foreign"),
        ("other_account", {}, "account", "acct_1StripeBoxOther0"),
        ("other_api_version", {"version": "2020-08-27"}, "api_version", "2020-08-27"),
        ("unknown_type", {"type": "person.waved"}, "type", "person.waved"),
    ],
)
def test_a_changed_field_is_signed_stays_and_is_only_on_the_wire(
    wired: BoxServer, receiver: Receiver, fault: str, values: Any, field: str, value: str
) -> None:
    receiver.answers = [500]
    wired.control.add_fault(fault, event=EXPIRED, **values)
    _expire(wired)
    first, second = receiver.wait_for(2)
    assert wired.control.wait_until_delivered()
    assert first.body == second.body
    assert _checked(wired, first).to_dict()[field] == value
    (event,) = wired.control.events()
    changed = {**_content(first), field: event.get(field)}
    assert {name: was for name, was in changed.items() if was is not None} == {
        **{name: was for name, was in event.items() if was is not None},
        "pending_webhooks": 1,
    }


def test_an_event_that_is_undone_was_never_counted(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.add_fault("twin", event=EXPIRED, times=1)
    session_id = _create(wired)
    with pytest.raises(RuntimeError, match="undone"):
        _expire_and_undo(wired, session_id)
    assert (_counts(wired), wired.control.events()) == ([(0, 0)], [])
    wired.control.expire(session_id)
    assert len(receiver.wait_for(2)) == 2
    assert _counts(wired) == [(1, 1)]


def _expire_and_undo(box: BoxServer, session_id: str) -> None:
    with box.box.store.transaction():
        box.control.expire(session_id)
        assert _counts(box) == [(1, 1)]
        raise RuntimeError("undone")


def _counts(box: BoxServer) -> list[tuple[int, int]]:
    return [(rule["matched"], rule["fired"]) for rule in box.control.faults()]
