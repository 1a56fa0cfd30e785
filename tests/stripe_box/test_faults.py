"""Faults of the API, met by the official SDK: late, lost, wrong and broken answers."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .conftest import client_of, plain_client
from .forms import get
from .shopping import line, order

CREATE: Any = {"method": "POST", "path": "/v1/checkout/sessions"}
KEY: Any = {"idempotency_key": "order-1-attempt-1"}

pytestmark = pytest.mark.usefixtures("_soon")


def _create(box: BoxServer, *, retries: int = 0, timeout: float = 60.0) -> stripe.checkout.Session:
    client = plain_client(box, retries=retries, timeout=timeout)
    return client.v1.checkout.sessions.create(order(), KEY)


def _seen(box: BoxServer, field: str) -> list[Any]:
    return [request[field] for request in box.control.requests()]


def test_a_lost_request_is_never_executed(box: BoxServer) -> None:
    box.control.add_fault("drop_request", **CREATE)
    with pytest.raises(stripe.APIConnectionError) as lost:
        _create(box)
    assert lost.value.should_retry
    assert box.control.sessions() == []
    assert box.control.events() == []
    assert (_seen(box, "status"), _seen(box, "faults")) == ([None], [["drop_request"]])


def test_the_sdk_sends_a_lost_request_again(box: BoxServer) -> None:
    box.control.add_fault("drop_request", times=2, **CREATE)
    session = _create(box, retries=2)
    assert [one["id"] for one in box.control.sessions()] == [session.id]
    assert _seen(box, "status") == [None, None, 200]
    assert _seen(box, "idempotency_key") == ["order-1-attempt-1"] * 3


def test_a_lost_answer_was_executed(box: BoxServer) -> None:
    box.control.add_fault("drop_response", **CREATE)
    with pytest.raises(stripe.APIConnectionError):
        _create(box)
    (session,) = box.control.sessions()
    assert session["status"] == "open"
    assert (_seen(box, "status"), _seen(box, "faults")) == ([200], [["drop_response"]])


def test_after_a_lost_answer_the_same_key_makes_one_session(box: BoxServer) -> None:
    box.control.add_fault("drop_response", times=1, **CREATE)
    session = _create(box, retries=1)
    assert [one["id"] for one in box.control.sessions()] == [session.id]
    assert _seen(box, "is_replayed") == [False, True]


def test_a_refund_whose_answer_was_lost_pays_back_once(box: BoxServer) -> None:
    intent = box.control.complete(_create(box).id)["payment_intent"]
    box.control.add_fault("drop_response", path="/v1/refunds", times=1)
    client = plain_client(box, retries=1)
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    assert [one["id"] for one in box.control.refunds()] == [refund.id]
    paid = client.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]})
    assert paid.latest_charge.amount_refunded == 500  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "rule", [{"status": 500}, {"status": 409}, {"status": 429, "code": "lock_timeout"}]
)
def test_a_failure_that_passes_is_retried(box: BoxServer, rule: dict[str, Any]) -> None:
    box.control.add_fault("status", times=1, **CREATE, **rule)
    session = client_of(box, retries=1).v1.checkout.sessions.create(order(), KEY)
    assert [one["id"] for one in box.control.sessions()] == [session.id]
    assert _seen(box, "status") == [rule["status"], 200]
    assert _seen(box, "is_replayed") == [False, False]


@pytest.mark.parametrize(
    ("rule", "kind", "code"),
    [
        ({"status": 400}, stripe.InvalidRequestError, None),
        (
            {"status": 400, "code": "amount_too_small"},
            stripe.InvalidRequestError,
            "amount_too_small",
        ),
        ({"status": 402}, stripe.CardError, "card_declined"),
        ({"status": 429}, stripe.RateLimitError, "rate_limit"),
        ({"status": 500, "should_retry": False}, stripe.APIError, None),
    ],
)
def test_a_failure_that_stays_reaches_the_shop(
    box: BoxServer, rule: dict[str, Any], kind: type[stripe.StripeError], code: str | None
) -> None:
    box.control.add_fault("status", times=1, **CREATE, **rule)
    client = client_of(box, retries=2)
    with pytest.raises(kind) as failed:
        client.v1.checkout.sessions.create(order(), KEY)
    assert failed.value.http_status == rule["status"]
    body: Any = failed.value.json_body
    assert body["error"].get("code") == code
    assert _seen(box, "status") == [rule["status"]]
    assert box.control.sessions() == []
    # The key was left free, even for other parameters.
    other = order(line_items=[line(999)])
    assert client.v1.checkout.sessions.create(other, KEY).amount_subtotal == 999


def test_the_advice_to_try_again_can_be_given(box: BoxServer) -> None:
    box.control.add_fault("status", status=429, should_retry=True, times=1, **CREATE)
    assert _create(box, retries=1).status == "open"
    assert _seen(box, "status") == [429, 200]


def test_a_proxys_page_of_html_is_an_error_and_no_crash(box: BoxServer) -> None:
    box.control.add_fault("status", status=502, times=3)
    with pytest.raises(stripe.APIError) as failed:
        _create(box)
    assert failed.value.http_status == 502
    assert "<h1>502 Bad Gateway</h1>" in str(failed.value.http_body)
    page = get(f"{box.url}/v1/events")
    assert (page.status, page.headers["Content-Type"]) == (502, "text/html")
    assert not {"Request-Id", "Stripe-Version", "Stripe-Should-Retry"} & page.headers.keys()
    assert box.control.sessions() == []
    session = _create(box, retries=1)
    assert [one["id"] for one in box.control.sessions()] == [session.id]


def test_a_failure_after_the_work_is_remembered_by_the_key(box: BoxServer) -> None:
    box.control.add_fault("status", status=500, after=True, times=1, **CREATE)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            _create(box, retries=2)
        assert failed.value.http_status == 500
    headers: Any = failed.value.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert len(box.control.sessions()) == 1
    # The SDK was advised against further tries, which could only bring the same answer.
    assert _seen(box, "is_replayed") == [False, True]


def test_behind_a_failing_proxy_the_key_remembers_the_truth(box: BoxServer) -> None:
    box.control.add_fault("status", status=502, after=True, times=1, **CREATE)
    session = _create(box, retries=1)
    assert [one["id"] for one in box.control.sessions()] == [session.id]
    assert _seen(box, "is_replayed") == [False, True]


def test_half_an_answer_is_an_error_and_the_work_is_done(box: BoxServer) -> None:
    box.control.add_fault("truncate_json", times=1, **CREATE)
    with pytest.raises(stripe.APIError) as broken:
        _create(box)
    assert broken.value.http_status == 200
    (session,) = box.control.sessions()
    assert _create(box).id == session["id"]
    assert len(box.control.sessions()) == 1


def test_a_late_request_is_not_yet_executed(box: BoxServer) -> None:
    box.control.add_fault("delay_before", seconds=3600, **CREATE)
    with pytest.raises(stripe.APIConnectionError, match="Timeout|timed out"):
        _create(box, timeout=0.3)
    assert box.control.sessions() == []


def test_a_late_answer_is_already_executed(box: BoxServer) -> None:
    box.control.add_fault("delay_after", seconds=3600, times=1, **CREATE)
    with pytest.raises(stripe.APIConnectionError, match="Timeout|timed out"):
        _create(box, timeout=0.3)
    for _ in range(3000):
        if box.control.sessions():
            break
        time.sleep(0.02)
    session = _create(box)
    assert [one["id"] for one in box.control.sessions()] == [session.id]


@pytest.mark.parametrize("fault", ["delay_before", "delay_after"])
def test_a_delay_ends_with_the_right_answer(box: BoxServer, fault: str) -> None:
    box.control.add_fault(fault, seconds=0.3, **CREATE)
    began = time.monotonic()
    session = client_of(box).v1.checkout.sessions.create(order())
    assert time.monotonic() - began >= 0.3
    assert [one["id"] for one in box.control.sessions()] == [session.id]


def test_a_box_that_stops_lets_late_answers_go() -> None:
    with ThreadPoolExecutor(1) as pool:
        with BoxServer() as box:
            box.control.add_fault("delay_after", seconds=3600, **CREATE)
            waiting = pool.submit(_create, box)
            for _ in range(3000):
                if box.control.requests():
                    break
                time.sleep(0.02)
            assert not waiting.done()
        assert waiting.result(60).status == "open"


def test_other_requests_are_left_alone(box: BoxServer) -> None:
    box.control.add_fault("status", method="POST", path="/v1/checkout/sessions/*/expire")
    box.control.add_fault("drop_response", method="GET", path="/v1/events*")
    client = client_of(box)
    session = client.v1.checkout.sessions.create(order())
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.expire(session.id)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.events.list()
    assert [rule["fired"] for rule in box.control.faults()] == [1, 1]
    assert box.control.session(session.id)["status"] == "open"


def test_delays_add_to_an_ending_and_the_first_ending_wins(box: BoxServer) -> None:
    box.control.add_fault("delay_after", seconds=0.01, **CREATE)
    box.control.add_fault("drop_response", times=1, **CREATE)
    box.control.add_fault("truncate_json", times=1, **CREATE)
    with pytest.raises(stripe.APIConnectionError):
        _create(box)
    with pytest.raises(stripe.APIError):
        _create(box)
    assert _seen(box, "faults") == [
        ["delay_after", "drop_response"],
        ["delay_after", "truncate_json"],
    ]
    assert [rule["matched"] for rule in box.control.faults()] == [2, 2, 2]
    assert [rule["fired"] for rule in box.control.faults()] == [2, 1, 1]
