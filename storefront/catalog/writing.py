"""Writes a plan in a few bulk statements; the caller's transaction makes it all or nothing."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from .. import inventory
from ..database import now, require_transaction
from ..errors import Refusal
from ..pages import drop_pages
from .lookup import Values, chunks
from .models import Category, Picture, PriceChange, Product, ProductPicture, Variant
from .pictures import PreparedPicture
from .planning import Changes, Plan
from .price_clock import end_what_runs

_CATEGORY = cast(Table, Category.__table__)
_PRODUCT = cast(Table, Product.__table__)
_VARIANT = cast(Table, Variant.__table__)
_PICTURE = cast(Table, Picture.__table__)
_USE = cast(Table, ProductPicture.__table__)
_PRICE = cast(Table, PriceChange.__table__)

Advance = Callable[[int], object]


class CatalogueBusy(Refusal):
    """Somebody else wrote the same product or SKU in the same moment; nothing was changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed the same part of the catalogue in this moment. Nothing was "
            "written; please do it again."
        )


def write(
    plan: Plan,
    *,
    reason: str,
    actor: str = "",
    pictures: Iterable[PreparedPicture] = (),
    advance: Advance = lambda count: None,
) -> None:
    """Writes all of a plan; raises CatalogueBusy when another transaction was there first."""
    try:
        with require_transaction().begin_nested():
            _write(plan, list(pictures), reason, actor, advance)
    except IntegrityError as clash:
        raise CatalogueBusy from clash
    if plan.size():
        drop_pages()


def save_pictures(pictures: Iterable[PreparedPicture]) -> dict[str, int]:
    """Keeps the rows of rendered pictures, each once; gives name → id."""
    session = require_transaction()
    wanted = {picture.name: picture for picture in pictures}
    there = _ids(_PICTURE, "name", wanted)
    fresh = [
        {name: getattr(picture, name) for name in picture.__slots__}
        for picture in wanted.values()
        if picture.name not in there
    ]
    if fresh:
        session.execute(insert(_PICTURE), fresh)
    return _ids(_PICTURE, "name", wanted)


def _write(
    plan: Plan, pictures: list[PreparedPicture], reason: str, actor: str, advance: Advance
) -> None:
    _save(_CATEGORY, plan.categories, advance)
    shelves = _ids(_CATEGORY, "slug", {row["category"] for row in _rows(plan.products)})
    _save(_PRODUCT, plan.products, advance, category_id=("category", shelves))
    slugs = {row["product"] for row in _rows(plan.variants)} | plan.pictures.keys()
    products = _ids(_PRODUCT, "slug", slugs)
    _save(_VARIANT, plan.variants, advance, product_id=("product", products))
    save_pictures(pictures)
    _use_pictures(plan, products, advance)
    _log_prices(plan.prices, reason, advance)
    _touch(products.values())
    for sku in sorted(plan.stock):
        inventory.open_stock(sku, plan.stock[sku], actor=actor)
        advance(1)
    for sku in sorted(plan.kits):
        for stock in sorted({sku, *plan.kits[sku]}):
            inventory.open_stock(stock, actor=actor)
        inventory.make_kit(sku, plan.kits[sku])
        advance(1)


def _rows(changes: Changes) -> list[Values]:
    return changes.created + changes.changed


def _ids(table: Table, key: str, wanted: Iterable[str]) -> dict[str, int]:
    session = require_transaction()
    found: dict[str, int] = {}
    for part in chunks(wanted):
        rows = session.execute(select(table.c[key], table.c.id).where(table.c[key].in_(part)))
        found |= {row[0]: row[1] for row in rows}
    return found


def _save(
    table: Table, changes: Changes, advance: Advance, **parents: tuple[str, dict[str, int]]
) -> None:
    """Inserts and updates; `parents` fills a column from ids found by a slug in the row."""
    session = require_transaction()
    for row in _rows(changes):
        row |= {column: ids[row[slug]] for column, (slug, ids) in parents.items()}
    columns = [c.name for c in table.columns if c.name not in {"id", "updated_at"}]
    for part in chunks(changes.created):
        session.execute(insert(table), [{name: row[name] for name in columns} for row in part])
        advance(len(part))
    change = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    for part in chunks(changes.changed):
        new = [{f"new_{name}": row[name] for name in columns} for row in part]
        ids = [{"row_id": row["id"]} for row in part]
        session.connection().execute(change, [a | b for a, b in zip(new, ids, strict=True)])
        advance(len(part))


def _use_pictures(plan: Plan, products: dict[str, int], advance: Advance) -> None:
    if not plan.pictures:
        return
    session = require_transaction()
    pictures = _ids(_PICTURE, "name", {p[0] for uses in plan.pictures.values() for p in uses})
    for part in chunks(products[slug] for slug in plan.pictures):
        session.execute(delete(_USE).where(_USE.c.product_id.in_(part)))
    uses: list[dict[str, Any]] = [
        {
            "product_id": products[slug], "picture_id": pictures[name], "alt": alt, "sku": sku,
            "position": position,
        }
        for slug, wanted in plan.pictures.items()
        for position, (name, alt, sku) in enumerate(wanted, start=1)
    ]  # fmt: skip
    for chunk in chunks(uses):
        session.execute(insert(_USE), chunk)
    advance(len(plan.pictures))


def _log_prices(prices: list[Values], reason: str, advance: Advance) -> None:
    """Prices of one plan begin at one moment, so that the log can be read as a story."""
    valid_from = now()
    for part in chunks(prices):
        end_what_runs([price["sku"] for price in part])
        lines = [price | {"reason": reason, "valid_from": valid_from} for price in part]
        require_transaction().execute(insert(_PRICE), lines)
        advance(len(part))


def _touch(product_ids: Iterable[int]) -> None:
    """A product whose sizes or pictures changed has changed, for sitemaps and feeds."""
    for part in chunks(product_ids):
        require_transaction().execute(
            update(_PRODUCT).where(_PRODUCT.c.id.in_(part)).values(updated_at=now())
        )
