"""Staff see what Stripe told the shop, and can have a message tried once more."""

import pytest
import requests

from conftest import Live
from storefront import payments, staff
from storefront.database import transaction
from storefront.payments.events import Event
from support.shopper import Shopper, told


@pytest.fixture
def desk(live: Live) -> requests.Session:
    """Somebody of the staff, signed in."""
    live.shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    web = requests.Session()
    form = {"email": "ida@shop.example", "password": "right-password"}
    assert web.post(f"{live.url}/staff/sign-in", data=form, timeout=60).url.endswith("/staff/")
    return web


def fail_once(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody pays while Stripe does not answer the shop."""
    live.shop.product(stock=3)
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()

    def be_silent(_: str) -> payments.PaymentSession:
        raise payments.PaymentFailed("no answer")

    with monkeypatch.context() as patched:
        patched.setattr(payments, "retrieve_session", be_silent)
        live.box.control.complete(session_id)
        assert live.box.control.wait_until_delivered()


def test_a_message_that_failed_is_named_and_can_be_tried_again(
    live: Live, desk: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(live, monkeypatch)
    home = told(desk.get(f"{live.url}/staff/", timeout=60).text)
    assert "1 message of Stripe could not be followed yet." in home
    page = told(desk.get(f"{live.url}/staff/events", timeout=60).text)
    assert "checkout.session.completed" in page
    assert "failed: PaymentFailed" in page
    assert [order.state for order in live.shop.orders()] == ["pending"]

    (event,) = live.box.control.events("checkout.session.completed")
    again = desk.post(f"{live.url}/staff/events", data={"event_id": event["id"]}, timeout=60)
    assert again.url == f"{live.url}/staff/events"
    assert "failed" not in told(again.text)
    assert [order.state for order in live.shop.orders()] == ["paid"]
    assert "could not be followed" not in told(desk.get(f"{live.url}/staff/", timeout=60).text)
    live.shop.books_balance()


def test_messages_that_wait_stand_before_those_that_are_done(
    live: Live, desk: requests.Session
) -> None:
    for number, mark in ((1, None), (2, payments.mark_event_done), (3, payments.mark_event_done)):
        event_id = f"evt_{number}"
        event = Event(event_id, "checkout.session.completed", f"cs_test_{number}", is_live=False)
        with live.app.app_context(), transaction():
            payments.record_event(event)
            if mark:
                mark(event_id)
    page = desk.get(f"{live.url}/staff/events", timeout=60).text
    places = [page.index(f'id="evt_{number}"') for number in (1, 3, 2)]
    assert places == sorted(places)
    assert page.count("Try again") == 1


def test_an_inbox_without_messages_says_so(live: Live, desk: requests.Session) -> None:
    assert "Stripe has not told us anything yet." in told(
        desk.get(f"{live.url}/staff/events", timeout=60).text
    )


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Please choose a message."),
        ({"event_id": "x" * 256}, 422, "There is no message with this number."),
        ({"event_id": "evt_unknown"}, 404, "There is no message with this number."),
    ],
)
def test_a_message_that_is_not_there_cannot_be_tried(
    live: Live, desk: requests.Session, form: dict[str, str], status: int, sentence: str
) -> None:
    answer = desk.post(f"{live.url}/staff/events", data=form, timeout=60)
    assert (answer.status_code, sentence in told(answer.text)) == (status, True)
