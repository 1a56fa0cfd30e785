"""A bank's question that is answered after its page has expired."""

import pytest

from storefront.stripe_box import BoxServer, Refusal

from .conftest import client_of
from .forms import get, post
from .shopping import order

ASKS_THE_BANK = "4000002760003184"


def _asked(box: BoxServer) -> str:
    session_id = str(client_of(box).v1.checkout.sessions.create(order()).id)
    assert box.control.pay(session_id, card=ASKS_THE_BANK).state == "authenticate"
    return session_id


def test_a_bank_that_answers_too_late_pays_nothing(box: BoxServer) -> None:
    session_id = _asked(box)
    box.control.expire(session_id)
    session = box.control.authenticate(session_id)
    assert (session["status"], session["payment_status"]) == ("expired", "unpaid")
    assert len(box.control.events("payment_intent.canceled")) == 1


def test_by_the_fault_an_expired_page_is_paid_after_all(box: BoxServer) -> None:
    session_id = _asked(box)
    box.control.add_fault("pays_late", times=1)
    box.control.expire(session_id)
    assert box.control.session(session_id)["status"] == "expired"
    session = box.control.authenticate(session_id)
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    kinds = [event["type"] for event in box.control.events("")]
    assert kinds.index("checkout.session.expired") < kinds.index("checkout.session.completed")
    assert [rule["fired"] for rule in box.control.faults()] == [1]


def test_a_late_payment_may_be_refused_and_is_made_once(box: BoxServer) -> None:
    box.control.add_fault("pays_late")
    refused, paid = _asked(box), _asked(box)
    for session_id in (refused, paid):
        box.control.expire(session_id)
    assert box.control.authenticate(refused, is_passed=False)["status"] == "expired"
    for _ in range(2):
        assert box.control.authenticate(refused)["status"] == "expired"
        assert box.control.authenticate(paid)["status"] == "complete"
    assert len(box.control.events("charge.succeeded")) == 1


def test_only_a_step_that_was_begun_before_pays_late(box: BoxServer) -> None:
    box.control.add_fault("pays_late")
    session_id = str(client_of(box).v1.checkout.sessions.create(order()).id)
    box.control.expire(session_id)
    assert box.control.pay(session_id).state == "closed"
    assert [rule["matched"] for rule in box.control.faults()] == [0]


def test_the_bank_page_of_an_expired_session_leads_to_the_shop(box: BoxServer) -> None:
    session_id = _asked(box)
    box.control.add_fault("pays_late")
    box.control.expire(session_id)
    address = f"{box.url}/pay/{session_id}/authenticate"
    assert get(address).status == 200
    answer = post(address, {"answer": "complete"})
    assert answer.status == 303
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/checkout/return")


def test_a_rule_about_pages_takes_no_pattern(box: BoxServer) -> None:
    with pytest.raises(Refusal, match="The fault pays_late takes times, probability, not path"):
        box.control.add_fault("pays_late", path="*")
