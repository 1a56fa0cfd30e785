"""The books of the lots: every change of a stock that is kept in lots changes a lot as well.

The stock's row is the lock of its lots: whoever changes a lot has changed or locked that row
before, in SKU order like everybody. So sums that are read here do not move under their reader.
"""

from collections.abc import Iterator

from sqlalchemy import case, func, insert, select, update

from ..database import require_transaction, was_changed
from ..errors import Refusal
from ..pages import drop_pages
from .lot_models import Lot, LotMovement
from .models import Stock, StockMovement
from .refusals import UnknownStock

#: Movements of a lot that go to an order and come back from it.
OF_ORDERS = ("packed", "unpacked", "returned")


class LotShort(Refusal):
    """A lot has fewer units than were to leave it."""

    def __init__(self, code: str, wanted: int, left: int) -> None:
        self.code, self.wanted, self.left = code, wanted, left
        super().__init__(f"Only {left} left in {lot_words(code)}.")


def lot_words(code: str) -> str:
    """A lot as people speak of it."""
    return f"lot {code}" if code else "the units without a lot"


def lock_stock(sku: str) -> int | None:
    """Locks the stock of a SKU and returns its lots_from; raises UnknownStock."""
    row = require_transaction().execute(
        select(Stock.lots_from).where(Stock.sku == sku).with_for_update()
    ).first()  # fmt: skip
    if row is None:
        raise UnknownStock(sku)
    lots_from: int | None = row.lots_from
    return lots_from


def book_in_lots(
    sku: str, change: int, *, reason: str, reference: str = "", actor: str = "", lot_id: int = 0
) -> None:
    """Books in the lots what the stock's ledger has just booked; nothing for a SKU without lots.

    Units that nobody names a lot for come to those without a lot, and go from these first, then
    from the lot that expires first. What an order brings back goes to the lot that it came from.
    Raises LotShort when the named lot has fewer.
    """
    lots_from = lock_stock(sku)
    if lots_from is None:
        return
    if reason == "returned" and reference and not lot_id:
        shares = list(_back_from(sku, reference, change, lots_from))
    elif lot_id or change > 0:
        shares = [(lot_id or without_lot(sku), change)]
    else:
        shares = [(lot, -units) for lot, units in _spread(sku, -change)]
    for lot, units in shares:
        move(lot, units, reason=reason, reference=reference, actor=actor)
    refresh_blocked(sku)


def move(
    lot_id: int,
    change: int,
    *,
    reason: str,
    reference: str = "",
    actor: str = "",
    parcel_id: int | None = None,
) -> None:
    """Changes what a lot has left, and writes it into its book; raises LotShort."""
    session = require_transaction()
    changed = session.execute(
        update(Lot)
        .where(Lot.id == lot_id, Lot.units + change >= 0)
        .values(units=Lot.units + change)
        .execution_options(synchronize_session=False)
    )
    lot = session.execute(select(Lot.sku, Lot.code, Lot.units).where(Lot.id == lot_id)).one()
    if not was_changed(changed):
        raise LotShort(lot.code, -change, lot.units)
    session.execute(
        insert(LotMovement).values(
            lot_id=lot_id,
            sku=lot.sku,
            change=change,
            reason=reason[:32],
            reference=reference,
            actor=actor[:120],
            parcel_id=parcel_id,
        )
    )


def without_lot(sku: str) -> int:
    """The row for the units of a SKU that are in no lot; made with the first of them."""
    session = require_transaction()
    found = session.scalar(select(Lot.id).where(Lot.sku == sku, Lot.code == ""))
    if found is None:
        found = session.execute(insert(Lot).values(sku=sku, code="").returning(Lot.id)).scalar_one()
    return found


def refresh_blocked(sku: str) -> None:
    """Makes a stock's blocked the sum of its blocked lots; pages are dropped when it changed."""
    is_blocked = Lot.is_short | (Lot.state == "quarantined")
    total = (
        select(func.coalesce(func.sum(Lot.units), 0))
        .where(Lot.sku == sku, is_blocked)
        .scalar_subquery()
    )
    changed = require_transaction().execute(
        update(Stock)
        .where(Stock.sku == sku, Stock.blocked != total)
        .values(blocked=total)
        .execution_options(synchronize_session=False)
    )
    if was_changed(changed):
        drop_pages()


def due(sku: str, reference: str, lots_from: int) -> int:
    """Units that were sold to an order since the SKU is kept in lots, and not packed yet."""
    sold = _sold(sku, reference, lots_from)
    return 0 if sold is None else sold - sum(units for _, units in packed(sku, reference))


def packed(sku: str, reference: str) -> list[tuple[int, int]]:
    """Lots that units of an order came from, the latest first, with the units that are out."""
    rows = require_transaction().execute(
        select(LotMovement.lot_id, -func.sum(LotMovement.change))
        .where(
            LotMovement.reference == reference,
            LotMovement.sku == sku,
            LotMovement.reason.in_(OF_ORDERS),
        )
        .group_by(LotMovement.lot_id)
        .order_by(func.max(LotMovement.id).desc())
    )
    return [(lot_id, int(units)) for lot_id, units in rows]


def of_parcel(sku: str, parcel_id: int) -> list[tuple[int, int]]:
    """Lots that a parcel was packed from, with the units of them that are in it."""
    rows = require_transaction().execute(
        select(LotMovement.lot_id, -func.sum(LotMovement.change))
        .where(LotMovement.parcel_id == parcel_id, LotMovement.sku == sku)
        .group_by(LotMovement.lot_id)
        .order_by(LotMovement.lot_id)
    )
    return [(lot_id, int(units)) for lot_id, units in rows]


def _back_from(sku: str, reference: str, change: int, lots_from: int) -> Iterator[tuple[int, int]]:
    """Where units come to that an order brings back: those not packed yet have left no lot."""
    sold = _sold(sku, reference, lots_from)
    out = packed(sku, reference) if sold is not None else []
    left = min(sum(units for _, units in out) - sold, change) if sold is not None else change
    for lot_id, units in out:
        share = min(units, left)
        if share > 0:
            yield lot_id, share
            left -= share
    if left > 0:
        yield without_lot(sku), left


def _sold(sku: str, reference: str, lots_from: int) -> int | None:
    """Units sold to an order and not returned; None if it was sold before there were lots."""
    row = require_transaction().execute(
        select(
            func.coalesce(func.sum(StockMovement.change), 0),
            func.coalesce(func.sum(case((StockMovement.reason == "sold", 1), else_=0)), 0),
        ).where(
            StockMovement.reference == reference,
            StockMovement.sku == sku,
            StockMovement.id > lots_from,
            StockMovement.reason.in_(("sold", "returned")),
        )
    ).one()  # fmt: skip
    return -int(row[0]) if row[1] else None


def _spread(sku: str, units: int) -> Iterator[tuple[int, int]]:
    """Lots that units without a named lot go from; together they always have enough."""
    rows = require_transaction().execute(
        select(Lot.id, Lot.units)
        .where(Lot.sku == sku, Lot.units > 0)
        .order_by(
            Lot.code != "",
            Lot.state == "quarantined",
            Lot.is_short,
            Lot.expires_on.is_(None),
            Lot.expires_on,
            Lot.id,
        )
    )
    for lot_id, left in rows.all():
        share = min(left, units)
        if share:
            yield lot_id, share
            units -= share
