"""Which of Stripe's messages the shop acts on, and how."""

from .. import payments
from ..pages import settings
from .afterwards import follow_payment, follow_warning
from .purchase import settle_purchase

_SESSION, _WARNING = "checkout.session.", "radar.early_fraud_warning."

#: What the shop wants to hear of; an endpoint at Stripe needs these types and no others.
EVENT_TYPES = (
    f"{_SESSION}completed",
    f"{_SESSION}async_payment_succeeded",
    f"{_SESSION}async_payment_failed",
    f"{_SESSION}expired",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    f"{_WARNING}created",
)


def is_ours(event: payments.Event) -> bool:
    """Whether the shop acts on this event: one of its types, in the mode the shop runs in."""
    runs_live = "_live_" in settings().STRIPE_SECRET_KEY[:8]
    return event.type in EVENT_TYPES and event.is_live == runs_live


def follow(event_type: str, object_id: str) -> None:
    """Asks Stripe about what an event names, and brings the order in line; raises PaymentFailed.

    The event itself may be old or out of order, so nothing in it is believed but type and id.
    """
    if event_type.startswith(_SESSION):
        settle_purchase(payments.retrieve_session(object_id))
        return
    payment_id = payments.payment_behind(event_type, object_id)
    if payment_id and event_type.startswith(_WARNING):
        follow_warning(payment_id)
    elif payment_id:
        follow_payment(payment_id)
