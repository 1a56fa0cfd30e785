"""Webhook endpoints made by the API, beside the address of the settings."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer, BoxSettings
from storefront.stripe_box.controls.remote import RemoteControl
from storefront.stripe_box.webhooks.signatures import signature_header

from .conftest import client_of
from .receiver import Posted, Receiver
from .shopping import order

EXPIRED = "checkout.session.expired"


@pytest.fixture
def second() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def made(wired: BoxServer, second: Receiver) -> Any:
    """An endpoint for expired sessions beside the configured address."""
    wanted: Any = {"url": second.url, "enabled_events": [EXPIRED]}
    return client_of(wired).v1.webhook_endpoints.create(wanted)


def expire_one(box: BoxServer) -> str:
    """Expire a session; returns the id of its event."""
    sessions = client_of(box).v1.checkout.sessions
    sessions.expire(sessions.create(order()).id)
    return str(box.control.events(EXPIRED)[-1]["id"])


def settled(box: BoxServer, event_id: str) -> dict[str, Any]:
    """The event once its deliveries are over."""
    assert box.control.wait_until_delivered(timeout=60)
    (event,) = [one for one in box.control.events() if one["id"] == event_id]
    return event


def signed_by(posted: Posted, secret: str) -> bool:
    """Tell whether the SDK accepts a delivery with this secret."""
    try:
        stripe.Webhook.construct_event(posted.body, posted.headers["Stripe-Signature"], secret)
    except stripe.SignatureVerificationError:
        return False
    return True


def test_the_secret_is_told_once(wired: BoxServer, made: Any) -> None:
    assert made.secret.startswith("whsec_")
    assert (made.status, made.api_version) == ("enabled", None)
    client = client_of(wired)
    assert "secret" not in client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in client.v1.webhook_endpoints.list().data[0]


def test_each_endpoint_gets_the_event_with_its_own_signature(
    wired: BoxServer, receiver: Receiver, second: Receiver, made: Any
) -> None:
    event_id = expire_one(wired)
    assert settled(wired, event_id)["pending_webhooks"] == 0
    (first,), (other,) = receiver.wait_for(1), second.wait_for(1)
    assert json.loads(first.body)["id"] == json.loads(other.body)["id"] == event_id
    assert json.loads(other.body)["pending_webhooks"] >= 1
    assert (signed_by(other, made.secret), signed_by(first, made.secret)) == (True, False)
    assert signed_by(first, wired.webhook_secret)
    assert {row["endpoint"] for row in wired.control.deliveries()} == {"", made.id}


def test_an_endpoint_hears_only_what_it_asked_for(
    wired: BoxServer, receiver: Receiver, second: Receiver, made: Any
) -> None:
    client_of(wired).v1.products.create({"name": "Salt"})
    expire_one(wired)
    assert wired.control.wait_until_delivered(timeout=60)
    assert len(receiver.wait_for(2)) == 2
    assert [json.loads(one.body)["type"] for one in second.wait_for(1)] == [EXPIRED]


def test_what_one_endpoint_refuses_is_still_pending_there(
    wired: BoxServer, receiver: Receiver, second: Receiver, made: Any
) -> None:
    second.answers = [500] * 4
    event_id = expire_one(wired)
    deadline = time.monotonic() + 60
    while len(second.posted) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert settled(wired, event_id)["pending_webhooks"] == 1
    states = {row["endpoint"]: row["state"] for row in wired.control.deliveries()}
    assert states == {"": "delivered", made.id: "failed"}
    assert len(receiver.posted) == 1
    missed = client_of(wired).v1.events.list({"delivery_success": False})
    assert [event.id for event in missed.data] == [event_id]
    wired.control.resend(event_id)
    assert settled(wired, event_id)["pending_webhooks"] == 0
    assert (len(receiver.posted), len(second.posted)) == (2, 5)


def test_a_rolled_secret_signs_beside_the_new_one_for_a_day(
    wired: BoxServer, second: Receiver, made: Any
) -> None:
    """Fails when only the newest secret signs."""
    newer = wired.control.roll_secret(made.id)
    expire_one(wired)
    assert wired.control.wait_until_delivered(timeout=60)
    (posted,) = second.wait_for(1)
    assert posted.headers["Stripe-Signature"].count("v1=") == 2
    assert (signed_by(posted, newer), signed_by(posted, made.secret)) == (True, True)
    wired.control.advance_clock(24 * 60 * 60)
    expire_one(wired)
    assert wired.control.wait_until_delivered(timeout=60)
    later = second.wait_for(2)[1]
    timestamp = int(later.headers["Stripe-Signature"].partition(",")[0].removeprefix("t="))
    alone = signature_header(later.body, newer, timestamp=timestamp)
    assert later.headers["Stripe-Signature"] == alone


def test_a_secret_is_rolled_from_another_process_too(
    wired: BoxServer, second: Receiver, made: Any
) -> None:
    newer = RemoteControl(wired.url).roll_secret(made.id)
    expire_one(wired)
    (posted,) = second.wait_for(1)
    assert (newer != made.secret, signed_by(posted, newer)) == (True, True)


def test_a_disabled_or_deleted_endpoint_hears_nothing(
    wired: BoxServer, second: Receiver, made: Any
) -> None:
    endpoints = client_of(wired).v1.webhook_endpoints
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    expire_one(wired)
    assert endpoints.update(made.id, {"disabled": False}).status == "enabled"
    wired.control.webhooks("hold")
    expire_one(wired)
    assert endpoints.delete(made.id).deleted is True
    wired.control.webhooks("on")
    assert wired.control.wait_until_delivered(timeout=60)
    assert second.posted == []
    (row,) = [one for one in wired.control.deliveries() if one["endpoint"] == made.id]
    assert (row["state"], row["last_error"]) == ("dropped", "the endpoint was disabled or deleted")
    with pytest.raises(stripe.InvalidRequestError, match="No such webhook endpoint"):
        endpoints.retrieve(made.id)


def test_an_endpoint_gets_events_in_the_version_that_it_asked_for(
    wired: BoxServer, second: Receiver
) -> None:
    wanted: Any = {"url": second.url, "enabled_events": ["*"], "api_version": "2026-08-26.dahlia"}
    assert client_of(wired).v1.webhook_endpoints.create(wanted).api_version == "2026-08-26.dahlia"
    expire_one(wired)
    (posted,) = second.wait_for(1)
    assert json.loads(posted.body)["api_version"] == "2026-08-26.dahlia"
    assert wired.control.events(EXPIRED)[0]["api_version"] == "2026-10-28.endive"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"url": "nowhere"}, "url"),
        ({"enabled_events": ["checkout.session.done"]}, "enabled_events[0]"),
        ({"enabled_events": None}, "enabled_events"),
        ({"connect": True}, "connect"),
        ({"api_version": "1999-01-01"}, "api_version"),
    ],
)
def test_a_wrong_endpoint_is_refused(
    client: stripe.StripeClient, changes: dict[str, Any], param: str
) -> None:
    right = {"url": "http://127.0.0.1:1/hook", "enabled_events": ["*"]}
    sent: Any = {name: value for name, value in {**right, **changes}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.webhook_endpoints.create(sent)
    assert (refusal.value.http_status, refusal.value.param) == (400, param)
    assert client.v1.webhook_endpoints.list().data == []


def test_there_are_at_most_sixteen(client: stripe.StripeClient) -> None:
    wanted: Any = {"url": "http://127.0.0.1:1/hook", "enabled_events": ["payout.paid"]}
    for _ in range(16):
        client.v1.webhook_endpoints.create(wanted)
    with pytest.raises(stripe.InvalidRequestError, match="maximum of 16"):
        client.v1.webhook_endpoints.create(wanted)


def test_a_database_from_before_keeps_its_deliveries(tmp_path: Path) -> None:
    """Fails without the step that takes an older table over: the box could not start."""
    path = tmp_path / "box.sqlite3"
    with sqlite3.connect(path) as older:
        older.executescript(
            "CREATE TABLE delivery (event_id TEXT PRIMARY KEY, type TEXT NOT NULL,"
            " url TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,"
            " next_at REAL, created_at REAL NOT NULL);"
            "CREATE INDEX delivery_due ON delivery (next_at) WHERE next_at NOT NULL;"
            "CREATE TABLE attempt (number INTEGER PRIMARY KEY AUTOINCREMENT,"
            " event_id TEXT NOT NULL, at REAL NOT NULL, status INTEGER,"
            " error TEXT NOT NULL, seconds REAL NOT NULL);"
            "INSERT INTO delivery VALUES"
            " ('evt_1', 'payout.paid', 'http://x', 'failed', 3, NULL, 1);"
            "INSERT INTO attempt VALUES (1, 'evt_1', 2, 500, '', 0.1);"
        )
    older.close()
    for _ in range(2):
        with BoxServer(BoxSettings(database=str(path))) as box:
            (row,) = box.control.deliveries()
            assert (row["event_id"], row["endpoint"], row["attempts"]) == ("evt_1", "", 3)
            assert row["last_status"] == 500
