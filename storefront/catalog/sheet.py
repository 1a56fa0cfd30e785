"""A whole product as text, the way a page lets people write it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from .. import inventory
from ..database import db
from ..money import plain_money
from .csv_file import PRODUCT, VARIANT
from .models import Category, Picture, Product, ProductPicture, Variant
from .statements import PICTURE_COLUMNS, S
from .views import PictureView, media_base, picture_view

FACTS = tuple(name for name in PRODUCT.values() if name != "state")
SIZE = tuple(name for name in VARIANT.values() if name not in {"currency", "opening_stock", "kit"})


@dataclass(frozen=True, slots=True)
class PictureUse:
    """A picture of a product: its name, what it shows, the size that shows it first, its view."""

    name: str
    alt: str
    sku: str
    view: PictureView


@dataclass(frozen=True, slots=True)
class Sheet:
    """A product, its sizes and pictures; seen is the version that was read."""

    id: int
    slug: str
    name: str
    state: str
    seen: datetime
    facts: dict[str, str]
    sizes: tuple[dict[str, str], ...]
    pictures: tuple[PictureUse, ...]
    units: dict[str, int]  # SKU → what can be bought now; a SKU without stock is left out


def product_sheet(product_id: int) -> Sheet | None:
    """Everything that is written of a product, in three statements; None without such a product."""
    found = db.session.execute(
        select(Product.__table__, Category.slug.label("category"))
        .join(Category, Category.id == Product.category_id)
        .where(Product.id == product_id)
    ).mappings().first()  # fmt: skip
    if found is None:
        return None
    rows = db.session.execute(
        select(Variant.__table__, (inventory.SELLABLE).label("units"))
        .outerjoin(inventory.Stock, S.sku == Variant.sku)
        .where(Variant.product_id == product_id)
        .order_by(Variant.position, Variant.id)
    ).mappings().all()  # fmt: skip
    return Sheet(
        id=product_id,
        slug=found["slug"],
        name=found["name"],
        state=found["state"],
        seen=found["updated_at"],
        facts={name: _written(found[name]) for name in FACTS},
        sizes=tuple(_size(dict(row)) for row in rows),
        pictures=picture_uses(product_id),
        units={row["sku"]: row["units"] for row in rows if row["units"] is not None},
    )


def picture_uses(product_id: int) -> tuple[PictureUse, ...]:
    """The pictures of a product in their order."""
    rows = db.session.execute(
        select(ProductPicture.alt, ProductPicture.sku, *PICTURE_COLUMNS)
        .join(Picture, Picture.id == ProductPicture.picture_id)
        .where(ProductPicture.product_id == product_id)
        .order_by(ProductPicture.position, ProductPicture.id)
    )
    base = media_base()
    return tuple(
        PictureUse(row[2], row[0], row[1], picture_view(base, *row[2:], "")) for row in rows
    )


def pictures_by_name(names: list[str]) -> dict[str, PictureView]:
    """Name → picture, of those that were taken in."""
    base = media_base()
    rows = db.session.execute(select(*PICTURE_COLUMNS).where(Picture.name.in_(names)))
    return {row[0]: picture_view(base, *row, "") for row in rows}


def category_choices() -> list[tuple[str, str, int]]:
    """Slug, name and number of products of every state of each shelf, in their order."""
    rows = db.session.execute(
        select(Category.slug, Category.name, func.count(Product.id))
        .outerjoin(Product, Product.category_id == Category.id)
        .group_by(Category.id)
        .order_by(Category.position, Category.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _size(row: dict[str, Any]) -> dict[str, str]:
    price = plain_money(row["price_cents"], row["currency"])
    return {name: _written(row.get(name)) for name in SIZE} | {"price": price}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
