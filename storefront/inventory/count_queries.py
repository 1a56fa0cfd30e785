"""Reads of stock-takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ..database import db
from .models import StockCount, StockCountLine

PER_PAGE = 50
_MOST_OVER = 20


@dataclass(frozen=True, slots=True)
class CountView:
    """A stock-take: how many rows it has, how many are counted, and how many of those differ."""

    id: int
    title: str
    state: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    rows: int
    counted: int
    differing: int

    @property
    def pages(self) -> int:
        """How many pages its rows fill."""
        return max(1, -(-self.rows // PER_PAGE))


def stock_counts() -> list[CountView]:
    """Those that are open, and the last that are over; newest first."""
    is_open = StockCount.state == "open"
    over = select(StockCount.id).where(~is_open).order_by(StockCount.id.desc()).limit(_MOST_OVER)
    return _views(is_open | StockCount.id.in_(over))


def stock_count(count_id: int) -> CountView | None:
    """One stock-take."""
    found = _views(StockCount.id == count_id)
    return found[0] if found else None


def count_lines(count_id: int, *, page: int = 0) -> Sequence[StockCountLine]:
    """The rows of a stock-take in the order of its sheet; one page of them, or all without one."""
    line = StockCountLine
    found = select(line).where(line.count_id == count_id).order_by(line.place)
    if page:
        found = found.limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return db.session.scalars(found, execution_options={"populate_existing": True}).all()


def count_differences(count_id: int) -> Sequence[StockCountLine]:
    """The rows that were counted and are not what the books said."""
    line = StockCountLine
    found = select(line).where(line.count_id == count_id, line.counted != line.books)
    return db.session.scalars(found.order_by(line.place)).all()


def _views(which: object) -> list[CountView]:
    count, line = StockCount, StockCountLine
    rows = db.session.execute(
        select(
            count.id,
            count.title,
            count.state,
            count.started_by,
            count.started_at,
            count.ended_at,
            func.count(line.id),
            func.count(line.counted),
            func.count(line.id).filter(line.counted != line.books),
        )
        .outerjoin(line, line.count_id == count.id)
        .where(which)  # type: ignore[arg-type]
        .group_by(count.id)
        .order_by(count.id.desc())
    )
    return [CountView(*row) for row in rows]
