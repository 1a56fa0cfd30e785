"""Bookings of many SKUs under one reference, files and stock-takes: read, and taken back whole."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from ..database import db, require_transaction
from ..errors import NotFound, Refusal
from .edits import CannotUndo
from .lot_books import LotShort, lock_stock
from .models import StockMovement
from .operations import adjust, is_count
from .refusals import OutOfStock

_NAMED = 10


class CannotGoBack(Refusal):
    """Units of some SKUs were sold or are held, or they were counted since; nothing was undone."""

    status = 409

    def __init__(self, gone: list[str], counted: list[str]) -> None:
        self.gone, self.counted = gone, counted
        why = [
            _sentence(gone, "too few are left that nobody has bought"),
            _sentence(counted, "counted since, and the count stands"),
        ]
        super().__init__(" ".join(filter(None, [*why, "Nothing was undone."])))


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A change of one SKU that belongs to a booking."""

    id: int
    sku: str
    change: int
    reason: str


@dataclass(frozen=True, slots=True)
class Booking:
    """What was booked under a reference; undone_at is None until it was taken back."""

    lines: tuple[BookedLine, ...]
    undone_by: str
    undone_at: datetime | None


def booking(reference: str) -> Booking:
    """What was booked under a reference, SKU by SKU."""
    rows = db.session.execute(_lines(reference)).all()
    lines = sorted((BookedLine(*row[:4]) for row in rows), key=lambda line: line.sku)
    by, at = next(((row[4], row[5]) for row in rows if row[5]), ("", None))
    return Booking(tuple(lines), by, at)


def undo_booking(reference: str, *, actor: str) -> int:
    """Takes a booking back as a whole, once; returns how many SKUs that changed.

    What was sold since stays sold. Raises CannotUndo when it was taken back before, CannotGoBack
    with every SKU that stands in the way, NotFound; then the transaction has to roll back.
    """
    skus = [line.sku for line in booking(reference).lines]
    if not skus:
        raise NotFound("Nothing was booked that could be undone.")
    for sku in skus:
        lock_stock(sku)  # whoever else presses waits here, and then sees what we did
    found = booking(reference)
    if found.undone_at is not None:
        raise CannotUndo
    gone = [line.sku for line in found.lines if not _goes_back(line, reference, actor)]
    counted = _counted_since(reference)
    if gone or counted:
        raise CannotGoBack(gone, counted)
    return len(found.lines)


def _goes_back(line: BookedLine, reference: str, actor: str) -> bool:
    try:
        with require_transaction().begin_nested():
            adjust(
                line.sku,
                -line.change,
                reason="undone",
                reference=reference,
                actor=actor[:120],
                undoes_id=line.id,
            )
    except (OutOfStock, LotShort):
        return False
    return True


def _counted_since(reference: str) -> list[str]:
    line, later, undone = StockMovement, aliased(StockMovement), aliased(StockMovement)
    found = require_transaction().scalars(
        select(line.sku)
        .join(later, (later.sku == line.sku) & (later.id > line.id))
        .outerjoin(undone, undone.undoes_id == later.id)
        .where(
            line.reference == reference,
            later.reference != reference,
            is_count(later),
            undone.id.is_(None),
        )
        .distinct()
    )
    return sorted(found)


def _lines(reference: str) -> Select[int, str, int, str, str, datetime]:
    line, later = StockMovement, aliased(StockMovement)
    return (
        select(line.id, line.sku, line.change, line.reason, later.actor, later.moved_at)
        .outerjoin(later, later.undoes_id == line.id)
        .where(line.reference == reference, line.undoes_id.is_(None))
    )


def _sentence(skus: list[str], why: str) -> str:
    named = ", ".join(skus[:_NAMED])
    more = f" and {len(skus) - _NAMED} more" if len(skus) > _NAMED else ""
    return f"{named}{more} cannot go back: {why}." if skus else ""
