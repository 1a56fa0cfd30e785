"""Talking to Stripe: every call has a timeout, retries that repeat safely, and a plain answer.

Facts used here: docs/payments.md. No call may be made inside a database transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe
from flask import current_app

from ..config import Settings
from ..database import forbid_transaction
from ..errors import Refusal
from .sessions import PaymentSession, read_session
from .turns import AtStandstill

stripe.enable_telemetry = False

Client = stripe.StripeClient

API_VERSION = "2026-10-28.endive"  # pinned, so that an SDK update cannot change what we read
TIMEOUT_SECONDS = (3.05, 20)
RETRIES = 2


class PaymentFailed(Refusal):
    """Stripe could not be reached or refused the request; nothing was charged.

    is_answered tells whether Stripe answered at all: then a key that was used repeats the answer.
    param names the parameter that Stripe took offence at, '' where it named none.
    """

    status = 503

    def __init__(
        self, detail: str, code: str = "", *, param: str = "", is_answered: bool = False
    ) -> None:
        self.detail, self.code, self.param, self.is_answered = detail, code, param, is_answered
        super().__init__(
            "The payment page could not be opened just now. Nothing was charged, and"
            " everything is as it was. Please try again in a minute."
        )


class SessionMissing(PaymentFailed):
    """Stripe knows no session or payment by this id, in this account and mode."""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """A line of the payment page; unit_cents is the final price of one, tax included."""

    name: str
    unit_cents: int
    quantity: int


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a payment page is opened with. The same values with the same key open the same page."""

    key: str
    shop: str
    reference: str
    order_id: int
    currency: str
    lines: Sequence[PaymentLine]
    delivery_name: str
    delivery_cents: int
    delivery_days: tuple[int, int]
    countries: Sequence[str]
    expires_at: datetime
    success_url: str
    cancel_url: str
    email: str = ""  # of a shopper who is known before paying; the page then does not ask for it


def make_client(settings: Settings) -> Client:
    """The client of one app; its connections are kept per thread."""
    options: dict[str, Any] = {}
    if settings.STRIPE_API_BASE:
        options["base_addresses"] = {"api": settings.STRIPE_API_BASE.rstrip("/")}
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=API_VERSION,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        **options,
    )


def open_session(new: NewSession) -> PaymentSession:
    """Opens a hosted payment page; raises PaymentFailed."""
    params = _session_params(new)
    return read_session(
        call(lambda c: c.v1.checkout.sessions.create(params, {"idempotency_key": new.key}))
    )


def retrieve_session(session_id: str) -> PaymentSession:
    """The session as it is now; raises PaymentFailed, and SessionMissing when there is none."""
    wanted: Any = {"expand": ["payment_intent"]}
    return read_session(call(lambda c: c.v1.checkout.sessions.retrieve(session_id, wanted)))


def expire_session(session_id: str) -> PaymentSession:
    """Closes an open payment page and returns its final state, which may be that it was paid."""
    try:
        return read_session(call(lambda c: c.v1.checkout.sessions.expire(session_id)))
    except SessionMissing:
        raise
    except PaymentFailed:  # most likely it is not open any more
        return retrieve_session(session_id)


def sessions_between(start: datetime, end: datetime) -> Iterator[PaymentSession]:
    """All sessions opened in a period, of every shop on the account, newest first."""
    created = {"gte": int(start.timestamp()), "lt": int(end.timestamp())}
    wanted: Any = {"created": created, "expand": ["data.payment_intent"]}
    yield from map(read_session, every(lambda c: c.v1.checkout.sessions, wanted))


def every(service: Any, params: dict[str, Any]) -> Iterator[Any]:
    """Every object of a list of Stripe's, newest first, a hundred with each call."""
    after: dict[str, Any] = {}
    while True:
        wanted: Any = {**params, "limit": 100, **after}
        page = call(lambda c, wanted=wanted: service(c).list(wanted))
        yield from page.data
        if not page.has_more:
            return
        after = {"starting_after": page.data[-1].id}


def session_of_payment(payment_id: str) -> PaymentSession | None:
    """The page that a payment was made on, if it was made on one."""
    found = call(lambda c: c.v1.checkout.sessions.list({"payment_intent": payment_id, "limit": 1}))
    return retrieve_session(found.data[0].id) if found.data else None


def call(work: Any) -> Any:
    """One request to Stripe; half of the web server's threads may make one at once, never all."""
    forbid_transaction()
    state = current_app.extensions["storefront"]
    try:
        with state.stripe_turns.take():
            return work(state.stripe)
    except AtStandstill as standstill:
        raise PaymentFailed("too many requests are waiting for Stripe") from standstill
    except stripe.StripeError as error:
        if error.code == "resource_missing":
            raise SessionMissing(str(error), error.code, is_answered=True) from error
        words = f"{type(error).__name__}: {error}".replace("\x00", "")  # PostgreSQL takes none
        raise PaymentFailed(
            words,
            error.code or "",
            param=getattr(error, "param", None) or "",
            is_answered=error.http_status is not None,
        ) from error


def _session_params(new: NewSession) -> Any:
    names = {
        "order_id": str(new.order_id),
        "order_reference": new.reference,
        # Whose order it is: several shops may share one account.
        "shop": new.shop[:500],
    }
    return {
        "mode": "payment",
        "line_items": [_line_item(line, new.currency) for line in new.lines],
        "client_reference_id": new.reference,
        "metadata": names,
        # A PaymentIntent does not inherit the session's metadata; refunds and disputes need it.
        "payment_intent_data": {"metadata": names},
        "shipping_address_collection": {"allowed_countries": list(new.countries)},
        "shipping_options": [_shipping_option(new)],
        # Otherwise a shopper may be shown, and charged, another currency than the order's.
        "adaptive_pricing": {"enabled": False},
        "expires_at": int(new.expires_at.timestamp()),
        "success_url": new.success_url,
        "cancel_url": new.cancel_url,
        **({"customer_email": new.email} if new.email else {}),
    }


def _line_item(line: PaymentLine, currency: str) -> Mapping[str, Any]:
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": currency.lower(),
            "unit_amount": line.unit_cents,
            "product_data": {"name": line.name},
        },
    }


def _shipping_option(new: NewSession) -> Mapping[str, Any]:
    least, most = new.delivery_days
    return {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": new.delivery_name,
            "fixed_amount": {"amount": new.delivery_cents, "currency": new.currency.lower()},
            "delivery_estimate": {
                "minimum": {"unit": "business_day", "value": least},
                "maximum": {"unit": "business_day", "value": most},
            },
        }
    }
