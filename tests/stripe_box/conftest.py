"""A box on a free port, the real SDK in front of it, and a receiver of webhooks behind it."""

from collections.abc import Iterator

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .answers import CheckingClient, assert_object_fits
from .receiver import Receiver


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def box() -> Iterator[BoxServer]:
    """A box without webhooks; everything in it must fit Stripe's schemas at the end."""
    with BoxServer() as running:
        yield running
        for event in running.control.events():
            assert_object_fits(event)
            assert_object_fits(event["data"]["object"])


@pytest.fixture
def client(box: BoxServer) -> stripe.StripeClient:
    return client_of(box)


@pytest.fixture
def wired(receiver: Receiver) -> Iterator[BoxServer]:
    """A box that posts its events to the receiver."""
    with BoxServer(webhook_url=receiver.url) as running:
        yield running


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the SDK try again at once instead of after half a second."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)


def plain_client(box: BoxServer, *, retries: int = 0, timeout: float = 60.0) -> stripe.StripeClient:
    """The SDK as a shop has it, which also takes what Stripe would never send."""
    return stripe.StripeClient(
        box.api_key,
        base_addresses={"api": box.url},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=timeout),
    )


def client_of(box: BoxServer, *, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(
        box.api_key,
        base_addresses={"api": box.url},
        max_network_retries=retries,
        http_client=CheckingClient(timeout=60),
    )
