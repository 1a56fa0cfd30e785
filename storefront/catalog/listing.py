"""Product lists: which products, in what order, and which page of them; all decided in SQL."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, cast, func, select
from sqlalchemy.types import Float

from .. import inventory
from ..database import db
from ..pages import settings
from .conditions import Shape, asked_for, of_product, of_size
from .filters import Filters
from .models import Category, Product, Variant
from .queries import cards_by_id, cards_of, pictures_of, read_pictures
from .statements import OFFERS, C, P, S, V
from .views import ProductCardView, media_base

PER_PAGE = 24
_IN_STOCK = Filters(in_stock=True)
_INSTEAD = {"most_rows": 4, "first_row": 0}

Orders = dict[str, tuple[ColumnElement[Any], ...]]


@dataclass(frozen=True, slots=True)
class ProductList:
    """One page of a list; total counts the products on all of its pages."""

    products: tuple[ProductCardView, ...]
    total: int
    page: int
    pages: int


def product_list(filters: Filters | None = None, *, per_page: int = PER_PAGE) -> ProductList:
    """A page of products on sale, in three statements; a page past the end becomes the first."""
    filters = filters or Filters()
    page = filters.page
    rows = _page_of(filters, page, per_page)
    if not rows and page > 1:
        page = 1
        rows = _page_of(filters, page, per_page)
    total = rows[0][1] if rows else 0
    ids = [row[0] for row in rows]
    cards = cards_by_id(ids)
    return ProductList(
        products=tuple(cards[id_] for id_ in ids if id_ in cards),
        total=total,
        page=page,
        pages=max(1, -(-total // per_page)),
    )


def first_in_stock() -> tuple[ProductCardView, ...]:
    """Four products for a page that has nothing else to show, in two statements.

    They come first in the shop's own order, and all of them can be bought.
    """
    rows = sorted(db.read(_first_offers(), _INSTEAD | asked_for(_IN_STOCK)), key=_place)
    pictures = pictures_of(read_pictures(sorted({row[0] for row in rows})), media_base())
    return tuple(cards_of(rows, pictures, settings().STOREFRONT_LOW_STOCK).values())


@lru_cache  # as below
def _first_offers() -> Select[Any]:
    found = _statement(Shape.of(_IN_STOCK), _IN_STOCK.sort).with_only_columns(P.id).cte("found")
    # Once, and not for each size of the shop: PostgreSQL would where it has counted no rows yet.
    once = found.prefix_with("MATERIALIZED", dialect="postgresql")
    return OFFERS.join(once, once.c.id == P.id)


def _place(row: Any) -> tuple[int, int]:
    return row[4], row[0]


def _page_of(filters: Filters, page: int, per_page: int) -> list[Any]:
    asked = _statement(Shape.of(filters), filters.sort)
    window = {"most_rows": per_page, "first_row": (page - 1) * per_page}
    return list(db.read(asked, window | asked_for(filters)).all())


@lru_cache  # a handful of shapes, and SQLAlchemy finds their SQL by identity
def _statement(shape: Shape, sort: str) -> Select[Any]:
    """Ids and the total; the shown size of each product is only looked for when it matters."""
    found = select(P.id, func.count().over()).where(P.state == "published")
    found = found.where(*of_product(shape))
    if "category" in shape.chosen:
        found = found.join(Category.__table__, C.id == P.category_id)
    on_sale = select(V.id).where(V.product_id == P.id, V.is_sold.is_(True), *of_size(shape))
    if "in_stock" in shape.chosen:
        on_sale = on_sale.join(inventory.Stock.__table__, S.sku == V.sku)
    found = found.where(on_sale.exists())
    orders: Orders = {"name": (func.lower(P.name),), "newest": (P.id.desc(),)}
    if sort in {"price", "price-desc", "unit-price"}:
        shown = _shown_sizes()
        found = found.join(shown, and_(shown.c.product_id == P.id, shown.c.place == 1))
        orders = _price_orders(shown.c.price_cents, shown.c.per_unit)
    order = orders.get(sort, ())
    found = found.select_from(Product.__table__).order_by(*order, P.position, P.id)
    return found.limit(bindparam("most_rows")).offset(bindparam("first_row"))


def _price_orders(price: ColumnElement[Any], per_unit: ColumnElement[Any]) -> Orders:
    return {
        "price": (price,),
        "price-desc": (price.desc(),),
        "unit-price": (per_unit.is_(None), per_unit),
    }


def _shown_sizes() -> Any:
    """Each product's sizes, the one on its card first: in stock before sold out, then cheapest."""
    available = case((func.coalesce(inventory.SELLABLE, 0) > 0, 1), else_=0)
    per_unit = case((V.net_unit != "", cast(V.price_cents, Float) / V.net_content))
    best_first = (available.desc(), V.price_cents, V.position, V.id)
    return (
        select(
            V.product_id,
            V.price_cents,
            per_unit.label("per_unit"),
            func.row_number().over(partition_by=V.product_id, order_by=best_first).label("place"),
        )
        .select_from(Variant.__table__)
        .outerjoin(inventory.Stock.__table__, S.sku == V.sku)
        .where(V.is_sold.is_(True))
        .subquery()
    )
