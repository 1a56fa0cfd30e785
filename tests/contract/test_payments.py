"""Payments without a browser, by an address that Stripe has but does not describe."""

import json
from typing import Any

import pytest
import stripe

from .target import line, order

#: Stripe does not describe how a page is paid without a browser: only the box is held to it.
pytestmark = pytest.mark.parametrize("target", ["box"], indirect=True)


def pay(client: stripe.StripeClient, token: str = "pm_card_visa", cents: int = 1290) -> Any:
    """Open a session and confirm it with a test payment method; returns the session as JSON."""
    params: Any = order(line_items=[line(cents)])
    session = client.v1.checkout.sessions.create(params)
    billing = {"email": "contract@example.com", "name": "Ada Test"}
    card: Any = {"type": "card", "card": {"token": token}, "billing_details": billing}
    method = client.v1.payment_methods.create(card)
    client.raw_request(
        "post",
        f"/v1/payment_pages/{session.id}/confirm",
        payment_method=method.id,
        expected_amount=cents,
    )
    wanted: Any = {"expand": ["payment_intent.latest_charge"]}
    return client.v1.checkout.sessions.retrieve(session.id, wanted)


def test_a_payment_completes_its_session(client: stripe.StripeClient) -> None:
    session = pay(client, "tok_visa")
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    intent = session.payment_intent
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 1290, 1290)
    charge = intent.latest_charge
    assert (charge.paid, charge.captured, charge.amount_refunded) == (True, True, 0)
    assert charge.payment_method_details.card.last4 == "4242"
    assert session.customer_details.email == "contract@example.com"


def test_a_declined_card_leaves_the_session_open(client: stripe.StripeClient) -> None:
    session: Any = client.v1.checkout.sessions.create(order())  # type: ignore[arg-type]
    card: Any = {"type": "card", "card": {"token": "tok_visa_chargeDeclined"}}
    method = client.v1.payment_methods.create(card)
    with pytest.raises(stripe.CardError) as refusal:
        client.raw_request(
            "post",
            f"/v1/payment_pages/{session.id}/confirm",
            payment_method=method.id,
            expected_amount=1290,
        )
    assert (refusal.value.http_status, refusal.value.code) == (402, "card_declined")
    assert refusal.value.error.decline_code == "generic_decline"
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_a_payment_is_given_back_in_parts_and_never_more(client: stripe.StripeClient) -> None:
    intent = pay(client, "tok_visa").payment_intent
    part: Any = {"payment_intent": intent.id, "amount": 500}
    refund = client.v1.refunds.create(part)
    assert (refund.status, refund.amount, refund.currency) == ("succeeded", 500, "eur")
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as much:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 791})
    assert much.value.param == "amount"
    assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 790
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded") as again:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert again.value.code == "charge_already_refunded"
    assert client.v1.charges.retrieve(intent.latest_charge.id).refunded is True


def test_the_page_is_read_by_its_session(client: stripe.StripeClient) -> None:
    session: Any = client.v1.checkout.sessions.create(order())  # type: ignore[arg-type]
    answer = client.raw_request("get", f"/v1/payment_pages/{session.id}")
    assert json.loads(answer.body)["object"] == "checkout.session"
