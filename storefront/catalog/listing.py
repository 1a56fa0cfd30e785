"""Product lists: which products, in what order, and which page of them; all decided in SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, cast, func, select
from sqlalchemy.types import Float

from .. import inventory
from ..database import db
from .models import Category, Product, Variant
from .queries import cards_by_id
from .statements import C, P, S, V
from .views import ProductCardView

PER_PAGE = 24
SORTS = ("featured", "price", "price-desc", "unit-price", "name")
_MOST_PAGES = 100_000

Orders = dict[str, tuple[ColumnElement[Any], ...]]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a shopper asked of a list; anything that makes no sense became the default."""

    category: str = ""
    in_stock: bool = False
    sort: str = "featured"
    page: int = 1

    def values(self) -> dict[str, Any]:
        """The query string of this list without its page; defaults are left out."""
        chosen: dict[str, Any] = {"in_stock": 1} if self.in_stock else {}
        if self.sort != "featured":
            chosen["sort"] = self.sort
        return chosen


@dataclass(frozen=True, slots=True)
class ProductList:
    """One page of a list; total counts the products on all of its pages."""

    products: tuple[ProductCardView, ...]
    total: int
    page: int
    pages: int


def read_filters(query: Mapping[str, str], category: str = "") -> Filters:
    """Filters from a query string; bad values fall back to the default without an error."""
    sort = query.get("sort", "")
    page = query.get("page", "")
    is_number = page.isascii() and page.isdigit() and len(page) < 7
    return Filters(
        category=category,
        in_stock=query.get("in_stock", "").lower() in {"1", "on", "true", "yes"},
        sort=sort if sort in SORTS else "featured",
        page=min(max(int(page), 1), _MOST_PAGES) if is_number else 1,
    )


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


def _page_of(filters: Filters, page: int, per_page: int) -> list[Any]:
    asked = _statement(bool(filters.category), filters.in_stock, filters.sort)
    window = {"most": per_page, "first": (page - 1) * per_page, "category": filters.category}
    return list(db.read(asked, window).all())


@lru_cache  # a handful of shapes, and SQLAlchemy finds their SQL by identity
def _statement(has_category: bool, in_stock: bool, sort: str) -> Select[Any]:
    """Ids and the total; the shown size of each product is only looked for when it matters."""
    found = select(P.id, func.count().over()).where(P.state == "published")
    if has_category:
        found = found.join(Category.__table__, C.id == P.category_id)
        found = found.where(C.slug == bindparam("category"))
    on_sale = select(V.id).where(V.product_id == P.id, V.is_sold.is_(True))
    if in_stock:
        on_sale = on_sale.join(inventory.Stock.__table__, S.sku == V.sku)
        on_sale = on_sale.where(inventory.SELLABLE > 0)
    found = found.where(on_sale.exists())
    orders: Orders = {"name": (func.lower(P.name),)}
    if sort in {"price", "price-desc", "unit-price"}:
        shown = _shown_sizes()
        found = found.join(shown, and_(shown.c.product_id == P.id, shown.c.place == 1))
        orders = _price_orders(shown.c.price_cents, shown.c.per_unit)
    order = orders.get(sort, ())
    found = found.select_from(Product.__table__).order_by(*order, P.position, P.id)
    return found.limit(bindparam("most")).offset(bindparam("first"))


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
