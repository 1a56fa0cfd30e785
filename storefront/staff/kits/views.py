"""Kits as staff see them: what they are made of, and how many that makes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from ... import catalog, inventory
from ...database import db, one_page

PER_PAGE = 50
_SUGGESTED = 200


@dataclass(frozen=True, slots=True)
class KitView:
    """An article; parts are pairs of units and SKU, none for one that is no kit."""

    sku: str
    name: str
    size: str
    parts: tuple[tuple[int, str], ...]
    makes: int


@dataclass(frozen=True, slots=True)
class FoundKits:
    """One page of the list; total counts the articles on all of its pages."""

    kits: tuple[KitView, ...]
    total: int
    page: int
    pages: int


def found_kits(text: str = "", *, page: int = 1) -> FoundKits:
    """All kits; with a text every article whose SKU or name has it, kit or not. Three statements.

    A page past the end becomes the last.
    """
    V, P, S = catalog.Variant, catalog.Product, inventory.Stock
    found = (
        select(V.sku, P.name, V.name.label("size"))
        .join(P, P.id == V.product_id)
        .outerjoin(S, S.sku == V.sku)
    )
    found = found.where(_has(text) if text else S.is_kit.is_(True))
    window, total, page, pages = one_page(found.order_by(V.sku), page, per_page=PER_PAGE)
    rows = db.session.execute(window).all()
    shelf = inventory.shelf(sku for sku, _, _ in rows)
    kits = tuple(
        KitView(sku, name, size, _pairs(shelf.kits.get(sku, {})), max(shelf.left(sku), 0))
        for sku, name, size in rows
    )
    return FoundKits(kits, total, page, pages)


def suggested_parts(kit_sku: str, text: str = "") -> list[tuple[str, str]]:
    """SKU and name of the first articles that a kit can be made of and that have a text in them."""
    V, P, S = catalog.Variant, catalog.Product, inventory.Stock
    found = db.session.execute(
        select(V.sku, P.name, V.name.label("size"))
        .join(P, P.id == V.product_id)
        .outerjoin(S, S.sku == V.sku)
        .where(V.sku != kit_sku, V.is_sold.is_(True), S.is_kit.is_not(True), _has(text))
        .order_by(V.sku)
        .limit(_SUGGESTED)
    )
    return [(sku, f"{name}, {size}") for sku, name, size in found]


def _has(text: str) -> ColumnElement[bool]:
    columns = (catalog.Variant.sku, catalog.Product.name)
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _pairs(parts: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    return tuple((units, sku) for sku, units in sorted(parts.items()))
