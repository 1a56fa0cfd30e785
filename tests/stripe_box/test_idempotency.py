"""Idempotency keys as Stripe keeps them."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer
from storefront.stripe_box.errors import JSON
from storefront.stripe_box.resources import session_objects

from .conftest import client_of
from .shopping import line, order


def test_a_second_try_gets_the_first_answer(box: BoxServer, client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "order-1-attempt-1"}
    first = client.v1.checkout.sessions.create(order(), options)
    second = client.v1.checkout.sessions.create(order(), options)
    assert first.id == second.id
    assert len(box.control.sessions()) == 1
    headers: Any = second.last_response.headers  # type: ignore[union-attr]
    assert headers["Idempotent-Replayed"] == "true"
    assert headers["Idempotency-Key"] == "order-1-attempt-1"
    assert "Idempotent-Replayed" not in first.last_response.headers  # type: ignore[union-attr]


def test_a_replay_shows_the_past_not_the_present(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    options: Any = {"idempotency_key": "k"}
    first = client.v1.checkout.sessions.create(order(), options)
    box.control.complete(first.id)
    assert client.v1.checkout.sessions.create(order(), options).status == "open"


def test_a_key_belongs_to_its_parameters(client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "k"}
    client.v1.checkout.sessions.create(order(), options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.checkout.sessions.create(order(line_items=[line(999)]), options)
    assert refused.value.http_status == 400
    assert "Try using a key other than 'k'" in str(refused.value.user_message)


def test_a_refused_request_leaves_the_key_free(client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "k"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(order(mode="paymnt"), options)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(order(line_items=[line()] * 101), options)
    assert client.v1.checkout.sessions.create(order(), options).status == "open"


def test_a_failure_of_the_box_is_saved_too(
    box: BoxServer, client: stripe.StripeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> JSON:
        raise RuntimeError("broken on purpose")

    options: Any = {"idempotency_key": "k"}
    with monkeypatch.context() as patch:
        patch.setattr(session_objects, "create", broken)
        with pytest.raises(stripe.APIError):
            client.v1.checkout.sessions.create(order(), options)
    with pytest.raises(stripe.APIError) as again:
        client.v1.checkout.sessions.create(order(), options)
    assert again.value.http_status == 500
    assert box.control.sessions() == []


def test_an_executed_refusal_is_saved(box: BoxServer, client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(order())
    box.control.complete(session.id)
    options: Any = {"idempotency_key": "expire"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.expire(session.id, {}, options)
    assert [seen["is_replayed"] for seen in box.control.requests()[-2:]] == [False, True]


def test_keys_are_forgotten_after_a_day(box: BoxServer, client: stripe.StripeClient) -> None:
    options: Any = {"idempotency_key": "k"}
    first = client.v1.checkout.sessions.create(order(), options)
    box.control.advance_clock(24 * 60 * 60 + 1)
    assert client.v1.checkout.sessions.create(order(), options).id != first.id


def test_a_key_longer_than_255_characters_is_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.IdempotencyError, match="at most 255"):
        client.v1.checkout.sessions.create(order(), {"idempotency_key": "k" * 256})


def test_a_key_in_use_is_a_conflict_that_the_sdk_retries(
    box: BoxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = threading.Event(), threading.Event()
    create = session_objects.create

    def slow(*values: Any, **named: Any) -> JSON:
        began.set()
        may_end.wait(60)
        return create(*values, **named)

    monkeypatch.setattr(session_objects, "create", slow)
    options: Any = {"idempotency_key": "k"}
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client_of(box).v1.checkout.sessions.create, order(), options)
        assert began.wait(60)
        assert _raw_create(box, "k") == (409, "idempotency_key_in_use")
        second = pool.submit(
            client_of(box, retries=3).v1.checkout.sessions.create, order(), options
        )
        may_end.set()
        assert first.result(60).id == second.result(60).id
    assert len(box.control.sessions()) == 1


def _raw_create(box: BoxServer, key: str) -> tuple[int, str]:
    """Send exactly what the SDK sends, but only once."""
    sender = stripe.RequestsClient()
    seen: list[tuple[int, str]] = []

    def once(method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
        connection.request(method.upper(), url.removeprefix(box.url), post_data, dict(headers))
        answer = connection.getresponse()
        content = answer.read()
        seen.append((answer.status, json.loads(content)["error"]["code"]))
        connection.close()
        return content, answer.status, dict(answer.headers)

    sender.request = once  # type: ignore[method-assign]
    client = stripe.StripeClient(
        box.api_key, base_addresses={"api": box.url}, http_client=sender, max_network_retries=0
    )
    with pytest.raises(stripe.APIError):
        client.v1.checkout.sessions.create(order(), {"idempotency_key": key})
    return seen[0]
