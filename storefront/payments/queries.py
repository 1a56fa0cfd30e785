"""Reads of the inbox, of payments, refunds and disputes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from ..database import db
from .models import Dispute, Payment, Refund, StripeEvent

GOING_BACK = ("due", "sent", "done")


def event(event_id: str) -> StripeEvent | None:
    """An event of the inbox by Stripe's id."""
    return db.session.get(StripeEvent, event_id)


def inbox(*, most: int = 100) -> Sequence[StripeEvent]:
    """The newest events, those that are not done before all others."""
    is_done = case((StripeEvent.state == "done", 1), else_=0)
    return db.session.scalars(
        select(StripeEvent).order_by(is_done, StripeEvent.received_at.desc()).limit(most)
    ).all()


def failed_events() -> int:
    """How many events wait for another try because the last one failed."""
    return db.session.scalars(
        select(func.count()).select_from(StripeEvent).where(StripeEvent.state == "failed")
    ).one()


def events_to_retry(before: datetime, *, most: int = 100) -> Sequence[StripeEvent]:
    """Events received before this moment whose work is not done, oldest first."""
    return db.session.scalars(
        select(StripeEvent)
        .where(StripeEvent.state != "done", StripeEvent.received_at < before)
        .order_by(StripeEvent.attempts, StripeEvent.received_at)
        .limit(most)
    ).all()


def payment(payment_id: str, *, lock: bool = False) -> Payment | None:
    """A payment by Stripe's id; locked until the transaction ends if asked."""
    query = select(Payment).where(Payment.id == payment_id)
    if lock:
        query = query.with_for_update()
    return db.session.scalar(query, execution_options={"populate_existing": True})


def payments_of(order_reference: str) -> Sequence[Payment]:
    """What Stripe took for an order, oldest first."""
    return db.session.scalars(
        select(Payment)
        .where(Payment.order_reference == order_reference)
        .order_by(Payment.paid_at, Payment.id)
    ).all()


def refunds_of(order_reference: str) -> Sequence[Refund]:
    """What goes or went back for an order, oldest first."""
    return db.session.scalars(
        select(Refund).where(Refund.order_reference == order_reference).order_by(Refund.id)
    ).all()


def disputes_of(order_reference: str) -> Sequence[Dispute]:
    """What banks have asked or taken back for an order, oldest first."""
    return db.session.scalars(
        select(Dispute)
        .where(Dispute.order_reference == order_reference)
        .order_by(Dispute.opened_at, Dispute.id)
    ).all()


def refund(refund_id: int) -> Refund | None:
    """A refund by the shop's own number."""
    return db.session.get(Refund, refund_id, populate_existing=True)


def refunds_due(now: datetime, *, most: int = 100) -> Sequence[Refund]:
    """Refunds that must be made now, oldest first."""
    return db.session.scalars(
        select(Refund)
        .where(Refund.state == "due", Refund.due_at <= now)
        .order_by(Refund.id)
        .limit(most)
    ).all()


def refunds_owed() -> Sequence[Refund]:
    """Refunds that Stripe has not taken yet, whether or not their next try is due; oldest first."""
    return db.session.scalars(select(Refund).where(Refund.state == "due").order_by(Refund.id)).all()


def refunds_under_way(before: datetime, *, most: int = 100) -> Sequence[Refund]:
    """Refunds that Stripe took before this moment and whose money is not back yet; oldest first."""
    return db.session.scalars(
        select(Refund)
        .where(Refund.state == "sent", Refund.asked_at < before)
        .order_by(Refund.id)
        .limit(most)
    ).all()
