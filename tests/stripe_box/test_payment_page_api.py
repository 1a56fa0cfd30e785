"""Payment methods by token, and the payment page without a browser."""

import json
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .conftest import plain_client
from .shopping import order

HOME = {"city": "Berlin", "country": "DE", "line1": "Lindenallee 1", "postal_code": "10115"}
SHIPPING = {"name": "Ada Test", "address": HOME}


def confirm(client: stripe.StripeClient, session_id: str, **params: Any) -> dict[str, Any]:
    """POST …/confirm, which the SDK has no method for."""
    path = f"/v1/payment_pages/{session_id}/confirm"
    answer = client.raw_request("post", path, **params)
    found: dict[str, Any] = json.loads(answer.body)
    return found


@pytest.fixture
def session_id(client: stripe.StripeClient) -> str:
    """An open session over 17.80 EUR that asks for an address."""
    return client.v1.checkout.sessions.create(order()).id


def test_a_token_pays(box: BoxServer, client: stripe.StripeClient, session_id: str) -> None:
    paid = confirm(
        client,
        session_id,
        payment_method="pm_card_visa",
        expected_amount=1780,
        shipping=SHIPPING,
        expand=["payment_intent.payment_method"],
    )
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")
    assert paid["payment_intent"]["payment_method"]["card"]["last4"] == "4242"
    assert paid["collected_information"]["shipping_details"]["name"] == "Ada Test"
    assert len(box.control.events("checkout.session.completed")) == 1


def test_a_decline_is_a_402_and_leaves_the_failed_charge(
    box: BoxServer, client: stripe.StripeClient, session_id: str
) -> None:
    """Fails when `Declined` is undone like any other refusal: then no charge.failed is left."""
    wanted = {"payment_method": "pm_card_chargeDeclinedInsufficientFunds", "shipping": SHIPPING}
    with pytest.raises(stripe.CardError) as refusal:
        confirm(client, session_id, **wanted)
    error = refusal.value.error
    assert (refusal.value.http_status, refusal.value.code) == (402, "card_declined")
    assert error.decline_code == "insufficient_funds"
    assert error.payment_intent.status == "requires_payment_method"
    assert error.payment_method.card.last4 == "9995"
    assert [event["type"] for event in box.control.events()] == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    assert box.control.session(session_id)["status"] == "open"


def test_a_repeated_decline_is_answered_alike_without_another_try(
    box: BoxServer, client: stripe.StripeClient, session_id: str
) -> None:
    wanted = {"payment_method": "pm_card_chargeDeclined", "shipping": SHIPPING}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            confirm(client, session_id, idempotency_key="one", **wanted)
    assert len(box.control.events("charge.failed")) == 1


def test_a_card_that_asks_for_3d_secure_waits(
    box: BoxServer, client: stripe.StripeClient, session_id: str
) -> None:
    waiting = {"payment_method": "pm_card_authenticationRequired", "shipping": SHIPPING}
    found = confirm(client, session_id, **waiting, expand=["payment_intent"])
    assert (found["status"], found["payment_intent"]["status"]) == ("open", "requires_action")
    assert box.control.authenticate(session_id)["payment_status"] == "paid"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"payment_method": "pm_none"}, "resource_missing", "payment_method"),
        ({"expected_amount": 1780}, "parameter_missing", "payment_method"),
        ({"expected_amount": 1779}, "checkout_amount_mismatch", "expected_amount"),
        ({"shipping": None}, "parameter_missing", "shipping"),
        ({"shipping_rate": "shr_none"}, None, "shipping_rate"),
    ],
)
def test_a_wrong_confirmation_is_refused_and_leaves_nothing(
    box: BoxServer,
    client: stripe.StripeClient,
    session_id: str,
    params: dict[str, Any],
    code: str | None,
    param: str,
) -> None:
    right = {"payment_method": "pm_card_visa", "shipping": SHIPPING}
    if param == "payment_method" and "payment_method" not in params:
        del right["payment_method"]
    sent = {name: value for name, value in {**right, **params}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        confirm(client, session_id, **sent)
    assert (refusal.value.code, refusal.value.param) == (code, param)
    assert box.control.events() == []
    assert box.control.session(session_id)["payment_intent"] is None


def test_a_closed_session_is_not_paid_again(client: stripe.StripeClient, session_id: str) -> None:
    client.v1.checkout.sessions.expire(session_id)
    with pytest.raises(stripe.InvalidRequestError, match="no longer open: its status is expired"):
        confirm(client, session_id, payment_method="pm_card_visa", shipping=SHIPPING)


def test_a_payment_method_is_made_from_a_token_only(client: stripe.StripeClient) -> None:
    billing = {"email": "ada@example.com", "address": {"country": "DE"}}
    method = client.v1.payment_methods.create(
        {"type": "card", "card": {"token": "tok_amex"}, "billing_details": billing}
    )
    assert (method.card.brand, method.card.last4) == ("amex", "0005")
    assert method.billing_details.email == "ada@example.com"
    assert client.v1.payment_methods.retrieve(method.id).to_dict() == method.to_dict()
    typed = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034}
    with pytest.raises(stripe.CardError, match="generally unsafe"):
        client.v1.payment_methods.create({"type": "card", "card": typed})
    with pytest.raises(stripe.InvalidRequestError, match="No such token: 'tok_none'"):
        client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_none"}})


@pytest.mark.parametrize(
    ("token", "last4"),
    [("pm_card_de", "0016"), ("pm_card_visa_chargeDeclined", "0002"), ("pm_card_visa", "4242")],
)
def test_a_token_stands_for_its_card(client: stripe.StripeClient, token: str, last4: str) -> None:
    found = client.v1.payment_methods.retrieve(token)
    assert found.id.startswith("pm_")
    assert (found.id != token, found.card.last4) == (True, last4)


def test_an_older_version_may_name_the_payment_methods_and_the_old_page(box: BoxServer) -> None:
    client = plain_client(box)
    old: Any = {**order(), "payment_method_types": ["card"]}
    with pytest.raises(stripe.InvalidRequestError, match="payment_method_types"):
        client.v1.checkout.sessions.create(old)
    made = client.v1.checkout.sessions.create(old, {"stripe_version": "2026-08-26.dahlia"})
    assert made.payment_method_types == ["card"]
    old["ui_mode"] = "hosted"
    made = client.v1.checkout.sessions.create(old, {"stripe_version": "2025-01-27.acacia"})
    assert made.ui_mode == "hosted_page"
