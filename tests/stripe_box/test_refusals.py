"""Wrong requests get Stripe's own sentences, and leave nothing behind."""

import base64
import http.client
import json
import time
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .shopping import delivery, line, order


def _price(**changes: Any) -> list[dict[str, Any]]:
    price = {**line()["price_data"], **changes}
    kept = {name: value for name, value in price.items() if value is not None}
    return [{"price_data": kept, "quantity": 1}]


CASES: list[tuple[str, dict[str, Any], str, str | None, str | None]] = [
    ("unknown", {"foo": "1"}, "Received unknown parameter: foo", "parameter_unknown", "foo"),
    (
        "unknown, removed in endive",
        {"payment_method_types": ["card"]},
        "Received unknown parameter: payment_method_types",
        "parameter_unknown",
        "payment_method_types",
    ),
    (
        "unknown, nested",
        {"line_items": _price(colour="red")},
        "Received unknown parameter: line_items[0][price_data][colour]",
        "parameter_unknown",
        "line_items[0][price_data][colour]",
    ),
    (
        "missing, nested",
        {"line_items": _price(currency=None)},
        "Missing required param: line_items[0][price_data][currency].",
        "parameter_missing",
        "line_items[0][price_data][currency]",
    ),
    (
        "missing",
        {"success_url": None},
        "Missing required param: success_url.",
        "parameter_missing",
        "success_url",
    ),
    (
        "not an integer",
        {"line_items": [{**line(), "quantity": 1.5}]},
        "Invalid integer: 1.5",
        "parameter_invalid_integer",
        "line_items[0][quantity]",
    ),
    (
        "not an enum",
        {"mode": "paymnt"},
        "Invalid mode: must be one of payment, setup, or subscription",
        None,
        "mode",
    ),
    (
        "empty",
        {"client_reference_id": ""},
        "You passed an empty string for 'client_reference_id'.",
        "parameter_invalid_empty",
        "client_reference_id",
    ),
    ("not an array", {"line_items": "oil"}, "Invalid array", None, "line_items"),
    ("not an object", {"metadata": "oil"}, "Invalid object", None, "metadata"),
    (
        "too long",
        {"client_reference_id": "x" * 201},
        "Invalid string: xxxxxxxxxx...xxxx; must be at most 200 characters",
        None,
        "client_reference_id",
    ),
    (
        "unknown currency",
        {"line_items": _price(currency="xyz")},
        "Invalid currency: xyz. Stripe currently supports these currencies: aed,",
        None,
        "line_items[0][price_data][currency]",
    ),
    (
        "long metadata",
        {"metadata": {"cart": "x" * 501}},
        "Invalid metadata value: exceeds 500 characters",
        None,
        "metadata[cart]",
    ),
    ("long key", {"metadata": {"k" * 41: "x"}}, "Invalid metadata key", None, None),
    (
        "many keys",
        {"metadata": {f"k{n}": "x" for n in range(51)}},
        "Invalid metadata: you can only have up to 50 keys",
        None,
        "metadata",
    ),
    (
        "price and price_data missing",
        {"line_items": [{"quantity": 1}]},
        "You must provide one of `price` or `price_data` for each line item when using prices.",
        None,
        None,
    ),
    (
        "product missing",
        {"line_items": _price(product_data=None)},
        "You must specify either `product` or `product_data` when creating a price.",
        None,
        None,
    ),
    (
        "101 lines",
        {"line_items": [line() for _ in range(101)]},
        "You can only have up to 100 line items",
        None,
        "line_items",
    ),
    (
        "6 delivery options",
        {"shipping_options": [delivery() for _ in range(6)]},
        "You can only have up to 5 shipping options",
        None,
        "shipping_options",
    ),
    (
        "two currencies",
        {"line_items": [line(), *_price(currency="usd")]},
        "All line items of a Checkout Session must use the same currency",
        None,
        "line_items[1][price_data][currency]",
    ),
    (
        "too small",
        {"line_items": [line(49)], "shipping_options": None},
        "The Checkout Session's total amount due must add up to at least €0.50 eur",
        "amount_too_small",
        None,
    ),
    (
        "negative amount",
        {"line_items": [line(-1)]},
        "This value must be greater than or equal to 0.",
        "parameter_invalid_integer",
        "line_items[0][price_data][unit_amount]",
    ),
    ("bad address", {"success_url": "/thanks"}, "Not a valid URL", "url_invalid", "success_url"),
    ("bad address", {"cancel_url": "ftp://x"}, "Not a valid URL", "url_invalid", "cancel_url"),
    (
        "bad email",
        {"customer_email": "ann@"},
        "Invalid email address: ann@",
        "email_invalid",
        "customer_email",
    ),
    (
        "unknown price",
        {"line_items": [{"price": "price_x", "quantity": 1}]},
        "No such price: 'price_x'",
        "resource_missing",
        "line_items[0][price]",
    ),
    (
        "terms without address",
        {"consent_collection": {"terms_of_service": "required"}},
        "You cannot collect consent to your terms of service unless a URL is set",
        None,
        None,
    ),
    (
        "tax without office",
        {"automatic_tax": {"enabled": True}},
        "You must have a valid head office address to enable automatic tax calculation",
        None,
        None,
    ),
    (
        "discount and codes",
        {"discounts": [{"coupon": "c"}], "allow_promotion_codes": True},
        "You may only specify one of these parameters: allow_promotion_codes, discounts.",
        None,
        None,
    ),
    (
        "country",
        {"shipping_address_collection": {"allowed_countries": ["XX"]}},
        "Invalid shipping_address_collection[allowed_countries][0]: must be one of AC, AD,",
        None,
        "shipping_address_collection[allowed_countries][0]",
    ),
    (
        "what the box would have to ignore",
        {"tax_id_collection": {"enabled": True}},
        "The Stripe box does not offer `tax_id_collection` yet.",
        None,
        "tax_id_collection",
    ),
]


@pytest.mark.parametrize(
    ("changes", "message", "code", "param"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_wrong_session_is_refused_in_stripes_words(
    box: BoxServer,
    client: stripe.StripeClient,
    changes: dict[str, Any],
    message: str,
    code: str | None,
    param: str | None,
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(**changes))
    error = refused.value
    assert error.http_status == 400
    assert str(error.user_message).startswith(message)
    assert error.code == code
    if param:
        assert error.param == param
    assert box.control.sessions() == []
    assert box.box.store.rows("SELECT * FROM object") == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(30 * 60 - 5, "at least 30 minutes"), (24 * 60 * 60 + 5, "less than 24 hours")],
)
def test_the_expiry_must_lie_in_the_window_of_the_boxs_own_clock(
    box: BoxServer, client: stripe.StripeClient, seconds: int, words: str
) -> None:
    box.control.advance_clock(7200)
    now = int(time.time()) + 7200
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(order(expires_at=now + seconds))
    assert refused.value.param == "expires_at"
    assert refused.value.user_message == (
        f"The `expires_at` timestamp must be {words} from Checkout Session creation."
    )
    kept = client.v1.checkout.sessions.create(order(expires_at=now + 31 * 60))
    assert kept.expires_at == now + 31 * 60


def test_an_unknown_session_is_a_404(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve("cs_test_gone")
    assert refused.value.http_status == 404
    assert refused.value.code == "resource_missing"
    assert refused.value.user_message == "No such checkout.session: 'cs_test_gone'"


def test_an_unknown_cursor_is_a_400(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.list({"starting_after": "cs_test_gone"})
    assert (refused.value.http_status, refused.value.param) == (400, "starting_after")


def test_an_unknown_query_parameter_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameter: colour"):
        client.v1.checkout.sessions.list({"colour": "red"})  # type: ignore[typeddict-unknown-key]


def _get(box: BoxServer, path: str, **headers: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, dict(answer.headers), body


def test_without_a_key_nothing_is_answered(box: BoxServer) -> None:
    status, headers, body = _get(box, "/v1/checkout/sessions")
    assert status == 401
    assert headers["WWW-Authenticate"] == 'Bearer realm="Stripe"'
    assert body["error"]["message"].startswith("You did not provide an API key.")
    assert body["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("sk_live_51abc", "a live key must never be sent to it"),
        ("rk_live_51abc", "a live key must never be sent to it"),
        ("pk_test_51abc", "publishable API key"),
        ("hello", "Invalid API Key provided"),
    ],
)
def test_only_secret_test_keys_are_taken(box: BoxServer, key: str, words: str) -> None:
    status, _, body = _get(box, "/v1/checkout/sessions", Authorization=f"Bearer {key}")
    assert status == 401
    assert words in body["error"]["message"]


def test_basic_authentication_and_no_version_are_accepted(box: BoxServer) -> None:
    basic = base64.b64encode(b"sk_test_abc:").decode()
    status, headers, body = _get(box, "/v1/events", Authorization=f"Basic {basic}")
    assert (status, body["object"]) == (200, "list")
    assert headers["Stripe-Version"] == "2026-08-26.dahlia"
    assert headers["Request-Id"].startswith("req_")


def test_an_unknown_address_is_named(box: BoxServer) -> None:
    status, _, body = _get(box, "/v1/foo", Authorization="Bearer sk_test_abc")
    assert status == 404
    assert body["error"]["message"].startswith("Unrecognized request URL (GET: /v1/foo)")


def test_a_strange_version_is_refused(box: BoxServer) -> None:
    headers = {"Authorization": "Bearer sk_test_abc", "Stripe-Version": "latest"}
    status, _, body = _get(box, "/v1/events", **headers)
    assert (status, body["error"]["message"]) == (400, "Invalid Stripe API version: latest")
