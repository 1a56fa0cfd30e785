"""Wrong requests: the same status, type, code, parameter and words on both sides."""

import dataclasses
from typing import Any

import pytest
import stripe

from .target import Target, line, order

# What is wrong, the code, the parameter, and how the sentence begins.
SESSIONS: dict[str, tuple[dict[str, Any], str | None, str | None, str]] = {
    "unknown": ({"foo": "1"}, "parameter_unknown", "foo", "Received unknown parameter: foo"),
    "removed": (
        {"payment_method_types": ["card"]},
        "parameter_unknown",
        "payment_method_types",
        "Received unknown parameter: payment_method_types",
    ),
    "missing": (
        {"line_items": [line(currency=None)]},
        "parameter_missing",
        "line_items[0][price_data][currency]",
        "Missing required param: line_items[0][price_data][currency].",
    ),
    "not a number": (
        {"line_items": [{**line(), "quantity": "1.5"}]},
        "parameter_invalid_integer",
        "line_items[0][quantity]",
        "Invalid integer: 1.5",
    ),
    "no such mode": (
        {"mode": "paymnt"},
        None,
        "mode",
        "Invalid mode: must be one of payment, setup, or subscription",
    ),
    "not a list": ({"line_items": "oil"}, None, "line_items", "Invalid array"),
    "currency": (
        {"line_items": [line(currency="xyz")]},
        None,
        "line_items[0][price_data][currency]",
        "Invalid currency: xyz",
    ),
    "no price": (
        {"line_items": [{"quantity": 1}]},
        None,
        None,
        "You must provide one of `price` or `price_data` for each line item when using prices.",
    ),
    "no product": (
        {"line_items": [line(product_data=None)]},
        None,
        None,
        "You must specify either `product` or `product_data` when creating a price.",
    ),
    "long metadata": ({"metadata": {"cart": "x" * 501}}, None, None, "Invalid"),
    "long key": ({"metadata": {"k" * 41: "x"}}, None, None, "Invalid"),
    "many keys": ({"metadata": {f"k{n}": "x" for n in range(51)}}, None, None, ""),
    "many lines": ({"line_items": [line()] * 101}, None, None, ""),
    "two currencies": ({"line_items": [line(), line(currency="usd")]}, None, None, ""),
    "terms without an address": (
        {"consent_collection": {"terms_of_service": "required"}},
        None,
        None,
        "You cannot collect consent to your terms of service unless a URL is set",
    ),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_wrong_session_is_refused(client: stripe.StripeClient, name: str) -> None:
    changes, code, param, begins = SESSIONS[name]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(order(**changes))  # type: ignore[arg-type]
    error = refusal.value.error
    assert (refusal.value.http_status, error.type) == (400, "invalid_request_error")
    assert error.message.startswith(begins)
    if code:
        assert (error.code, bool(error.doc_url)) == (code, True)
    if param:
        assert error.param == param


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("checkout/sessions/cs_test_none", "checkout.session"),
        ("payment_intents/pi_none", "payment_intent"),
        ("charges/ch_none", "charge"),
        ("refunds/re_none", "refund"),
        ("events/evt_none", "event"),
        ("products/prod_none", "product"),
        ("prices/price_none", "price"),
    ],
)
def test_an_unknown_id_is_a_404(target: Target, path: str, kind: str) -> None:
    key = {"Authorization": f"Bearer {target.key}"}
    status, _, body = target.get(f"/v1/{path}", **key)
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")
    assert body["error"]["code"] == "resource_missing"
    assert body["error"]["message"].startswith(f"No such {kind}: '{path.rpartition('/')[2]}'")


def test_an_unknown_address_is_a_404(target: Target) -> None:
    status, _, body = target.get("/v1/foo", Authorization=f"Bearer {target.key}")
    assert (status, body["error"]["type"]) == (404, "invalid_request_error")
    assert body["error"]["message"].startswith("Unrecognized request URL (GET: /v1/foo).")


def test_without_a_key_nothing_is_answered(target: Target) -> None:
    status, headers, body = target.get("/v1/events")
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    assert body["error"]["message"].startswith("You did not provide an API key.")
    assert "WWW-Authenticate" in headers


def test_a_wrong_key_is_refused_without_being_repeated(target: Target) -> None:
    wrong = dataclasses.replace(target, key="sk_wrong_0123456789abcdef")
    status, _, body = target.get("/v1/events", Authorization=f"Bearer {wrong.key}")
    assert (status, body["error"]["type"]) == (401, "invalid_request_error")
    assert body["error"]["message"].startswith("Invalid API Key provided: sk_")
    assert wrong.key not in body["error"]["message"]


@pytest.mark.parametrize(
    ("params", "kind", "param"),
    [
        ({"payment_intent": "pi_none"}, "payment_intent", "payment_intent"),
        ({"charge": "ch_none"}, "charge", None),
    ],
)
def test_what_does_not_exist_is_not_refunded(
    client: stripe.StripeClient, params: Any, kind: str, param: str | None
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create(params)
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")
    assert f"No such {kind}: '" in str(refusal.value)
    assert param in (None, refusal.value.param)
