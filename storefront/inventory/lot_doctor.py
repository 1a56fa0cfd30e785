"""Whether the books of the lots add up, for `flask shop doctor` and for tests.

For a SKU that is kept in lots:  units in its lots = on hand + sold and not packed yet.
"""

from sqlalchemy import and_, case, func, or_, select

from ..database import db
from .lot_books import OF_ORDERS
from .lot_models import Lot, LotMovement
from .models import Stock, StockMovement


def lot_disagreements() -> list[str]:
    """What does not add up in the books of the lots, in sentences; empty when all is well."""
    found = [
        f"Lot {code or 'without a code'} of {sku} says {units} units, its book {total}."
        for sku, code, units, total in _lots_and_books()
    ]
    for sku, on_hand, blocked, in_lots, in_blocked, waiting in _stocks_and_lots():
        if in_lots != on_hand + waiting:
            found.append(
                f"{sku}: {in_lots} are in lots, but {on_hand} are on hand and {waiting} sold and"
                " not packed."
            )
        if blocked != in_blocked:
            found.append(f"{sku}: {blocked} count as blocked, but {in_blocked} are in such lots.")
    return found


def _lots_and_books() -> list[tuple[str, str, int, int]]:
    total = func.coalesce(func.sum(LotMovement.change), 0)
    rows = db.session.execute(
        select(Lot.sku, Lot.code, Lot.units, total)
        .outerjoin(LotMovement, LotMovement.lot_id == Lot.id)
        .group_by(Lot.id, Lot.sku, Lot.code, Lot.units)
        .having(Lot.units != total)
        .order_by(Lot.id)
    )
    return [(sku, code, units, int(sum_)) for sku, code, units, sum_ in rows]


def _stocks_and_lots() -> list[tuple[str, int, int, int, int, int]]:
    """SKU, on hand, blocked, units in lots, in blocked lots, sold and not packed."""
    is_blocked = Lot.is_short | (Lot.state == "quarantined")
    in_lots = (
        select(
            Lot.sku,
            func.sum(Lot.units).label("units"),
            func.sum(case((is_blocked, Lot.units), else_=0)).label("blocked"),
        )
        .group_by(Lot.sku)
        .subquery()
    )
    units, blocked = (func.coalesce(in_lots.c[name], 0) for name in ("units", "blocked"))
    rows = db.session.execute(
        select(Stock.sku, Stock.on_hand, Stock.blocked, units, blocked)
        .outerjoin(in_lots, in_lots.c.sku == Stock.sku)
        .where(or_(Stock.lots_from.is_not(None), Stock.blocked > 0))
        .order_by(Stock.sku)
    ).all()
    waiting = _waiting()
    return [
        (sku, on_hand, blocked, int(all_), int(bad), waiting.get(sku, 0))
        for sku, on_hand, blocked, all_, bad in rows
    ]


def _waiting() -> dict[str, int]:
    """SKU → units sold since it is kept in lots and not packed yet."""
    sales = (
        select(
            StockMovement.sku,
            StockMovement.reference,
            (-func.sum(StockMovement.change)).label("sold"),
        )
        .join(Stock, Stock.sku == StockMovement.sku)
        .where(
            StockMovement.id > Stock.lots_from,
            StockMovement.reason.in_(("sold", "returned")),
        )
        .group_by(StockMovement.sku, StockMovement.reference)
        .having(func.sum(case((StockMovement.reason == "sold", 1), else_=0)) > 0)
    ).subquery()
    out = (
        select(
            LotMovement.sku,
            LotMovement.reference,
            (-func.sum(LotMovement.change)).label("units"),
        )
        .where(LotMovement.reason.in_(OF_ORDERS))
        .group_by(LotMovement.sku, LotMovement.reference)
    ).subquery()
    is_same = and_(out.c.sku == sales.c.sku, out.c.reference == sales.c.reference)
    rows = db.session.execute(
        select(sales.c.sku, func.sum(sales.c.sold - func.coalesce(out.c.units, 0)))
        .select_from(sales.outerjoin(out, is_same))
        .group_by(sales.c.sku)
    )
    return {sku: int(units) for sku, units in rows}
