"""Idempotency keys: one execution, one answer."""

import uuid
from typing import Any

import pytest
import stripe

from .target import order


@pytest.fixture
def key() -> str:
    return f"contract-{uuid.uuid4()}"


def test_a_repeated_request_gets_the_first_answer(client: stripe.StripeClient, key: str) -> None:
    options: Any = {"idempotency_key": key}
    first, again = (
        client.v1.checkout.sessions.create(order(), options)  # type: ignore[arg-type]
        for _ in range(2)
    )
    assert again.to_dict() == first.to_dict()
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotency-Key"] == key


def test_a_key_is_for_one_request_only(client: stripe.StripeClient, key: str) -> None:
    options: Any = {"idempotency_key": key}
    client.v1.checkout.sessions.create(order(), options)  # type: ignore[arg-type]
    other: Any = order(client_reference_id="SW-1002")
    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.checkout.sessions.create(other, options)
    assert refusal.value.http_status == 400
    assert refusal.value.error.type == "idempotency_error"
    assert "Keys for idempotent requests can only be used with the same parameters" in str(
        refusal.value
    )


def test_a_refused_request_leaves_its_key_free(client: stripe.StripeClient, key: str) -> None:
    options: Any = {"idempotency_key": key}
    wrong: Any = order(foo="1")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(wrong, options)
    session = client.v1.checkout.sessions.create(order(), options)  # type: ignore[arg-type]
    assert session.status == "open"
