"""One refund that must go back is asked of Stripe, once, whatever answers are lost or refused."""

from datetime import UTC, datetime, timedelta

from .. import payments
from ..database import transaction
from . import words
from .afterwards import follow_payment, keep_answer, lock_order

_KEY_IS_KNOWN = timedelta(hours=12)


def make_refund(refund: payments.Refund) -> bool:
    """Asks Stripe for one refund that is due, and keeps the answer; False when it must wait.

    A try whose answer was lost may have been made, so the next one looks first. So does one that
    is late, since Stripe forgets its key after a day.
    """
    try:
        if refund.attempts or refund.asked_at < datetime.now(UTC) - _KEY_IS_KNOWN:
            follow_payment(refund.payment_id)
    except payments.PaymentFailed as failure:
        return _put_off(refund, failure.detail, is_answered=False)
    found = payments.refund(refund.id)
    if found is None or found.state != "due":
        return True
    refund = found
    try:
        made = payments.make_refund(
            refund.payment_id,
            amount_cents=refund.amount_cents,
            asked_by=refund.asked_by,
            key=f"{refund.asked_by}-{refund.key_number}"[-255:],
        )
    except payments.PaymentFailed as failure:
        return _not_made(refund, failure)
    keep_answer(made, order_reference=refund.order_reference)
    return True


def _not_made(refund: payments.Refund, failure: payments.PaymentFailed) -> bool:
    if failure.is_answered and _is_trimmed(refund):
        left = payments.refund(refund.id)
        return left is None or left.state != "due" or make_refund(left)
    return _put_off(refund, failure.detail, is_answered=failure.is_answered)


def _put_off(refund: payments.Refund, error: str, *, is_answered: bool) -> bool:
    with transaction():
        lock_order(refund.payment_id)  # before the case, which a person may be settling
        later = payments.put_off_refund(refund.id, error, is_answered=is_answered)
        if later.state == "due" and later.attempts >= payments.FAILED_AFTER:
            payments.open_case(
                "refund_stuck",
                str(later.id),
                order_reference=later.order_reference,
                sentence=words.refund_stuck(later),
                again=later.attempts == payments.FAILED_AFTER,
            )
    return False


def _is_trimmed(refund: payments.Refund) -> bool:
    """Whether less is left to send than was asked: the Dashboard or the bank took the rest."""
    try:
        follow_payment(refund.payment_id)
    except payments.PaymentFailed:
        return False  # nobody can say what is left
    with transaction():
        lock_order(refund.payment_id)
        return payments.trim_refund(refund.id)
