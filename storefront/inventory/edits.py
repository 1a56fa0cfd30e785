"""What staff do to a number by hand: change it, take the change back, mark where it is low.

Whoever edits says what they saw. What they book is the difference, so that sales in between stay;
what somebody else has counted in between is never overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ..database import require_transaction, was_changed
from ..errors import NotFound, Refusal
from .models import Stock, StockMovement
from .operations import adjust
from .refusals import OutOfStock, UnknownStock

#: Why a number is changed by hand → 1 when it only grows by that, -1 when it only falls, 0 for both
EDIT_REASONS: Mapping[str, int] = {
    "counted": 0,
    "received": 1,
    "found": 1,
    "damaged": -1,
    "sample": -1,
    "expired": -1,
    "missing": -1,
}
MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody saw before they changed it: units on hand, and how often it was edited."""

    on_hand: int
    edits: int


def units_in(text: str) -> int | None:
    """How many somebody wrote, from 0 to MOST_UNITS; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_UNITS))):
        return None
    return found if (found := int(text)) <= MOST_UNITS else None


class WrongWay(Refusal):
    """The reason adds and the number falls, or the other way round."""

    def __init__(self, reason: str, seen: int) -> None:
        self.reason, self.seen = reason, seen
        way = "a larger" if EDIT_REASONS[reason] > 0 else "a smaller"
        super().__init__(f"For this reason, write {way} number than {seen}.")


class TooFew(Refusal):
    """Open payments hold more than would be left."""

    def __init__(self, sku: str, free: int) -> None:
        self.sku, self.free = sku, free
        can = f"at most {free} can go" if free else "none can go"
        super().__init__(f"Open payments hold the others, so {can} now.")


class CannotUndo(Refusal):
    """The line of the ledger was taken back before, or is none that a person wrote by hand."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This was undone already.")


def edit(sku: str, on_hand: int, *, seen: Seen, reason: str, actor: str) -> int | None:
    """Books the difference between what was seen and what it shall be; None when there is none.

    Returns the number of the ledger's line. Raises ChangedMeanwhile, WrongWay, TooFew, UnknownStock
    and KeyError for a reason that there is none of.
    """
    change = on_hand - seen.on_hand
    if not change:
        return None
    if change * EDIT_REASONS[reason] < 0:
        raise WrongWay(reason, seen.on_hand)
    try:
        return adjust(sku, change, reason=reason, actor=actor[:120], seen_edits=seen.edits)
    except OutOfStock as short:
        raise TooFew(sku, short.left) from None


def undo(sku: str, movement_id: int, *, actor: str) -> int:
    """Takes one change by hand back, once; returns what that adds.

    Raises CannotUndo, TooFew when the units have gone meanwhile, NotFound.
    """
    session = require_transaction()
    line = session.execute(
        select(StockMovement.change, StockMovement.reason, StockMovement.reference).where(
            StockMovement.id == movement_id, StockMovement.sku == sku
        )
    ).first()
    if line is None or line.reason not in EDIT_REASONS or line.reference:
        raise NotFound("This change cannot be undone here.")
    back: int = -line.change
    try:
        with session.begin_nested():
            adjust(sku, back, reason="undone", actor=actor[:120], undoes_id=movement_id)
    except IntegrityError:
        raise CannotUndo from None
    except OutOfStock as short:
        was_undone = session.scalar(
            select(StockMovement.id).where(StockMovement.undoes_id == movement_id)
        )
        raise (CannotUndo() if was_undone else TooFew(sku, short.left)) from None
    return back


def set_low_mark(sku: str, low_at: int | None) -> None:
    """From how many units down a SKU is low; None for the shop's own mark. Raises UnknownStock."""
    marked = require_transaction().execute(
        update(Stock).where(Stock.sku == sku).values(low_at=low_at)
    )
    if not was_changed(marked):
        raise UnknownStock(sku)
