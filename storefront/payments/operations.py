"""Verbs of the inbox and of refunds.

An event is marked as done after its work was committed. Its work may be repeated, so a crash
between the two only means that it is acted on again.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.exc import IntegrityError

from ..database import require_transaction, was_changed
from .events import Event
from .models import Refund, StripeEvent

_FAILED_AFTER = 3  # tries; the third comes three minutes after the first


def record_event(event: Event) -> bool:
    """Stores an event; True when there is work to do, False when it was done before."""
    session = require_transaction()
    try:
        with session.begin_nested():
            session.add(StripeEvent(id=event.id, type=event.type, object_id=event.object_id))
    except IntegrityError:
        state = session.execute(
            select(StripeEvent.state).where(StripeEvent.id == event.id)
        ).scalar_one()
        return state != "done"
    return True


def mark_event_done(event_id: str) -> None:
    """The event's work is committed; a second delivery has nothing to do."""
    _mark(event_id, state="done", error="")


def mark_event_failed(event_id: str, error: str) -> None:
    """The event's work failed; the worker tries it again."""
    _mark(event_id, state="failed", error=error[:500])


def _mark(event_id: str, **values: str) -> None:
    require_transaction().execute(
        update(StripeEvent)
        .where(StripeEvent.id == event_id)
        .values(attempts=StripeEvent.attempts + 1, **values)
    )


def owe_refund(
    order_reference: str, payment_id: str, *, amount_cents: int, currency: str, reason: str
) -> bool:
    """Writes down that a payment must go back; False when that stands already."""
    session = require_transaction()
    refund = Refund(
        order_reference=order_reference,
        payment_id=payment_id,
        amount_cents=amount_cents,
        currency=currency,
        reason=reason,
    )
    try:
        with session.begin_nested():
            session.add(refund)
    except IntegrityError:
        return False
    return True


def mark_refund_done(refund_id: int, stripe_id: str) -> bool:
    """The money is on its way back; True for the one process that may say so first."""
    result = require_transaction().execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state != "done")
        .values(state="done", stripe_id=stripe_id, done_at=datetime.now(UTC), error="")
    )
    return was_changed(result)


def mark_refund_failed(refund_id: int, error: str, *, attempts: int) -> str:
    """Stripe did not take the refund: again later, longer each time.

    Returns the sentence for staff with the try after which it counts as failed, else ''.
    """
    session = require_transaction()
    later = datetime.now(UTC) + timedelta(seconds=min(60 * 2 ** min(attempts, 10), 6 * 3600))
    has_failed = Refund.attempts + 1 >= _FAILED_AFTER
    session.execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state != "done")
        .values(
            attempts=Refund.attempts + 1,
            error=error[:500],
            due_at=later,
            state=case((has_failed, "failed"), else_="due"),
        )
    )
    refund = session.get_one(Refund, refund_id, populate_existing=True)
    is_news = refund.state == "failed" and refund.attempts == _FAILED_AFTER
    return refund.sentence if is_news else ""
