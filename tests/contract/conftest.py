"""Whom the contract suite speaks to: the box, and Stripe's test mode where a key is given."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer
from stripe_box.answers import CheckingClient

from .target import Target, contract_key

KEY = contract_key(os.environ)


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture(params=["box", "stripe"] if KEY else ["box"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """A side that must keep the contract; sessions left open at Stripe are expired at the end."""
    if request.param == "box":
        with BoxServer() as box:
            client = stripe.StripeClient(
                box.api_key,
                base_addresses={"api": box.url},
                http_client=CheckingClient(timeout=60),
            )
            yield Target(name="box", url=box.url, key=box.api_key, client=client)
        return
    client = stripe.StripeClient(KEY, http_client=stripe.RequestsClient(timeout=60))
    began = int(time.time()) - 60
    yield Target(name="stripe", url="https://api.stripe.com", key=KEY, client=client)
    wanted: Any = {"status": "open", "created": {"gte": began}, "limit": 100}
    for session in client.v1.checkout.sessions.list(wanted).data:
        if session.metadata and session.metadata.to_dict().get("contract") == "1":
            client.v1.checkout.sessions.expire(session.id)


@pytest.fixture
def client(target: Target) -> stripe.StripeClient:
    return target.client
