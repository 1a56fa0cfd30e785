"""Verbs of the inbox, of payments and of what goes back.

An event is marked as done after its work was committed. Its work may be repeated, so a crash
between the two only means that it is acted on again.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from ..database import db, require_transaction
from ..errors import Refusal
from .books import StripeDispute, StripeRefund
from .cases import close_case, close_refund_cases
from .dispute_states import ORDER
from .events import Event
from .models import Dispute, Payment, Refund, StripeEvent
from .queries import GOING_BACK, payment

FAILED_AFTER = 3  # tries of a refund; the third comes three minutes after the first

# Two readers of Stripe's books may write in the wrong order: nothing ever goes backwards.
_REFUND_GOES = ("sent", "done", "failed")


class TooMuchBack(Refusal):
    """More was asked back than is left of the payment."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents
        super().__init__("That is more than is left of this payment. Please look at it once more.")


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


def record_payment(
    payment_id: str, *, order_reference: str, session_id: str, amount_cents: int, currency: str
) -> bool:
    """Writes down that Stripe took money for an order; False when that stands already."""
    if not payment_id or amount_cents < 1:
        return False  # nothing was due, so nothing was taken
    session = require_transaction()
    taken = Payment(
        id=payment_id,
        order_reference=order_reference,
        session_id=session_id,
        amount_cents=amount_cents,
        currency=currency,
    )
    try:
        with session.begin_nested():
            session.add(taken)
    except IntegrityError:
        return False
    return True


def note_fee(payment_id: str, fee_cents: int) -> None:
    """Writes down what Stripe kept of a payment."""
    require_transaction().execute(
        update(Payment).where(Payment.id == payment_id).values(fee_cents=fee_cents)
    )


def owe_refund(
    payment_id: str,
    *,
    amount_cents: int,
    reason: str,
    asked_by: str,
    note: str = "",
    actor: str = "",
) -> Refund | None:
    """Writes down that money must go back; None when the same was asked before.

    Raises TooMuchBack when less is left of the payment. The payment's row stays locked until the
    transaction ends, so two that ask at once cannot together ask for more than there is.
    """
    session = require_transaction()
    taken = payment(payment_id, lock=True)
    if taken is None:
        raise TooMuchBack(0)
    if session.scalar(select(Refund.id).where(Refund.asked_by == asked_by)) is not None:
        return None
    left = taken.amount_cents - going_back_cents(payment_id)
    if not 0 < amount_cents <= left:
        raise TooMuchBack(left)
    refund = Refund(
        order_reference=taken.order_reference,
        payment_id=payment_id,
        amount_cents=amount_cents,
        currency=taken.currency,
        reason=reason,
        asked_by=asked_by,
        note=note,
        actor=actor,
    )
    session.add(refund)
    session.flush()
    if amount_cents == left:
        close_refund_cases(payment_id, by=actor)
    return refund


def going_back_cents(payment_id: str) -> int:
    """How much of a payment went back, is on its way or must go; minor units."""
    total = db.session.scalar(
        select(func.sum(Refund.amount_cents)).where(
            Refund.payment_id == payment_id, Refund.state.in_(GOING_BACK)
        )
    )
    return int(total or 0)


def note_refund(found: StripeRefund, *, order_reference: str) -> tuple[Refund, str]:
    """Keeps what Stripe says about a refund; returns its row and the state that it had before.

    One that nobody here asked for was made in Stripe's Dashboard: it gets a row now. '' is the
    state before the first word of Stripe's.
    """
    session = require_transaction()
    row = _row_of(found)
    if row is None:
        is_taken = session.scalar(select(Refund.id).where(Refund.asked_by == found.asked_by))
        row = Refund(
            order_reference=order_reference,
            payment_id=found.payment_id,
            amount_cents=found.amount_cents,
            currency=found.currency,
            reason="dashboard",
            asked_by=found.id if is_taken or not found.asked_by else found.asked_by,
            asked_at=found.made_at,
        )
        session.add(row)
    before = row.state if row.stripe_id else ""
    row.stripe_id = found.id
    if not before or _REFUND_GOES.index(found.state) > _REFUND_GOES.index(before):
        row.state, row.error = found.state, found.failure
    if row.state == "done" and row.done_at is None:
        row.done_at = datetime.now(UTC)
    row.due_at = datetime.now(UTC)  # of the last look, from now on
    session.flush()
    close_case("refund_stuck", str(row.id))
    taken = payment(found.payment_id)
    if taken is not None and going_back_cents(taken.id) >= taken.amount_cents:
        close_refund_cases(taken.id)
    return row, before


def _row_of(found: StripeRefund) -> Refund | None:
    """The row of a refund; anybody may write into its metadata, so only one of ours that waits."""
    is_waiting = Refund.stripe_id.is_(None) & (Refund.payment_id == found.payment_id)
    query = select(Refund).with_for_update()
    return db.session.scalar(query.where(Refund.stripe_id == found.id)) or db.session.scalar(
        query.where(Refund.asked_by == found.asked_by, is_waiting)
    )


def put_off_refund(refund_id: int, error: str, *, is_answered: bool) -> Refund:
    """Stripe did not take the refund: again later, longer each time.

    With the same key where Stripe did not answer, since it may have made the refund. With another
    where it did, since it would repeat its answer for a day.
    """
    session = require_transaction()
    refund = session.get_one(Refund, refund_id, populate_existing=True, with_for_update=True)
    if refund.state == "due":
        later = timedelta(seconds=min(60 * 2 ** min(refund.attempts, 10), 6 * 3600))
        refund.due_at = datetime.now(UTC) + later
        refund.attempts += 1
        refund.key_number += is_answered
        refund.error = error[:500]
        session.flush()
    return refund


def trim_refund(refund_id: int) -> bool:
    """Makes a refund as small as what is left of its payment; True when that changed it.

    Void when nothing is left: somebody sent it back in Stripe's Dashboard, or the bank keeps it.
    """
    session = require_transaction()
    refund = session.get_one(Refund, refund_id, populate_existing=True, with_for_update=True)
    taken = payment(refund.payment_id, lock=True)
    if taken is None or refund.state != "due":
        return False
    others = going_back_cents(refund.payment_id) - refund.amount_cents
    left = 0 if _is_lost(refund.payment_id) else taken.amount_cents - others
    if left >= refund.amount_cents:
        return False
    if left > 0:
        refund.amount_cents = left
        refund.key_number += 1
    else:
        refund.state = "void"
        close_case("refund_stuck", str(refund_id))
    session.flush()
    return True


def _is_lost(payment_id: str) -> bool:
    """Whether the bank keeps a payment: Stripe refunds nothing of it any more."""
    is_its = (Dispute.payment_id == payment_id) & (Dispute.status == "lost")
    return db.session.scalar(select(Dispute.id).where(is_its).limit(1)) is not None


def hurry_refund(refund_id: int) -> None:
    """Makes a refund that waits for its next try due now; two more failures are told again."""
    require_transaction().execute(
        update(Refund)
        .where(Refund.id == refund_id, Refund.state == "due")
        .values(due_at=datetime.now(UTC), attempts=FAILED_AFTER - 2)
    )


def note_dispute(found: StripeDispute, *, order_reference: str) -> bool:
    """Keeps what Stripe says about a dispute; False when that, or what follows it, stood there."""
    session = require_transaction()
    row = session.get(Dispute, found.id, populate_existing=True, with_for_update=True)
    if row is None:
        row = Dispute(
            id=found.id,
            payment_id=found.payment_id,
            order_reference=order_reference,
            amount_cents=found.amount_cents,
            currency=found.currency,
            reason=found.reason,
            status="",
            opened_at=found.opened_at,
        )
        session.add(row)
    before, row.answer_by, row.fee_cents = row.status, found.answer_by, found.fee_cents
    is_news = not before or _rank(found.status) > _rank(before)
    if is_news:
        row.status = found.status
    session.flush()
    return is_news


def _rank(status: str) -> int:
    return ORDER.index(status) if status in ORDER else len(ORDER)
