"""Products as staff look for them: every state, what is missing, fifty to a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from .. import inventory
from ..database import db
from .gate import Need, lacks_something, missing_facts
from .models import Category, Product, Variant
from .queries import pictures_of, read_pictures
from .statements import C, P, S, V
from .views import PictureView, media_base

PER_PAGE = 50
ORDERS = ("changed", "name", "price", "stock", "shop")
_SOLD = and_(V.product_id == P.id, V.is_sold.is_(True))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; '' and False ask for everything."""

    text: str = ""
    state: str = ""
    category: str = ""
    is_lacking: bool = False
    order: str = "changed"
    page: int = 1


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product of the list; prices are those of sizes on sale, available what can be bought."""

    id: int
    slug: str
    name: str
    state: str
    category: str
    lowest_cents: int | None
    highest_cents: int | None
    currency: str
    sizes: int
    available: int
    picture: PictureView | None
    missing: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """One page of the list; total counts the products on all of its pages."""

    products: tuple[ProductRow, ...]
    total: int
    page: int
    pages: int


def find_products(wanted: Wanted) -> FoundProducts:
    """A page of products, in five statements for ten as for ten thousand."""
    condition = and_(True, *_conditions(wanted))
    total = db.read(select(func.count()).select_from(_shelved()).where(condition)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(wanted.page, 1), pages)
    ids = [
        row[0]
        for row in db.read(
            select(P.id)
            .select_from(_shelved())
            .where(condition)
            .order_by(*_order(wanted.order), P.id.desc())
            .limit(PER_PAGE)
            .offset((page - 1) * PER_PAGE)
        )
    ]
    return FoundProducts(_rows(ids), total, page, pages)


def ids_found(wanted: Wanted, *, most: int) -> list[int]:
    """The products of all pages, for what is done to many of them."""
    rows = db.read(
        select(P.id)
        .select_from(_shelved())
        .where(and_(True, *_conditions(wanted)))
        .order_by(P.id)
        .limit(most)
    )
    return [row[0] for row in rows]


def _shelved() -> Any:
    return Product.__table__.join(Category.__table__, C.id == P.category_id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.text:
        in_sku = select(V.id).where(V.product_id == P.id, _has(V.sku, wanted.text)).exists()
        found.append(
            or_(
                P.name.icontains(wanted.text, autoescape=True),
                P.slug.icontains(wanted.text, autoescape=True),
                in_sku,
            )
        )
    if wanted.state:
        found.append(P.state == wanted.state)
    if wanted.category:
        found.append(C.slug == wanted.category)
    if wanted.is_lacking:
        found += [lacks_something(), P.state != "archived"]
    return found


def _has(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Hyphens do not matter: OIL100 and oil-100 are one article."""
    plain = func.replace(column, "-", "")
    return or_(
        column.icontains(text, autoescape=True),
        plain.icontains(text.replace("-", "").replace(" ", "") or text, autoescape=True),
    )


def _order(name: str) -> tuple[ColumnElement[Any], ...]:
    lowest = select(func.min(V.price_cents)).where(_SOLD).scalar_subquery()
    units = (
        select(func.coalesce(func.sum(inventory.SELLABLE), 0))
        .select_from(Variant.__table__.join(inventory.Stock.__table__, S.sku == V.sku))
        .where(_SOLD)
        .scalar_subquery()
    )
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "changed": (P.updated_at.desc(),),
        "name": (func.lower(P.name),),
        "price": (lowest.is_(None), lowest),
        "stock": (units,),
        "shop": (C.position, P.position),
    }
    return orders[name]


def _rows(ids: list[int]) -> tuple[ProductRow, ...]:
    if not ids:
        return ()
    rows: Mapping[int, Any] = {
        row[0]: row
        for row in db.read(
            select(
                P.id,
                P.slug,
                P.name,
                P.state,
                C.name,
                func.min(V.price_cents),
                func.max(V.price_cents),
                func.coalesce(func.max(V.currency), ""),
                func.count(V.id),
                func.coalesce(func.sum(inventory.SELLABLE), 0),
            )
            .select_from(
                _shelved()
                .outerjoin(Variant.__table__, _SOLD)
                .outerjoin(inventory.Stock.__table__, S.sku == V.sku)
            )
            .where(P.id.in_(ids))
            .group_by(P.id, C.id)
        )
    }
    missing = missing_facts(ids)
    pictures = pictures_of(read_pictures(ids), media_base())
    found = []
    for id_ in (id_ for id_ in ids if id_ in rows):
        picture = pictures[id_][0][1] if id_ in pictures else None
        values: list[Any] = [*rows[id_], picture, missing.get(id_, ())]
        found.append(ProductRow(*values))
    return tuple(found)
