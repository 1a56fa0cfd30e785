"""Cases: money that needs a person, with the one thing that is offered to do about it.

Opened by what happens to the money, closed by a person or, where it settles, by itself.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from ..database import db, require_transaction, was_changed
from .models import MoneyCase

#: kind → what its button does.
#: seen: closes it · refund: sends the payment back · try_again: asks Stripe for the refund once
#: more · restock: puts the goods back on the shelf · answer: leads to Stripe's Dashboard.
ACTIONS: dict[str, str] = {
    "paid_otherwise": "refund",
    "paid_twice": "seen",
    "sold_out": "seen",
    "paid_after_cancel": "seen",
    "refund_stuck": "try_again",
    "refund_failed": "refund_again",
    "refunded_elsewhere": "restock",
    "goods_out": "restock",
    "dispute": "answer",
    "inquiry": "answer",
    "dispute_lost": "seen",
    "fraud_warning": "refund",
    "unknown_payment": "refund",
}


def open_case(
    kind: str, subject: str, *, order_reference: str, sentence: str, again: bool = False
) -> bool:
    """Puts a case on the list; False when the same was ever there.

    With again, one that was settled comes back.
    """
    session = require_transaction()
    case = MoneyCase(kind=kind, subject=subject, order_reference=order_reference, sentence=sentence)
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError:
        return again and _reopen(kind, subject, sentence)
    return True


def close_case(kind: str, subject: str, *, by: str = "") -> bool:
    """Takes a case off the list, once; '' for by says that it settled by itself."""
    return _close((MoneyCase.kind == kind) & (MoneyCase.subject == subject), by)


def close_refund_cases(payment_id: str, *, by: str = "") -> None:
    """Takes the cases off the list that would send a payment back, where nothing is left of it."""
    for kind, action in ACTIONS.items():
        if action == "refund":
            close_case(kind, payment_id, by=by)


def settle_case(case_id: int, *, by: str) -> bool:
    """Takes a case off the list for the one person who was first; False for everybody else."""
    return _close(MoneyCase.id == case_id, by)


def _reopen(kind: str, subject: str, sentence: str) -> bool:
    is_same = (MoneyCase.kind == kind) & (MoneyCase.subject == subject)
    result = require_transaction().execute(
        update(MoneyCase)
        .where(is_same, MoneyCase.closed_at.is_not(None))
        .values(closed_at=None, closed_by="", sentence=sentence, opened_at=datetime.now(UTC))
    )
    return was_changed(result)


def _close(guard: object, by: str) -> bool:
    result = require_transaction().execute(
        update(MoneyCase)
        .where(guard, MoneyCase.closed_at.is_(None))  # type: ignore[arg-type]
        .values(closed_at=datetime.now(UTC), closed_by=by)
    )
    return was_changed(result)


def case(case_id: int) -> MoneyCase | None:
    """The case with this number, open or closed."""
    return db.session.get(MoneyCase, case_id, populate_existing=True)


def is_case_open(kind: str, subject: str) -> bool | None:
    """Whether this case is on the list; None where it never was."""
    query = select(MoneyCase.closed_at.is_(None))
    return db.session.scalar(query.where(MoneyCase.kind == kind, MoneyCase.subject == subject))


def open_cases(*, order_reference: str = "", most: int = 200) -> Sequence[MoneyCase]:
    """What is on the list, oldest first; of one order if wanted."""
    query = select(MoneyCase).where(MoneyCase.closed_at.is_(None))
    if order_reference:
        query = query.where(MoneyCase.order_reference == order_reference)
    return db.session.scalars(query.order_by(MoneyCase.id).limit(most)).all()


def closed_cases(*, most: int = 50) -> Sequence[MoneyCase]:
    """What was on the list, newest first."""
    query = select(MoneyCase).where(MoneyCase.closed_at.is_not(None))
    return db.session.scalars(query.order_by(MoneyCase.closed_at.desc()).limit(most)).all()


def count_cases() -> int:
    """How many cases wait."""
    query = select(func.count()).select_from(MoneyCase).where(MoneyCase.closed_at.is_(None))
    return db.session.scalars(query).one()


def with_open_cases(references: Collection[str]) -> set[str]:
    """Those of these orders whose money waits for a person, in one statement."""
    query = select(MoneyCase.order_reference).where(
        MoneyCase.closed_at.is_(None), MoneyCase.order_reference.in_(sorted(references))
    )
    return set(db.session.scalars(query))
