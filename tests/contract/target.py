"""One side of the contract, and the key that may be used for the real one."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

VARIABLE = "STRIPE_CONTRACT_KEY"


@dataclass(frozen=True, kw_only=True)
class Target:
    """The box or Stripe's test mode, with the SDK in front of it."""

    name: str
    url: str
    key: str
    client: stripe.StripeClient

    def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], dict[str, Any]]:
        """Fetch a path without the SDK, which sends no request without a key."""
        parts = urlsplit(self.url)
        is_secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, json.loads(answer.read())
        finally:
            connection.close()


def contract_key(environment: Mapping[str, str]) -> str:
    """Return the key for Stripe's test mode or ''; refuses every other kind of key."""
    key = environment.get(VARIABLE, "").strip()
    if key and not key.startswith("sk_test_"):
        raise pytest.UsageError(
            f"{VARIABLE} must be a secret key of Stripe's test mode, which starts with sk_test_;"
            " the tests refuse every other key."
        )
    return key


def order(**changes: Any) -> dict[str, Any]:
    """Return a session over one bottle at 12.90 EUR; None removes a parameter."""
    params = {
        "mode": "payment",
        "success_url": "https://shop.example/return?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "line_items": [line()],
        "client_reference_id": "SW-1001",
        "metadata": {"contract": "1", "order": "1001"},
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}


def line(cents: int = 1290, quantity: int = 1, **price: Any) -> dict[str, Any]:
    """Return one line item."""
    described = {"currency": "eur", "unit_amount": cents, "product_data": {"name": "Magnesium oil"}}
    described.update(price)
    kept = {name: value for name, value in described.items() if value is not None}
    return {"price_data": kept, "quantity": quantity}
