"""Reads of the inbox and of refunds."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func, select

from ..database import db
from .models import Refund, StripeEvent

_OWED = ("due", "failed")


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


def refunds_due(now: datetime, *, most: int = 100) -> Sequence[Refund]:
    """Refunds that must be made now, oldest first; those that failed are tried again too."""
    return db.session.scalars(
        select(Refund)
        .where(Refund.state.in_(_OWED), Refund.due_at <= now)
        .order_by(Refund.id)
        .limit(most)
    ).all()


def refunds_owed() -> Sequence[Refund]:
    """Refunds that are not made yet, whether or not their next try is due; oldest first."""
    return db.session.scalars(
        select(Refund).where(Refund.state.in_(_OWED)).order_by(Refund.id)
    ).all()
