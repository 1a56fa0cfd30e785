"""Addresses outside of the shop: which there are, when they are asked, and when a failure is told.

Each is asked once a week; one that failed is asked again the next day, and is told when it has
failed on two different days in a row. Whoever says no to robots, or to us, is not called broken.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from ...database import db, require_transaction
from ..models import OutsideLink
from .asking import Answer

LONGEST_ADDRESS = 2000
_AGAIN_WHEN_FINE, _AGAIN_WHEN_NOT = timedelta(days=7), timedelta(days=1)
_TOLD_FROM = 2

Ask = Callable[[str], Answer]


def remember(addresses: Iterable[str], *, now: datetime) -> None:
    """Keeps exactly these addresses, and forgets what nobody leads to any more."""
    session = require_transaction()
    wanted = {address for address in addresses if len(address) <= LONGEST_ADDRESS}
    there = set(session.scalars(select(OutsideLink.address)))
    for address in sorted(there - wanted):
        session.execute(delete(OutsideLink).where(OutsideLink.address == address))
    new = [{"address": one, "found_at": now} for one in sorted(wanted - there)]
    if new:
        session.execute(insert(OutsideLink), new)


def due(now: datetime, *, most: int) -> list[str]:
    """The addresses that are to be asked now, those never asked first."""
    is_due = or_(
        OutsideLink.asked_at.is_(None),
        OutsideLink.asked_at < now - _AGAIN_WHEN_FINE,
        (OutsideLink.asked_at < now - _AGAIN_WHEN_NOT) & OutsideLink.is_fine.is_(False),
    )
    order = (OutsideLink.asked_at.is_not(None), OutsideLink.asked_at, OutsideLink.id)
    query = select(OutsideLink.address).where(is_due).order_by(*order).limit(most)
    return list(db.session.scalars(query))


def note_answer(address: str, answer: Answer, *, now: datetime, day: date) -> None:
    """Writes down what an address said; failures count once a day, and a good answer ends them."""
    found = require_transaction().scalar(select(OutsideLink).where(OutsideLink.address == address))
    if found is None:
        return
    failed_days = 0
    if not answer.is_fine:
        failed_days = found.failed_days + (found.last_failed_on != day)
    require_transaction().execute(
        update(OutsideLink)
        .where(OutsideLink.id == found.id)
        .values(
            asked_at=now, answer=answer.words[:200], is_fine=answer.is_fine,
            failed_days=failed_days,
            last_failed_on=found.last_failed_on if answer.is_fine else day,
        )
    )  # fmt: skip


def failing() -> dict[str, str]:
    """Address → what it said, of those that have failed on two days."""
    query = select(OutsideLink.address, OutsideLink.answer).where(
        OutsideLink.is_fine.is_(False), OutsideLink.failed_days >= _TOLD_FROM
    )
    return {row.address: row.answer for row in db.session.execute(query)}
