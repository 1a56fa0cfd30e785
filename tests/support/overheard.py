"""What a shop and its Stripe box say to each other, checked against Stripe's description."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from stripe_box.answers import assert_answer_fits, assert_request_fits


@contextmanager
def conversations_that_fit(box_url: str) -> Iterator[None]:
    """Listens to what clients of the SDK say to this box meanwhile; at the end all must fit.

    Answers that a fault of the box damaged on purpose are left out, and so is what tests say to
    boxes of their own.
    """
    heard: list[tuple[str, str, str, int, str]] = []
    real = stripe.RequestsClient

    class Listening(real):  # type: ignore[misc, valid-type]
        def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
            content, status, answered = super().request(method, url, headers, post_data)
            if url.startswith(f"{box_url}/"):
                heard.append((method.upper(), url, post_data or "", status, content))
            return content, status, answered

    stripe.RequestsClient = Listening  # type: ignore[misc]
    try:
        yield
    finally:
        stripe.RequestsClient = real  # type: ignore[misc]
    for method, url, form, status, content in heard:
        assert_request_fits(method, url, form)
        if _is_whole(content):
            assert_answer_fits(method, url, status=status, content=content)


def _is_whole(content: str) -> bool:
    try:
        json.loads(content)
    except ValueError:
        return False
    return True
