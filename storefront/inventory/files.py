"""Tables of stock that somebody handed in: kept until they are booked, once, or forgotten."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update

from ..database import db, require_transaction, was_changed
from .models import Stock, StockFile

_FORGOTTEN_AFTER = timedelta(days=1)


def keep_file(name: str, text: str, *, actor: str) -> int:
    """Keeps a file until it is booked; forgets those of yesterday that nobody booked."""
    session = require_transaction()
    old = datetime.now(UTC) - _FORGOTTEN_AFTER
    session.execute(
        delete(StockFile).where(StockFile.booked_at.is_(None), StockFile.handed_in_at < old)
    )
    kept = StockFile(name=name[:200], text=text, handed_in_by=actor[:320])
    session.add(kept)
    session.flush()
    return kept.id


def claim_file(file_id: int) -> bool:
    """Whether this booking of a file is the first."""
    claimed = require_transaction().execute(
        update(StockFile)
        .where(StockFile.id == file_id, StockFile.booked_at.is_(None))
        .values(booked_at=datetime.now(UTC))
    )
    return was_changed(claimed)


def stock_file(file_id: int) -> StockFile | None:
    """A file that was handed in."""
    return db.session.get(StockFile, file_id, populate_existing=True)


def without_stock(skus: Collection[str]) -> set[str]:
    """Those of these SKUs whose stock was never opened."""
    wanted = sorted(skus)
    found: set[str] = set()
    for first in range(0, len(wanted), 1000):
        query = select(Stock.sku).where(Stock.sku.in_(wanted[first : first + 1000]))
        found |= set(db.session.scalars(query))
    return set(skus) - found
