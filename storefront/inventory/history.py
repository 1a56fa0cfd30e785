"""The ledger of one SKU as people read it: what happened, who did it, and what was there then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from ..database import db
from .edits import EDIT_REASONS
from .models import Stock, StockMovement

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line; balance is what was on hand after it."""

    id: int
    sku: str
    change: int
    reason: str
    reference: str
    actor: str
    moved_at: datetime
    undoes_id: int | None
    balance: int
    undone_id: int | None  # the line that took this one back

    @property
    def can_be_undone(self) -> bool:
        """Whether a person wrote it by hand and nobody has taken it back."""
        return self.reason in EDIT_REASONS and not self.reference and self.undone_id is None


@dataclass(frozen=True, slots=True)
class History:
    """One page of a SKU's ledger, newest first; total counts the lines on all of its pages."""

    lines: tuple[LedgerLine, ...]
    total: int
    page: int
    pages: int


def history(sku: str, *, reason: str = "", page: int = 1) -> History:
    """What happened to a SKU, for one reason or all; a page past the end becomes the last."""
    counted = select(func.count()).where(StockMovement.sku == sku)
    if reason:
        counted = counted.where(StockMovement.reason == reason)
    total = db.session.scalar(counted) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    window = _lines(sku, reason).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return History(tuple(_read(window)), total, page, pages)


def whole_history(sku: str, *, reason: str = "") -> Sequence[LedgerLine]:
    """Every line of a SKU's ledger, newest first."""
    return _read(_lines(sku, reason))


def reasons_of(sku: str) -> Sequence[str]:
    """Why a SKU's stock has ever changed."""
    found = select(StockMovement.reason).where(StockMovement.sku == sku).distinct()
    return db.session.scalars(found.order_by(StockMovement.reason)).all()


def ledger_line(line_id: int) -> LedgerLine | None:
    """One line of the ledger; its balance is what is on hand now."""
    later = aliased(StockMovement)
    row = db.session.execute(
        _columns(later, Stock.on_hand)
        .join(Stock, Stock.sku == StockMovement.sku)
        .where(StockMovement.id == line_id)
    ).first()
    return LedgerLine(*row) if row else None


def last_edit(sku: str) -> LedgerLine | None:
    """The last line that is no sale."""
    found = select(func.max(StockMovement.id)).where(
        StockMovement.sku == sku, StockMovement.reason != "sold"
    )
    line_id = db.session.scalar(found)
    return ledger_line(line_id) if line_id else None


def on_hand(sku: str) -> int:
    """How many are on the shelf by the books, those held for open payments included."""
    return db.session.scalar(select(Stock.on_hand).where(Stock.sku == sku)) or 0


def _lines(sku: str, reason: str) -> Select[Any]:
    later = aliased(StockMovement)
    balance = func.sum(StockMovement.change).over(order_by=StockMovement.id)
    all_ = _columns(later, balance.label("balance")).where(StockMovement.sku == sku).subquery()
    found = select(all_).order_by(all_.c.id.desc())
    return found.where(all_.c.reason == reason) if reason else found


def _columns(later: Any, balance: Any) -> Select[Any]:
    line = StockMovement
    return (
        select(
            line.id,
            line.sku,
            line.change,
            line.reason,
            line.reference,
            line.actor,
            line.moved_at,
            line.undoes_id,
            balance,
            later.id.label("undone_id"),
        )
        .select_from(line)
        .outerjoin(later, later.undoes_id == line.id)
    )


def _read(found: Select[Any]) -> list[LedgerLine]:
    return [LedgerLine(*row) for row in db.session.execute(found)]
