"""Messages that come often, late, twice, out of order, from elsewhere, or while all breaks."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from sqlalchemy.exc import OperationalError

from conftest import Live, running_shop
from storefront import payments
from storefront.checkout import letters, routes, tasks
from support.shopper import Shopper

from .hands import (
    COMPLETED,
    grow_older,
    history,
    inbox,
    message,
    opened_page,
    paid_signals,
    sold_once,
    tell,
    until,
)


def crash_once(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, error: Exception
) -> Callable[[], int]:
    """Makes a function fail the first time; returns how often it has been called."""
    real, calls = getattr(where, name), []

    def stumble(*values: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise error
        return real(*values, **named)

    monkeypatch.setattr(where, name, stumble)
    return lambda: len(calls)


@pytest.fixture
def live_as_deployed(config: dict[str, object]) -> Any:
    """A running shop that answers a mistake of its own with its error page, as in production."""
    with running_shop(config | {"PROPAGATE_EXCEPTIONS": False}) as found:
        yield found


def test_one_message_three_times_at_once_sells_once(live: Live) -> None:
    """Failure 1. Fails when a paid order may be settled again."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    (event,) = live.box.control.events(COMPLETED)
    ready = threading.Barrier(3, timeout=60)

    def deliver(_: int) -> int:
        ready.wait()
        return tell(live, event).status_code

    with paid_signals(live) as heard, ThreadPoolExecutor(3) as stripe:
        assert list(stripe.map(deliver, range(3))) == [200] * 3
    assert heard == [sold_once(live).reference]
    assert inbox(live) == {event["id"]: "done"}
    assert live.shop.count(payments.Refund) == 0


def test_two_events_for_one_payment_sell_once(live: Live) -> None:
    """Failure 2. Fails when only the event's id keeps a payment from being settled again."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    for event_id in ("evt_1", "evt_2"):
        assert tell(live, message(session_id, event_id=event_id)).text == "done"
    sold_once(live)
    assert inbox(live) == {"evt_1": "done", "evt_2": "done"}
    assert live.shop.count(payments.Refund) == 0


def test_a_payment_told_before_its_page_is_remembered_is_settled(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 4. Fails when the order is looked for by its page instead of by its reference.

    And when the shopper is led to the page on which nobody can pay any more.
    """
    live.shop.product()
    real, states = payments.open_session, []

    def pay_meanwhile(new: payments.NewSession) -> payments.PaymentSession:
        session = real(new)
        live.box.control.complete(session.id, wait_seconds=60)
        states.extend(order.state for order in live.shop.orders())
        return session

    monkeypatch.setattr(payments, "open_session", pay_meanwhile)
    shopper = Shopper(live.url)
    shopper.add()
    answer = shopper.check_out()
    assert (answer.status_code, states) == (303, ["paid"])
    order = sold_once(live)
    assert answer.headers["Location"] == f"/orders/{order.reference}"
    assert order.session_id == live.box.control.sessions()[0]["id"]
    assert live.shop.count(payments.Refund) == 0


def test_a_message_whose_work_crashed_is_not_taken_for_done_when_it_comes_again(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 7. Fails when an event counts as done because its id is known."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    crash_once(monkeypatch, letters, "write_confirmation", RuntimeError("no more room"))
    first = tell(live, message(session_id))
    assert (first.status_code, first.text) == (200, "kept, and tried again by the worker")
    assert [order.state for order in live.shop.orders()] == ["pending"]
    assert (inbox(live), live.shop.stock()) == ({"evt_1": "failed"}, (10, 1))
    assert tell(live, message(session_id)).text == "done"
    sold_once(live)
    assert inbox(live) == {"evt_1": "done"}


def test_a_process_that_dies_with_a_message_in_its_hands_loses_nothing(
    live_as_deployed: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 7. Fails when an event is marked as done before its work, or answered with 200."""
    live = live_as_deployed
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    crash_once(monkeypatch, routes, "act_on", RuntimeError("the process died here"))
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    (event,) = live.box.control.events(COMPLETED)
    until(lambda: len(live.box.control.attempts(event["id"])) == 2)
    assert [tried["status"] for tried in live.box.control.attempts(event["id"])] == [500, 200]
    sold_once(live)


def test_a_message_that_could_not_be_kept_is_sent_again_by_stripe(
    live_as_deployed: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 8. Fails when an error of the database is swallowed and thanked for."""
    live = live_as_deployed
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    gone = OperationalError("INSERT", {}, Exception("the connection is gone"))
    crash_once(monkeypatch, payments, "record_event", gone)
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    (event,) = live.box.control.events(COMPLETED)
    until(lambda: len(live.box.control.attempts(event["id"])) == 2)
    assert [tried["status"] for tried in live.box.control.attempts(event["id"])] == [500, 200]
    sold_once(live)


def test_a_message_that_was_thanked_for_and_failed_is_named_and_done_by_the_worker(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 8. Fails when a failure is marked as done: Stripe will not come back with it."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    calls = crash_once(monkeypatch, letters, "write_confirmation", RuntimeError("no more room"))
    assert tell(live, message(session_id)).status_code == 200
    grow_older(live)
    told = live.app.test_cli_runner().invoke(args=["shop", "reconcile"]).output
    assert f"Event evt_1 ({COMPLETED}) is not acted on. --apply acts on it." in told
    assert live.shop.ask(tasks.retry_events) == 1
    assert calls() == 2
    assert "evt_1" not in live.app.test_cli_runner().invoke(args=["shop", "reconcile"]).output
    sold_once(live)


def test_failures_told_after_the_payment_leave_it_paid(live: Live) -> None:
    """Failure 12. Fails when a failure is believed without asking Stripe, and paid may expire."""
    _, session_id = opened_page(live)
    live.box.control.decline(session_id)
    live.box.control.complete(session_id)
    assert tell(live, live.box.control.events(COMPLETED)[0]).text == "done"
    kinds = ("charge.failed", "payment_intent.payment_failed")
    late = [event for kind in kinds for event in live.box.control.events(kind)]
    assert [event["type"] for event in late] == list(kinds)
    for kind in ("checkout.session.async_payment_failed", "checkout.session.expired"):
        late.append(message(session_id, kind, event_id=f"evt_{kind}"))
    for event in 2 * late:
        assert tell(live, event).status_code == 200
    sold_once(live)


def test_a_success_is_heard_although_a_failure_was_told_first(live: Live) -> None:
    """Failure 12. Fails when the type of a message counts for more than Stripe's present word."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    failed = message(session_id, "checkout.session.async_payment_failed", event_id="evt_failed")
    assert tell(live, failed).text == "done"
    assert tell(live, message(session_id)).text == "done"
    assert history(live, sold_once(live)) == ["placed", "paid"]


def test_a_payment_of_another_software_on_the_same_account_is_left_alone(live: Live) -> None:
    """Failure 25. Fails when a session without an order of ours is an error."""
    live.shop.product()
    item = {"currency": "eur", "unit_amount": 900, "product_data": {"name": "A course"}}
    with live.app.app_context():
        sessions = live.app.extensions["storefront"].stripe.v1.checkout.sessions
        foreign = sessions.create(
            {
                "mode": "payment",
                "line_items": [{"quantity": 1, "price_data": item}],
                "success_url": "http://127.0.0.1/thanks",
                "client_reference_id": "course-7",
            }
        )
    live.box.control.complete(foreign.id, wait_seconds=60)
    (event,) = live.box.control.events(COMPLETED)
    until(lambda: live.box.control.attempts(event["id"]))
    assert [tried["status"] for tried in live.box.control.attempts(event["id"])] == [200]
    assert inbox(live) == {event["id"]: "done"}
    back = requests.get(f"{live.url}/checkout/return?session_id={foreign.id}", timeout=60)
    assert back.status_code == 404
    assert (live.shop.orders(), live.shop.stock()) == ([], (10, 0))


def test_a_session_that_this_account_does_not_have_is_not_tried_for_ever(live: Live) -> None:
    """Failure 25. Fails when Stripe's "no such session" counts as a failure of ours."""
    _, session_id = opened_page(live)
    answer = tell(live, message("cs_test_ofAnotherAccount"))
    assert (answer.status_code, answer.text) == (200, "done")
    assert inbox(live) == {"evt_1": "done"}
    assert live.shop.ask(lambda: payments.events_to_retry(datetime.now(UTC))) == []
    assert [order.session_id for order in live.shop.orders()] == [session_id]
    assert live.shop.stock() == (10, 1)
