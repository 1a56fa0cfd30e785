"""Reads of the stock."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from ..database import db
from .models import Hold, Stock, StockMovement
from .shelf import shelf


def available(skus: Iterable[str], *, owner: str = "") -> dict[str, int]:
    """SKU → units that can be sold now, to this owner; a SKU without stock is left out.

    What the owner's own open payment holds counts as free for it: nobody is told "sold out"
    because of the units in their own hands.
    """
    wanted = list(skus)
    found = shelf(wanted, owner=owner)
    return {sku: found.left(sku) for sku in wanted if sku in found.units or sku in found.kits}


def opening_counts() -> dict[str, int]:
    """SKU → the count its ledger was opened with."""
    rows = db.session.execute(
        select(StockMovement.sku, func.sum(StockMovement.change))
        .where(StockMovement.reason == "opening")
        .group_by(StockMovement.sku)
    )
    return {sku: int(count) for sku, count in rows}


def units_out(reference: str) -> dict[str, int]:
    """SKU → units that the ledger counts as sold to an order and not put back."""
    rows = db.session.execute(
        select(StockMovement.sku, -func.sum(StockMovement.change))
        .where(StockMovement.reference == reference)
        .group_by(StockMovement.sku)
    )
    return {sku: int(units) for sku, units in rows if units > 0}


def overdue_holds(now: datetime) -> list[str]:
    """References of orders whose holds have outlived their payment page."""
    rows = db.session.execute(
        select(Hold.reference)
        .where(Hold.state == "held", Hold.expires_at < now)
        .distinct()
        .order_by(Hold.reference)
    )
    return list(rows.scalars())


def disagreements() -> list[tuple[str, int, int, int, int]]:
    """SKUs whose stock is not the sum of its ledger and holds.

    Each row: SKU, on hand, sum of the ledger, held, sum of open holds. Empty when all is well.
    """
    moved = (
        select(StockMovement.sku, func.sum(StockMovement.change).label("total"))
        .group_by(StockMovement.sku)
        .subquery()
    )
    held = (
        select(Hold.sku, func.sum(Hold.quantity).label("total"))
        .where(Hold.state == "held")
        .group_by(Hold.sku)
        .subquery()
    )
    in_ledger, in_holds = func.coalesce(moved.c.total, 0), func.coalesce(held.c.total, 0)
    rows = db.session.execute(
        select(Stock.sku, Stock.on_hand, in_ledger, Stock.held, in_holds)
        .outerjoin(moved, moved.c.sku == Stock.sku)
        .outerjoin(held, held.c.sku == Stock.sku)
        .where((Stock.on_hand != in_ledger) | (Stock.held != in_holds))
        .order_by(Stock.sku)
    )
    return [(sku, on_hand, int(total), h, int(open_)) for sku, on_hand, total, h, open_ in rows]
