"""What the shop asks of Stripe: listened to in every test with a running shop."""

import json
from typing import Any

import pytest
import stripe

from conftest import Live
from storefront.stripe_box import BoxServer
from stripe_box.answers import assert_answer_fits, assert_request_fits
from support.overheard import conversations_that_fit
from support.shopper import Shopper

from .target import order


def test_a_purchase_asks_only_what_stripe_describes(live: Live) -> None:
    """Checked at the end of `live`; fails when running_shop does not listen any more."""
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id())
    assert "Listening" in type(live.app.extensions["storefront"].stripe._requestor._client).__name__


def test_a_conversation_that_does_not_fit_is_told() -> None:
    def ask_wrongly() -> None:
        with conversations_that_fit(box.url):
            client = stripe.StripeClient(
                box.api_key,
                base_addresses={"api": box.url},
                http_client=stripe.RequestsClient(timeout=60),
            )
            wrong: Any = order(foo="1")
            with pytest.raises(stripe.InvalidRequestError):
                client.v1.checkout.sessions.create(wrong)

    with BoxServer() as box, pytest.raises(AssertionError, match="'foo' was unexpected"):
        ask_wrongly()


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ("mode=payment&foo=1", "'foo' was unexpected"),
        ("mode=paymnt", "is not one of"),
        ("client_reference_id=" + "x" * 201, "is too long"),
        ("expires_at=soon", "is not of type 'integer'"),
        ("line_items[0][quantity]=1.5", "is not of type 'integer'"),
        ("shipping_address_collection[allowed_countries][0]=XX", "is not one of"),
    ],
)
def test_a_request_that_stripe_does_not_describe_is_caught(form: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        assert_request_fits("POST", "http://127.0.0.1/v1/checkout/sessions", form)


def test_an_answer_that_stripe_does_not_describe_is_caught() -> None:
    body = {"object": "list", "data": [], "has_more": False, "url": "/v1/charges", "colour": 1}
    address = "http://127.0.0.1/v1/charges"
    with pytest.raises(AssertionError, match="'colour' was unexpected"):
        assert_answer_fits("GET", address, status=200, content=json.dumps(body))
