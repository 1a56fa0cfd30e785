"""Webhooks: signed, pretty-printed, tried again, and never lost by a restart."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer, BoxSettings

from .answers import assert_fits, assert_object_fits
from .conftest import client_of
from .receiver import Receiver
from .shopping import order

NO_PAUSE = (0.05, 0.05, 0.05)


def _create(box: BoxServer) -> str:
    return str(client_of(box).v1.checkout.sessions.create(order()).id)


def _settings(receiver: Receiver, **changes: object) -> BoxSettings:
    values = {"webhook_url": receiver.url, "retry_seconds": NO_PAUSE, **changes}
    return BoxSettings(**values)  # type: ignore[arg-type]


def _ended(box: BoxServer) -> Mapping[str, Any]:
    """The one delivery, once it is not tried again."""
    for _ in range(3000):
        (delivery,) = box.control.deliveries()
        if delivery["state"] != "pending":
            return delivery
        time.sleep(0.02)
    pytest.fail("it is still tried")


def test_every_delivery_passes_the_sdks_check(wired: BoxServer, receiver: Receiver) -> None:
    session_id = _create(wired)
    wired.control.complete(session_id)
    posted = receiver.wait_for(5)
    events = [
        stripe.Webhook.construct_event(
            one.body, one.headers["Stripe-Signature"], wired.webhook_secret
        )
        for one in posted
    ]
    assert len({event.id for event in events}) == 5
    (completed,) = [e for e in events if e.type == "checkout.session.completed"]
    assert completed.data.object.id == session_id
    assert completed.api_version == "2026-10-28.endive"
    for one in posted:
        assert_object_fits(json.loads(one.body))


def test_a_delivery_looks_like_stripes(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.expire(_create(wired))
    (one,) = receiver.wait_for(1)
    assert one.headers["Content-Type"] == "application/json; charset=utf-8"
    assert one.headers["User-Agent"] == "Stripe/1.0 (+https://stripe.com/docs/webhooks)"
    assert [part[:3] for part in one.headers["Stripe-Signature"].split(",")] == [
        "t=1",
        "v1=",
        "v0=",
    ]
    content = json.loads(one.body)
    assert one.body == json.dumps(content, indent=2, ensure_ascii=False).encode()
    assert content["pending_webhooks"] == 1
    assert content["request"] == {"id": None, "idempotency_key": None}


def test_an_event_names_the_request_that_caused_it(wired: BoxServer, receiver: Receiver) -> None:
    client = client_of(wired)
    session_id = _create(wired)
    client.v1.checkout.sessions.expire(session_id, {}, {"idempotency_key": "expire-1"})
    (one,) = receiver.wait_for(1)
    caused_by = json.loads(one.body)["request"]
    assert caused_by["id"].startswith("req_")
    assert caused_by["idempotency_key"] == "expire-1"


def test_a_refused_delivery_is_tried_again_with_a_fresh_signature(receiver: Receiver) -> None:
    receiver.answers = [500, 404]
    with BoxServer(_settings(receiver, retry_seconds=(1.1, 0.05))) as box:
        box.control.expire(_create(box))
        posted = receiver.wait_for(3)
        assert box.control.wait_until_delivered()
        (delivery,) = box.control.deliveries()
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
        tries = box.control.attempts(delivery["event_id"])
        assert [one["status"] for one in tries] == [500, 404, 200]
        assert box.control.events()[0]["pending_webhooks"] == 0
    assert len({one.body for one in posted}) == 1
    assert posted[0].headers["Stripe-Signature"] != posted[1].headers["Stripe-Signature"]


def test_redirects_are_failures_and_the_schedule_ends(receiver: Receiver) -> None:
    receiver.answers = [301, 302, 307, 308]
    with BoxServer(_settings(receiver)) as box:
        box.control.expire(_create(box))
        delivery = _ended(box)
        assert len(receiver.posted) == 4
        assert (delivery["state"], delivery["last_status"]) == ("failed", 308)
        box.control.resend(delivery["event_id"])
        receiver.wait_for(5)
        assert box.control.wait_until_delivered()
        assert box.control.deliveries()[0]["state"] == "delivered"


def test_retries_follow_the_boxs_clock(receiver: Receiver) -> None:
    receiver.answers = [500]
    with BoxServer(_settings(receiver, retry_seconds=(3600.0,))) as box:
        box.control.expire(_create(box))
        receiver.wait_for(1)
        time.sleep(0.2)
        assert len(receiver.posted) == 1
        box.control.advance_clock(3601)
        assert len(receiver.wait_for(2)) == 2


def test_a_shop_that_does_not_listen_is_tried_again(receiver: Receiver) -> None:
    settings = _settings(receiver, webhook_url="http://127.0.0.1:9/webhooks/stripe")
    with BoxServer(settings) as box:
        box.control.expire(_create(box))
        delivery = _ended(box)
        assert (delivery["state"], delivery["attempts"]) == ("failed", 4)
        assert "Connection" in delivery["last_error"]


def test_a_slow_shop_is_cut_off(receiver: Receiver) -> None:
    receiver.delay_seconds = 0.6
    with BoxServer(_settings(receiver, webhook_timeout_seconds=0.1, retry_seconds=())) as box:
        box.control.expire(_create(box))
        delivery = _ended(box)
        assert (delivery["state"], delivery["last_status"]) == ("failed", None)
        assert "timed out" in delivery["last_error"].lower()


def test_dropped_webhooks_never_come(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.webhooks("drop")
    began = time.monotonic()
    wired.control.complete(_create(wired))
    assert time.monotonic() - began < 20  # and not the thirty that it waits for an answer
    assert wired.control.wait_until_delivered()
    wired.control.webhooks("on")
    time.sleep(0.2)
    assert receiver.posted == []
    assert {row["state"] for row in wired.control.deliveries()} == {"dropped"}
    waiting = client_of(wired).v1.events.list({"delivery_success": False, "limit": 100})
    assert len(waiting.data) == 5


def test_held_webhooks_come_later(wired: BoxServer, receiver: Receiver) -> None:
    wired.control.webhooks("hold")
    wired.control.complete(_create(wired))
    time.sleep(0.2)
    assert receiver.posted == []
    wired.control.webhooks("on")
    assert len(receiver.wait_for(5)) == 5


def test_only_wanted_types_are_sent(receiver: Receiver) -> None:
    wanted = ("checkout.session.completed",)
    with BoxServer(_settings(receiver, webhook_events=wanted)) as box:
        box.control.complete(_create(box))
        assert box.control.wait_until_delivered()
        assert [json.loads(one.body)["type"] for one in receiver.posted] == list(wanted)
        assert len(box.control.events()) == 5


def test_completing_waits_for_the_shop(wired: BoxServer, receiver: Receiver) -> None:
    receiver.delay_seconds = 0.15
    session_id = _create(wired)
    wired.control.complete(session_id)
    kinds = [json.loads(one.body)["type"] for one in receiver.posted]
    assert "checkout.session.completed" in kinds


def test_a_restart_delivers_what_was_left(receiver: Receiver, tmp_path: Path) -> None:
    database = str(tmp_path / "box.sqlite3")
    with BoxServer(_settings(receiver, database=database)) as box:
        box.control.webhooks("hold")
        session_id = _create(box)
        box.control.complete(session_id)
    assert receiver.posted == []
    with BoxServer(_settings(receiver, database=database)) as box:
        assert len(receiver.wait_for(5)) == 5
        assert box.control.session(session_id)["status"] == "complete"
        again = client_of(box).v1.checkout.sessions.retrieve(session_id)
        assert again.payment_status == "paid"


def test_the_address_can_be_set_after_the_start(receiver: Receiver) -> None:
    with BoxServer() as box:
        box.control.send_webhooks_to(receiver.url)
        box.control.expire(_create(box))
        assert len(receiver.wait_for(1)) == 1


def test_the_answer_check_itself_refuses_wrong_answers(box: BoxServer) -> None:
    session = client_of(box).v1.checkout.sessions.create(order()).to_dict()
    assert_object_fits(session)
    for wrong in ({"colour": "red"}, {"status": "done"}, {"expires_at": "soon"}):
        with pytest.raises(AssertionError):
            assert_object_fits({**session, **wrong})
    with pytest.raises(AssertionError):
        assert_fits({"$ref": "#/components/schemas/error"}, {"error": "broken"})
