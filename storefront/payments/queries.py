"""Reads of the inbox, of payments, refunds and disputes."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from ..database import db
from .dispute_states import OPEN_DISPUTES
from .models import Dispute, Payment, Refund, StripeEvent

_AT_ONCE = 1000  # values of one IN (…); every database takes so many
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


def events_to_retry(before: datetime, *, most: int | None = 100) -> Sequence[StripeEvent]:
    """Events received before this moment whose work is not done, oldest first; None: all."""
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


def left_of(payment_ids: Collection[str]) -> dict[str, int]:
    """Payment → minor units that have not gone back and are not on their way."""
    if not payment_ids:
        return {}
    back = func.coalesce(func.sum(Refund.amount_cents), 0)
    is_its = (Refund.payment_id == Payment.id) & Refund.state.in_(GOING_BACK)
    rows = db.session.execute(
        select(Payment.id, Payment.amount_cents - back)
        .outerjoin(Refund, is_its)
        .where(Payment.id.in_(payment_ids))
        .group_by(Payment.id, Payment.amount_cents)
    )
    return {payment_id: int(left) for payment_id, left in rows}


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
    """Refunds whose money is not back yet, if Stripe was last asked about them before this."""
    return db.session.scalars(
        select(Refund)
        .where(Refund.state == "sent", Refund.due_at < before)
        .order_by(Refund.due_at)
        .limit(most)
    ).all()


def payments_named(payment_ids: Collection[str]) -> dict[str, Payment]:
    """Those of these payments that are written down here, by Stripe's id."""
    return {row.id: row for row in _rows(Payment, Payment.id, payment_ids)}


def payments_for(order_references: Collection[str]) -> Sequence[Payment]:
    """What Stripe took for these orders."""
    return list(_rows(Payment, Payment.order_reference, order_references))


def payments_between(start: datetime, end: datetime) -> Sequence[Payment]:
    """Payments written down in a period."""
    is_within = (Payment.paid_at >= start) & (Payment.paid_at < end)
    return db.session.scalars(select(Payment).where(is_within).order_by(Payment.paid_at)).all()


def refunds_named(names: Collection[str]) -> dict[str, Refund]:
    """Refunds by Stripe's id or by what asked for them, each under both names."""
    found = [*_rows(Refund, Refund.stripe_id, names), *_rows(Refund, Refund.asked_by, names)]
    by_id = {row.stripe_id: row for row in found if row.stripe_id}
    return by_id | {row.asked_by: row for row in found}


def refunds_for(order_references: Collection[str]) -> Sequence[Refund]:
    """What goes or went back for these orders."""
    return list(_rows(Refund, Refund.order_reference, order_references))


def refunds_taken(start: datetime, end: datetime) -> Sequence[Refund]:
    """Refunds that Stripe has taken: asked in a period, and all whose money is not back yet."""
    is_within = (Refund.asked_at >= start) & (Refund.asked_at < end)
    is_known = Refund.stripe_id.is_not(None) & (Refund.state != "due")
    return db.session.scalars(
        select(Refund).where(is_known, is_within | (Refund.state == "sent")).order_by(Refund.id)
    ).all()


def disputes_for(order_references: Collection[str]) -> Sequence[Dispute]:
    """What banks have asked or taken back for these orders."""
    return list(_rows(Dispute, Dispute.order_reference, order_references))


def disputes_named(dispute_ids: Collection[str]) -> dict[str, Dispute]:
    """Those of these disputes that are written down here, by Stripe's id."""
    return {row.id: row for row in _rows(Dispute, Dispute.id, dispute_ids)}


def disputes_told(start: datetime, end: datetime) -> Sequence[Dispute]:
    """Disputes opened in a period, and all that are open."""
    is_within = (Dispute.opened_at >= start) & (Dispute.opened_at < end)
    is_open = Dispute.status.in_(OPEN_DISPUTES)
    return db.session.scalars(
        select(Dispute).where(is_within | is_open).order_by(Dispute.opened_at)
    ).all()


def _rows(table: Any, column: Any, values: Collection[str]) -> Iterator[Any]:
    wanted = sorted(values)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        yield from db.session.scalars(select(table).where(column.in_(some)))
