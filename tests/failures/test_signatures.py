"""What keeps Stripe's own messages out of other shops; failure 26, and what of it is not Stripe."""

import json
import time
from collections.abc import Iterator

import pytest
import requests

from conftest import Live, running_shop
from storefront.stripe_box.webhooks.signatures import signature_header
from support.shopper import Shopper

from .hands import message, opened_page, sold_once, tell

FORMER = "whsec_of_last_year"


def signed(live: Live, session_id: str, *secrets: str) -> requests.Response:
    """A message with one signature for each secret, as Stripe makes them while one is rolled."""
    body, now = json.dumps(message(session_id)).encode(), int(time.time())
    marks = [signature_header(body, secret, timestamp=now).split(",")[1] for secret in secrets]
    headers = {"Stripe-Signature": ",".join([f"t={now}", *marks])}
    return requests.post(f"{live.url}/webhooks/stripe", data=body, headers=headers, timeout=60)


@pytest.fixture
def rolling(config: dict[str, object]) -> Iterator[Live]:
    """A shop that still knows its former secret."""
    with running_shop(config | {"STRIPE_WEBHOOK_SECRET_PREVIOUS": FORMER}) as live:
        yield live


@pytest.mark.parametrize(
    "secrets", [(FORMER,), (FORMER, "whsec_of_next_year"), ("whsec_of_next_year", FORMER)]
)
def test_while_a_secret_is_rolled_no_message_is_lost(
    rolling: Live, secrets: tuple[str, ...]
) -> None:
    """Failure 26. Fails when the former secret is not tried."""
    _, session_id = opened_page(rolling)
    rolling.box.control.complete(session_id)
    assert signed(rolling, session_id, *secrets).text == "done"
    sold_once(rolling)


def test_once_a_secret_is_rolled_the_former_one_opens_nothing(live: Live) -> None:
    """Failure 26. Fails when the signature is not checked."""
    _, session_id = opened_page(live)
    live.box.control.complete(session_id)
    answer = signed(live, session_id, FORMER)
    assert (answer.status_code, answer.text) == (400, "This message is not signed by Stripe.")
    assert [order.state for order in live.shop.orders()] == ["pending"]
    assert live.shop.stock() == (10, 1)


def test_a_message_needs_no_token_and_may_come_from_anywhere(config: dict[str, object]) -> None:
    """Failure 26. Fails when the guards of the shop's forms stand before the webhook too."""
    with running_shop(config | {"WTF_CSRF_ENABLED": True}) as live:
        live.shop.product()
        live.box.control.webhooks("drop")
        shopper = Shopper(live.url)
        shopper.add()
        session_id = shopper.session_id()
        live.box.control.complete(session_id)
        elsewhere = {"Origin": "https://stripe.example", "Sec-Fetch-Site": "cross-site"}
        answer = tell(live, message(session_id), **elsewhere)
        assert (answer.status_code, answer.text) == (200, "done")
        sold_once(live)


@pytest.mark.parametrize(
    ("path", "status"), [("/webhooks/stripe", 200), ("/webhooks/stripe/", 404)]
)
def test_a_message_is_never_sent_on_to_another_address(
    config: dict[str, object], path: str, status: int
) -> None:
    """Failure 26. Fails when the address, or plain http behind a proxy, is answered with 3xx."""
    with running_shop(config | {"STOREFRONT_TRUSTED_PROXIES": 1}) as live:
        _, session_id = opened_page(live)
        live.box.control.complete(session_id)
        proxied = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "shop.example"}
        answer = tell(live, message(session_id), path=path, **proxied)
        assert answer.status_code == status
        assert "Location" not in answer.headers
