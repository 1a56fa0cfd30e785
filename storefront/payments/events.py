"""Reading a webhook: the raw body and its signature, before anything else looks at it."""

import time
from dataclasses import dataclass
from typing import Any

import stripe

from ..errors import Refusal

_TOLERANCE_SECONDS = 300


class BadSignature(Refusal):
    """The body was not signed by Stripe for this endpoint, or is too old, or is not an event."""

    status = 400

    def __init__(self) -> None:
        super().__init__("This message is not signed by Stripe.")


@dataclass(frozen=True, slots=True)
class Event:
    """What the shop needs of an event: its id, its type, and which object it is about."""

    id: str
    type: str
    object_id: str
    is_live: bool


def read_event(body: bytes, signature: str, *secrets: str) -> Event:
    """The event in a webhook body, checked against the present and the previous secret.

    Raises BadSignature. Stripe signs with both secrets while one is rolled, so either will do.
    The SDK refuses old timestamps only; one far in the future is refused here. It also stumbles
    over a signature that is not ASCII and over a body that is JSON but no object.
    """
    for secret in filter(None, secrets):
        try:
            found: Any = stripe.Webhook.construct_event(
                body, signature, secret, tolerance=_TOLERANCE_SECONDS
            )
        except (ValueError, TypeError, AttributeError, stripe.SignatureVerificationError):
            continue
        if _is_from_the_future(signature):
            raise BadSignature
        return _event(found)
    raise BadSignature


def _event(found: Any) -> Event:
    try:
        content = found.to_dict()
        return Event(
            id=str(content["id"]),
            type=str(content["type"]),
            object_id=str(content["data"]["object"].get("id", "")),
            is_live=bool(content.get("livemode", False)),
        )
    except (KeyError, TypeError, AttributeError):
        raise BadSignature from None


def _is_from_the_future(signature: str) -> bool:
    stamps = [part[2:] for part in signature.split(",") if part.startswith("t=")]
    return not stamps or int(stamps[0]) > time.time() + _TOLERANCE_SECONDS
