"""The only folder that imports stripe: payment pages, refunds, and the inbox of events."""

from .events import BadSignature, Event, read_event
from .gateway import (
    MOST_CENTS,
    Client,
    NewSession,
    PaymentFailed,
    PaymentLine,
    SessionMissing,
    expire_session,
    make_client,
    minimum_cents,
    open_session,
    refund_payment,
    retrieve_session,
    returned_cents,
    sessions_since,
)
from .models import Refund, StripeEvent
from .operations import (
    mark_event_done,
    mark_event_failed,
    mark_refund_done,
    mark_refund_failed,
    owe_refund,
    record_event,
)
from .queries import event, events_to_retry, failed_events, inbox, refunds_due, refunds_owed
from .sessions import PaymentSession
from .turns import Turns

__all__ = [
    "MOST_CENTS",
    "BadSignature",
    "Client",
    "Event",
    "NewSession",
    "PaymentFailed",
    "PaymentLine",
    "PaymentSession",
    "Refund",
    "SessionMissing",
    "StripeEvent",
    "Turns",
    "event",
    "events_to_retry",
    "expire_session",
    "failed_events",
    "inbox",
    "make_client",
    "mark_event_done",
    "mark_event_failed",
    "mark_refund_done",
    "mark_refund_failed",
    "minimum_cents",
    "open_session",
    "owe_refund",
    "read_event",
    "record_event",
    "refund_payment",
    "refunds_due",
    "refunds_owed",
    "retrieve_session",
    "returned_cents",
    "sessions_since",
]
