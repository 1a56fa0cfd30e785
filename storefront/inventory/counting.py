"""Stock-takes: a sheet is made, rows are counted in any order, and the differences booked at once.

A difference is measured against what the books said at the moment a row was counted, which the
ledger knows for any moment. So it does not matter what is sold between counting and booking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, insert, select, update

from ..database import require_transaction, was_changed
from ..errors import Refusal
from .edits import EDIT_REASONS
from .models import Stock, StockCount, StockCountLine, StockMovement
from .operations import COUNT_REFERENCE, adjust, is_count, open_stock
from .refusals import OutOfStock


class CountOver(Refusal):
    """The stock-take was booked or cancelled meanwhile."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This stock-take is over: it was booked or cancelled meanwhile.")


class CountedByAnother(Refusal):
    """Somebody else has entered another number for the row meanwhile."""

    status = 409

    def __init__(self, line_id: int, sku: str, there: int | None, by: str) -> None:
        self.line_id, self.sku = line_id, sku
        says = "nothing" if there is None else there
        super().__init__(f"{by or 'Somebody'} has entered {says} here meanwhile.")


class CountedAgain(Refusal):
    """The SKU was counted outside of the stock-take, after its row was."""

    status = 409

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(
            f"{sku} was counted once more after its row was. Count it again or clear its row."
            " Nothing was booked."
        )


class OtherDifference(Refusal):
    """The reason takes units away and some were found, or the other way round."""

    status = 409

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(
            f"{sku} differs the other way by now, so its reason does not fit. Nothing was booked."
        )


class CountTooLow(Refusal):
    """Open payments hold more than would be left."""

    status = 409

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(
            f"Open payments hold more of {sku} than would be left. Book once they are paid or have"
            " ended, or clear its row. Nothing was booked."
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody counted in a row (None: not counted), and what stood there before."""

    line_id: int
    counted: int | None
    was: int | None


def start_count(title: str, skus: Sequence[str], *, actor: str) -> int:
    """Begins a stock-take of these SKUs, in this order; returns its number."""
    session = require_transaction()
    count = StockCount(title=title[:200], started_by=actor[:320])
    session.add(count)
    session.flush()
    for sku in sorted(_never_stocked(skus)):
        open_stock(sku)
    rows = [{"count_id": count.id, "place": n, "sku": sku} for n, sku in enumerate(skus, start=1)]
    if rows:
        session.execute(insert(StockCountLine), rows)
    return count.id


def enter_counts(count_id: int, entries: Sequence[Entry], *, at: datetime, actor: str) -> int:
    """Writes down what was counted at a moment; returns how many rows that changed.

    Raises CountOver, and CountedByAnother where a row says something else than its reader saw.
    """
    session = require_transaction()
    _end_or_keep(count_id, "open")
    changed = [entry for entry in entries if entry.counted != entry.was]
    books = _books_at({entry.line_id for entry in changed}, at)
    for entry in sorted(changed, key=lambda one: one.line_id):
        is_counted = entry.counted is not None
        line = update(StockCountLine).where(
            StockCountLine.id == entry.line_id,
            StockCountLine.count_id == count_id,
            StockCountLine.counted.is_not_distinct_from(entry.was),
        )
        written = session.execute(
            line.values(
                counted=entry.counted,
                books=books.get(entry.line_id) if is_counted else None,
                counted_at=at if is_counted else None,
                counted_by=actor[:320] if is_counted else "",
            ).execution_options(synchronize_session=False)
        )
        if not was_changed(written):
            raise _other_number(entry.line_id)
    return len(changed)


def book_count(count_id: int, *, actor: str, reasons: Mapping[int, str] | None = None) -> int:
    """Books the differences of all counted rows under one reference; returns how many there were.

    reasons says of rows why they differ, with a word of EDIT_REASONS; of the others nobody knows.
    All or nothing: raises CountOver, CountedAgain, CountTooLow, OtherDifference.
    """
    session = require_transaction()
    _end_or_keep(count_id, "booked", actor)
    line = StockCountLine
    differing = session.scalars(
        select(line).where(line.count_id == count_id, line.counted != line.books)
    ).all()
    for row in sorted(differing, key=lambda one: one.sku):
        _book_row(row, (reasons or {}).get(row.id, "counted"), actor)
    return len(differing)


def _book_row(row: StockCountLine, reason: str, actor: str) -> None:
    assert row.counted is not None
    assert row.books is not None
    assert row.counted_at is not None
    _refuse_if_counted_since(row.sku, row.counted_at)
    change, reference = row.counted - row.books, count_reference(row.count_id)
    if change * EDIT_REASONS[reason] < 0:
        raise OtherDifference(row.sku)
    try:
        adjust(row.sku, change, reason=reason, reference=reference, actor=actor[:120])
    except OutOfStock:
        raise CountTooLow(row.sku) from None


def count_reference(count_id: int) -> str:
    """The reference under which the differences of a stock-take are booked."""
    return f"{COUNT_REFERENCE}{count_id}"


def cancel_count(count_id: int, *, actor: str) -> None:
    """Ends a stock-take without booking anything; raises CountOver."""
    _end_or_keep(count_id, "cancelled", actor)


def _end_or_keep(count_id: int, state: str, actor: str = "") -> None:
    """Puts an open stock-take into a state, and makes everybody else at it wait."""
    values: dict[str, object] = {"state": state}
    if state != "open":
        values |= {"ended_by": actor[:320], "ended_at": datetime.now(UTC)}
    moved = require_transaction().execute(
        update(StockCount)
        .where(StockCount.id == count_id, StockCount.state == "open")
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if not was_changed(moved):
        raise CountOver


def _never_stocked(skus: Sequence[str]) -> set[str]:
    session = require_transaction()
    found: set[str] = set()
    for first in range(0, len(skus), 1000):
        query = select(Stock.sku).where(Stock.sku.in_(skus[first : first + 1000]))
        found |= set(session.scalars(query))
    return set(skus) - found


def _books_at(line_ids: set[int], at: datetime) -> Mapping[int, int]:
    """Row → what the books said of its SKU at a moment: what they say now, less what came since."""
    later = (
        select(func.coalesce(func.sum(StockMovement.change), 0))
        .where(StockMovement.sku == Stock.sku, StockMovement.moved_at > at)
        .correlate(Stock)
        .scalar_subquery()
    )
    rows = require_transaction().execute(
        select(StockCountLine.id, Stock.on_hand - later)
        .join(Stock, Stock.sku == StockCountLine.sku)
        .where(StockCountLine.id.in_(line_ids))
    )
    return {line_id: int(units) for line_id, units in rows}


def _refuse_if_counted_since(sku: str, counted_at: datetime) -> None:
    session = require_transaction()
    session.execute(select(Stock.sku).where(Stock.sku == sku).with_for_update())
    again = session.scalar(
        select(StockMovement.id)
        .where(
            StockMovement.sku == sku,
            StockMovement.moved_at > counted_at,
            is_count(StockMovement),
        )
        .limit(1)
    )
    if again is not None:
        raise CountedAgain(sku)


def _other_number(line_id: int) -> Refusal:
    row = require_transaction().execute(
        select(StockCountLine.sku, StockCountLine.counted, StockCountLine.counted_by).where(
            StockCountLine.id == line_id
        )
    )
    found = row.first()
    return CountedByAnother(line_id, *found) if found else CountOver()
