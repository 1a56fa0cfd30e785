"""Rules of faults: replayed by their seed, refused in a sentence, harmless to the box's books."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.faults.faults import chance

from .answers import assert_object_fits
from .conftest import client_of, plain_client
from .receiver import Receiver
from .shopping import order

HALF: Any = {"method": "GET", "path": "/v1/events", "probability": 0.5}

BAD: list[tuple[dict[str, Any], str]] = [
    ({"fault": "explode"}, "There is no fault 'explode'; choose delay_before, delay_after,"),
    ({}, "There is no fault ''; choose"),
    ({"fault": "drop", "path": "/v1/events"}, "The fault drop takes event, times, probability, no"),
    ({"fault": "drop_request", "event": "*"}, "The fault drop_request takes method, path, times,"),
    ({"fault": "drop_request", "path": "/refunds"}, "The path must be * or begin with /v1/, where"),
    ({"fault": "drop_request", "path": ""}, "path must be a text that is not empty."),
    (
        {"fault": "drop_request", "method": "FETCH"},
        "The method must be one of *, GET, POST, DELETE",
    ),
    ({"fault": "drop", "event": 5}, "event must be a text that is not empty."),
    ({"fault": "drop", "times": 0}, "times must be at least 1."),
    ({"fault": "drop", "times": 1.5}, "times must be a whole number."),
    ({"fault": "drop", "times": True}, "times must be a number."),
    ({"fault": "drop", "times": "often"}, "times must be a number."),
    ({"fault": "drop", "probability": 0}, "The probability must be above 0 and at most 1."),
    ({"fault": "drop", "probability": 1.1}, "The probability must be above 0 and at most 1."),
    ({"fault": "drop", "probability": "nan"}, "probability must be a number."),
    ({"fault": "delay", "seconds": -1}, "seconds must be between 0 and 86400."),
    ({"fault": "delay_after", "seconds": 86401}, "seconds must be between 0 and 86400."),
    ({"fault": "duplicate", "count": 1}, "count must be between 2 and 100."),
    ({"fault": "bad_signature", "attempts": 0}, "attempts must be at least 1."),
    ({"fault": "unknown_type", "type": " "}, "type must be a text that is not empty."),
    ({"fault": "status", "status": 418}, "status must be one of 400, 402, 409, 429, 500, 502."),
    ({"fault": "status", "after": "maybe"}, "after must be true or false."),
    ({"fault": "status", "status": 502, "code": "x"}, "A 502 is a proxy's page of HTML and has no"),
    ({"fault": "status", "status": 402, "after": True}, "Stripe executes nothing when it answers"),
]


def _call(box: BoxServer, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Use the controls over HTTP: a dictionary goes as JSON, a text as a form."""
    is_form = isinstance(body, str)
    kind = "application/x-www-form-urlencoded" if is_form else "application/json"
    content = body if is_form or body is None else json.dumps(body)
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
    connection.request(method, f"/_control/faults{path}", content, {"Content-Type": kind})
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, found


def _fails(box: BoxServer, count: int = 40, *, threads: int = 1) -> list[bool]:
    """Ask for the events so often, and tell which requests failed."""

    def one(_: int) -> bool:
        try:
            plain_client(box).v1.events.list()
        except stripe.APIError:
            return True
        return False

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(count)))


def test_the_same_seed_gives_the_same_faults_and_another_seed_others(box: BoxServer) -> None:
    box.control.add_fault("status", **HALF)
    runs = []
    for seed in (7, 7, 8):
        box.control.seed(seed)
        runs.append(_fails(box))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert runs[0] == [chance(7, 1, number) < 0.5 for number in range(1, 41)]
    with BoxServer() as other:
        other.control.seed(7)
        other.control.add_fault("status", **HALF)
        assert _fails(other) == runs[0]


def test_a_seed_means_the_same_in_every_version() -> None:
    assert [round(chance(1, 2, number), 6) for number in (1, 2, 3)] == [0.340522, 0.869768, 0.96491]
    assert chance(1, 21, 1) != chance(12, 1, 1)
    drawn = [chance(0, 1, number) for number in range(10_000)]
    assert 0 <= min(drawn) < 0.01
    assert 0.99 < max(drawn) < 1
    assert 4_800 < sum(one < 0.5 for one in drawn) < 5_200


def test_threads_change_nothing_about_how_often_a_rule_fires(box: BoxServer) -> None:
    box.control.seed(7)
    box.control.add_fault("status", **HALF)
    failed = _fails(box, threads=8)
    (rule,) = box.control.faults()
    assert sum(failed) == sum(chance(7, 1, number) < 0.5 for number in range(1, 41))
    assert (rule["matched"], rule["fired"]) == (40, sum(failed))


def test_other_rules_and_requests_between_change_no_decision(box: BoxServer) -> None:
    box.control.seed(7)
    box.control.add_fault("status", **HALF)
    box.control.add_fault("delay_after", seconds=0, probability=0.5)
    failed = []
    for _ in range(10):
        failed += _fails(box, 2)
        plain_client(box).v1.refunds.list()
    assert failed == [chance(7, 1, number) < 0.5 for number in range(1, 21)]


def test_a_rule_fires_no_more_often_than_it_may(box: BoxServer) -> None:
    box.control.add_fault("status", times=2, **HALF)
    failed = _fails(box)
    assert sum(failed) == 2
    (rule,) = box.control.faults()
    assert (rule["matched"], rule["fired"], rule["times"]) == (40, 2, 2)


def test_rules_are_listed_and_cleared(box: BoxServer) -> None:
    first = box.control.add_fault("status", path="/v1/refunds", status=429, times=3)
    second = box.control.add_fault("twin", event="charge.*", probability=0.25)
    assert first == {
        **{"number": 1, "fault": "status", "method": "*", "path": "/v1/refunds"},
        **{"times": 3, "probability": 1.0, "status": 429, "code": ""},
        **{"should_retry": None, "after": False, "matched": 0, "fired": 0},
    }
    assert second == {
        **{"number": 2, "fault": "twin", "event": "charge.*"},
        **{"times": None, "probability": 0.25, "matched": 0, "fired": 0},
    }
    assert box.control.faults() == [first, second]
    box.control.clear_faults()
    assert box.control.faults() == []
    assert box.control.add_fault("twin")["number"] == 1


@pytest.mark.parametrize(("rule", "sentence"), BAD)
def test_a_bad_rule_is_refused_in_a_sentence(
    box: BoxServer, rule: dict[str, Any], sentence: str
) -> None:
    asked = {"fault": "", **rule}
    with pytest.raises(Refusal) as refused:
        box.control.add_fault(**asked)
    assert refused.value.message.startswith(sentence)
    assert refused.value.message.endswith(".")
    status, body = _call(box, "POST", "", rule)
    assert (status, body["error"]["message"]) == (400, refused.value.message)
    assert box.control.faults() == []


def test_a_test_outside_can_set_faults(box: BoxServer) -> None:
    status, rule = _call(box, "POST", "", {"fault": "status", "status": 500, **HALF})
    assert (status, rule["number"], rule["probability"]) == (200, 1, 0.5)
    assert _call(box, "POST", "/seed", {"seed": 7}) == (200, {"seed": 7})
    failed = _fails(box)
    assert failed == [chance(7, 1, number) < 0.5 for number in range(1, 41)]
    found = _call(box, "GET", "")[1]
    assert found["seed"] == 7
    assert [(one["matched"], one["fired"]) for one in found["data"]] == [(40, sum(failed))]
    assert _call(box, "POST", "/seed", {"seed": "today"})[0] == 400
    assert _call(box, "POST", "/seed", {})[0] == 400
    assert _call(box, "POST", "/clear", {}) == (200, {"data": []})
    assert box.control.faults() == []


def test_a_form_says_the_same_as_json(box: BoxServer) -> None:
    values = {"fault": "status", "status": 429, "after": True, "times": 2, "probability": 0.5}
    first = _call(box, "POST", "", {**values, "should_retry": False})[1]
    form = urlencode({**values, "after": "true", "should_retry": "false"})
    second = _call(box, "POST", "", form)[1]
    assert {**second, "number": 1} == first
    assert first["should_retry"] is False


def test_a_reset_forgets_the_faults(box: BoxServer) -> None:
    box.control.seed(7)
    box.control.add_fault("status")
    assert _fails(box, 1) == [True]
    box.control.reset()
    assert _call(box, "GET", "")[1] == {"seed": 0, "data": []}
    assert _fails(box, 1) == [False]


def test_faults_never_reach_the_books(
    wired: BoxServer, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shop and refund through a storm: every key is executed once, and every cent is booked."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    _raise_a_storm(wired)
    with ThreadPoolExecutor(4) as pool:
        refunds = list(pool.map(lambda number: _buy_and_refund(wired, number), range(12)))
    assert [rule["fault"] for rule in wired.control.faults() if not rule["fired"]] == []
    wired.control.clear_faults()
    for _ in range(3000):
        if {row["state"] for row in wired.control.deliveries()} == {"delivered"}:
            break
        time.sleep(0.02)
    assert wired.control.wait_until_delivered()
    _check_books(wired, refunds)
    told = {json.loads(one.body)["id"] for one in receiver.posted}
    assert told == {event["id"] for event in wired.control.events()}
    assert {row["state"] for row in wired.control.deliveries()} == {"delivered"}


def _raise_a_storm(box: BoxServer) -> None:
    box.control.seed(11)
    for fault in ("drop_request", "drop_response", "truncate_json"):
        box.control.add_fault(fault, probability=0.15)
    box.control.add_fault("status", status=502, after=True, probability=0.15)
    box.control.add_fault("status", status=500, probability=0.15)
    box.control.add_fault("delay_after", seconds=0.02, probability=0.3)
    for fault in ("duplicate", "twin", "bad_signature", "other_account", "before_response"):
        box.control.add_fault(fault, probability=0.3)
    box.control.add_fault("reorder", count=3, seconds=0.2, probability=0.5)


def _buy_and_refund(box: BoxServer, number: int) -> str:
    session = _stubborn(box, "checkout.sessions", order(), f"order-{number}")
    intent = box.control.complete(session.id)["payment_intent"]
    wish = {"payment_intent": intent, "amount": 100 + number}
    return str(_stubborn(box, "refunds", wish, f"refund-{number}").id)


def _stubborn(box: BoxServer, resource: str, params: Any, key: str) -> Any:
    """Create with one key until an answer comes through whole."""
    service: Any = plain_client(box, retries=2).v1
    for part in resource.split("."):
        service = getattr(service, part)
    for _ in range(200):
        try:
            return service.create(params, {"idempotency_key": key})
        except (stripe.APIError, stripe.APIConnectionError):
            continue
    pytest.fail("the storm never ends")


def _check_books(box: BoxServer, refunds: list[str]) -> None:
    client = client_of(box)
    sessions = box.control.sessions()
    assert len(sessions) == 12
    assert {session["payment_status"] for session in sessions} == {"paid"}
    assert {refund["id"] for refund in box.control.refunds()} == set(refunds)
    assert len(box.control.refunds()) == 12
    booked = client.v1.balance_transactions.list({"limit": 100}).data
    amounts = sorted(entry.amount for entry in booked)
    assert amounts == sorted([1780] * 12 + [-(100 + number) for number in range(12)])
    for refund in box.control.refunds():
        charge = client.v1.charges.retrieve(refund["charge"])
        assert charge.amount_refunded == refund["amount"]
    for event in box.control.events():
        assert_object_fits(event)
        assert_object_fits(event["data"]["object"])
