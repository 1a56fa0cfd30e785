"""What Stripe's word about a payment page means for its order."""

from .. import orders, payments
from ..pages import settings
from .purchase import release_purchase, settle_purchase

_FAILED = "checkout.session.async_payment_failed"
_SESSION_EVENTS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.expired",
    _FAILED,
}


def is_ours(event: payments.Event) -> bool:
    """Whether the shop acts on this event: a checkout session, in the mode the shop runs in."""
    runs_live = "_live_" in settings().STRIPE_SECRET_KEY[:8]
    return event.type in _SESSION_EVENTS and event.is_live == runs_live


def follow(session: payments.PaymentSession, *, event_type: str = "") -> bool:
    """Settles or releases the order of a session; True when something changed."""
    if session.is_paid:
        return settle_purchase(session)
    if not session.is_over and event_type != _FAILED:
        return False
    order = orders.by_reference(session.reference)
    if order is None or (order.session_id and order.session_id != session.id):
        return False  # not the page that the order keeps, so its end says nothing
    return release_purchase(order.id)
