"""How far a new shop has come."""

from dataclasses import dataclass

from sqlalchemy import select

from .. import catalog, guides, inventory, orders
from ..database import db


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What a shop has already; with its first paid order it is new no more."""

    has_products: bool
    has_stock: bool
    has_guides: bool
    has_sold: bool


def beginnings() -> Beginnings:
    """Asked in one statement."""
    row = db.session.execute(
        select(
            select(catalog.Product.id).where(catalog.Product.state == "published").exists(),
            select(inventory.Stock.sku).where(inventory.Stock.on_hand > 0).exists(),
            select(guides.Guide.id).where(guides.Guide.state == "published").exists(),
            select(orders.Order.id).where(orders.Order.paid_at.is_not(None)).exists(),
        )
    ).one()
    return Beginnings(*row)
