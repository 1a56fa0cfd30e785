"""Every size with its stock, for the people who keep it: one page of a table, decided in SQL.

Three statements for any number of sizes: one page of rows, how many there are, what they sold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from .. import inventory
from ..database import db
from ..pages import settings
from .models import Category, Product, Variant
from .statements import C, P, S, V

PER_PAGE = 50
RATE_DAYS = 28
SHOWN = ("", "low", "sold-out", "held", "archived")
SORTS = ("name", "sku", "on-hand", "held", "available", "cover", "low-at")
_MARKS = "-_./ "
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class StockFilters:
    """What somebody wants to see of the stock; what makes no sense became the default."""

    text: str = ""
    show: str = ""  # one of SHOWN
    category: str = ""
    sort: str = "name"
    is_falling: bool = False
    page: int = 1

    def values(self) -> dict[str, str]:
        """The query string of this page of the table; defaults are left out."""
        sort = f"-{self.sort}" if self.is_falling else self.sort
        chosen = {
            "q": self.text,
            "show": self.show,
            "category": self.category,
            "sort": "" if sort == "name" else sort,
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in chosen.items() if value}

    def sorted_by(self, sort: str) -> "StockFilters":
        """The same sizes from the first page, in another order; a second time the other way."""
        is_same = sort == self.sort
        return replace(self, sort=sort, is_falling=is_same and not self.is_falling, page=1)


@dataclass(frozen=True, slots=True)
class StockRow:
    """A size and its stock; sold counts the units of the last RATE_DAYS days."""

    id: int
    sku: str
    product: str
    size: str
    slug: str
    category: str
    is_away: bool  # its product is archived, or the size is not sold any more
    on_hand: int
    held: int
    low_at: int | None
    edits: int
    mark: int  # from here down it is low: its own mark or the shop's
    free: int  # units that can be sold now, of a kit by its parts; below zero: see too_many
    is_kit: bool
    is_on_sale: bool  # shoppers can see it
    sold: int = 0

    @property
    def available(self) -> int:
        """Units that can be sold now."""
        return max(self.free, 0)

    @property
    def too_many(self) -> int:
        """Units that were promised and cannot be packed: their lots were blocked since."""
        return 0 if self.is_kit else max(-self.free, 0)

    @property
    def is_low(self) -> bool:
        """Whether what can be sold has fallen to the mark."""
        return self.available <= self.mark

    @property
    def cover_days(self) -> int | None:
        """For how many days it lasts at the rate of the last weeks; None where nothing is sold."""
        return self.available * RATE_DAYS // self.sold if self.sold else None


@dataclass(frozen=True, slots=True)
class FoundStock:
    """One page of the table; total counts the sizes on all of its pages."""

    rows: tuple[StockRow, ...]
    total: int
    page: int
    pages: int


def read_stock_filters(query: Mapping[str, str]) -> StockFilters:
    """Filters from a query string; bad values fall back to the default without an error."""
    sort, page, show = (query.get(name, "") for name in ("sort", "page", "show"))
    name = sort.removeprefix("-")
    is_number = page.isascii() and page.isdigit() and len(page) < 7
    return StockFilters(
        text=query.get("q", "").strip()[:_LONGEST_TEXT],
        show=show if show in SHOWN else "",
        category=query.get("category", "")[:_LONGEST_TEXT],
        sort=name if name in SORTS else "name",
        is_falling=name in SORTS and sort.startswith("-"),
        page=max(int(page), 1) if is_number else 1,
    )


def stock_list(filters: StockFilters) -> FoundStock:
    """A page of the table; a page past the end becomes the last."""
    total = db.session.scalar(_matching(filters, func.count())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(filters.page, pages)
    window = _in_order(filters).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return FoundStock(_with_sales(_rows(window)), total, page, pages)


def whole_stock(filters: StockFilters) -> list[StockRow]:
    """Every size that the filters let through, in their order, without what it sold."""
    return _rows(_in_order(filters))


def stock_row(sku: str) -> StockRow | None:
    """One size with its stock and what it sold; None for a SKU that there is none of."""
    rows = _with_sales(_rows(_columns().where(V.sku == sku)))
    return rows[0] if rows else None


def stock_rows(skus: Sequence[str]) -> dict[str, StockRow]:
    """SKU → its size with its stock, without what it sold."""
    found: dict[str, StockRow] = {}
    for first in range(0, len(skus), 1000):
        wanted = _columns().where(V.sku.in_(skus[first : first + 1000]))
        found |= {row.sku: row for row in _rows(wanted)}
    return found


def _columns() -> Select[Any]:
    chosen = select(
        V.id,
        V.sku,
        P.name,
        V.name.label("size"),
        P.slug,
        C.name.label("category"),
        _is_away(),
        func.coalesce(S.on_hand, 0),
        func.coalesce(S.held, 0),
        S.low_at,
        func.coalesce(S.edits, 0),
        _mark(),
        _available(),
        func.coalesce(S.is_kit, false()),
        and_(P.state == "published", V.is_sold.is_(True)),
    )
    return _joined(chosen)


def _joined(chosen: Select[Any]) -> Select[Any]:
    return (
        chosen.select_from(Variant.__table__)
        .join(Product.__table__, P.id == V.product_id)
        .join(Category.__table__, C.id == P.category_id)
        .outerjoin(inventory.Stock.__table__, S.sku == V.sku)
        .outerjoin(inventory.KIT_UNITS, inventory.KIT_UNITS.c.kit_sku == S.sku)
    )


def _is_away() -> ColumnElement[bool]:
    return or_(P.state == "archived", V.is_sold.is_(False))


def _available() -> ColumnElement[int]:
    units, stock = inventory.KIT_UNITS.c.units, inventory.Stock.__table__
    return func.coalesce(case((S.is_kit, units), else_=inventory.free(stock)), 0)


def _mark() -> ColumnElement[int]:
    return func.coalesce(S.low_at, settings().STOREFRONT_LOW_STOCK)


def _matching(filters: StockFilters, *columns: Any) -> Select[Any]:
    found = _joined(select(*columns)) if columns else _columns()
    found = found.where(_is_away() if filters.show == "archived" else ~_is_away())
    if filters.show == "low":
        found = found.where(_available() <= _mark())
    elif filters.show == "sold-out":
        found = found.where(_available() <= 0)
    elif filters.show == "held":
        found = found.where(S.held > 0)
    if filters.category:
        found = found.where(C.slug == filters.category)
    for word in filters.text.split():
        found = found.where(_heap().contains(_folded(word), autoescape=True))
    return found


def _heap() -> ColumnElement[str]:
    """All words of a size without hyphens, spaces and capitals, so that "oil100" is OIL-100."""
    heap = func.lower(V.sku + "|" + P.name + " " + V.name + "|" + V.gtin)
    for mark in _MARKS:
        heap = func.replace(heap, mark, "")
    return heap


def _folded(word: str) -> str:
    return word.lower().translate(dict.fromkeys(map(ord, _MARKS)))


def _in_order(filters: StockFilters) -> Select[Any]:
    found = _matching(filters)
    by_name = (func.lower(P.name), P.id, V.position, V.id)
    if filters.sort == "name":
        columns = [*by_name[:2], V.position, V.id]
        return found.order_by(*(c.desc() if filters.is_falling else c for c in columns))
    column = _sort_column(filters.sort)
    if filters.sort == "cover":
        sold = _sold().subquery()
        found = found.outerjoin(sold, sold.c.sku == V.sku)
        column = case((sold.c.units > 0, _available() * 1.0 / sold.c.units))
        found = found.order_by(column.is_(None))
    return found.order_by(column.desc() if filters.is_falling else column, *by_name)


def _sort_column(sort: str) -> ColumnElement[Any]:
    columns: dict[str, ColumnElement[Any]] = {
        "sku": func.lower(V.sku),
        "on-hand": func.coalesce(S.on_hand, 0),
        "held": func.coalesce(S.held, 0),
        "low-at": _mark(),
    }
    return columns.get(sort, _available())


def _sold() -> Any:
    """SKU and units sold in the last weeks, by the ledger."""
    line = inventory.StockMovement
    since = datetime.now(UTC) - timedelta(days=RATE_DAYS)
    return (
        select(line.sku, (-func.sum(line.change)).label("units"))
        .where(line.reason == "sold", line.moved_at >= since)
        .group_by(line.sku)
    )


def _rows(found: Select[Any]) -> list[StockRow]:
    return [StockRow(*row) for row in db.session.execute(found)]


def _with_sales(rows: list[StockRow]) -> tuple[StockRow, ...]:
    skus = [row.sku for row in rows]
    found = db.session.execute(_sold().where(inventory.StockMovement.sku.in_(skus)))
    sold = {sku: int(units) for sku, units in found}
    return tuple(replace(row, sold=sold.get(row.sku, 0)) for row in rows)
