"""What the shop holds now of everything that a draft speaks of."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Select, Table, func, select

from .. import inventory
from ..database import db
from ..pages import settings
from .drafts import Draft
from .models import Category, FormerSlug, Picture, Product, ProductPicture, Variant
from .product_copy import skus_told

CHUNK = 500
_CATEGORY = cast(Table, Category.__table__)
_PRODUCT = cast(Table, Product.__table__)
_VARIANT = cast(Table, Variant.__table__)
_PICTURE = cast(Table, Picture.__table__)
_USE = cast(Table, ProductPicture.__table__)
_FORMER = cast(Table, FormerSlug.__table__)

Values = dict[str, Any]
Pictures = tuple[tuple[str, str, str], ...]  # name, alternative text and SKU of each
_Key = TypeVar("_Key")


@dataclass(slots=True)
class Shop:
    """What the shop holds now of everything that a draft speaks of."""

    categories: dict[str, Values]
    products: dict[str, Values]
    variants: dict[str, Values]
    sizes: dict[str, dict[str, Values]]  # product slug → SKU → variant
    former: dict[str, int]
    pictures: dict[str, Pictures]
    stocked: set[str]
    kits: dict[str, dict[str, int]]  # of the SKUs that are named as kit or as part
    articles: set[str]  # SKUs named as parts or in texts that the shop has
    part_of: dict[str, list[str]]  # SKU → kits that it is in
    on_hand: dict[str, int]  # of what shall be a kit: units on the shelf
    in_lots: set[str]  # of what shall be a kit: what is kept in lots
    last_category: int
    last_product: int
    currency: str


def look_up(draft: Draft) -> Shop:
    """Reads what a draft speaks of, some five hundred rows at a time."""
    slugs = [product.key for product in draft.products]
    skus = [size.key for size in draft.all_sizes()]
    new_kits = [size.key for size in draft.all_sizes() if size.values.get("kit")]
    products = _by_key(
        lambda keys: select(_PRODUCT, _CATEGORY.c.slug.label("category"))
        .join(_CATEGORY, _CATEGORY.c.id == _PRODUCT.c.category_id)
        .where(_PRODUCT.c.slug.in_(keys)),
        slugs, "slug",
    )  # fmt: skip
    sizes = select(_VARIANT, _PRODUCT.c.slug.label("product")).join(
        _PRODUCT, _PRODUCT.c.id == _VARIANT.c.product_id
    )
    variants = _by_key(lambda keys: sizes.where(_VARIANT.c.sku.in_(keys)), skus, "sku")
    variants |= _by_key(lambda keys: sizes.where(_PRODUCT.c.slug.in_(keys)), slugs, "sku")
    parts = {part for size in draft.all_sizes() for part in size.values.get("kit") or ()}
    told = {sku for p in draft.products for sku in skus_told(p.values.get("description") or "")}
    return Shop(
        categories=_by_key(lambda _: select(_CATEGORY), [""], "slug"),
        products=products,
        variants=variants,
        sizes=_by_product(variants),
        former=_former(slugs),
        pictures=_pictures_of(slugs),
        stocked={sku for part in chunks(skus) for sku in inventory.available(part)},
        kits=_in_chunks(inventory.parts_of, {*skus, *parts}),
        articles=set(
            _by_key(lambda keys: sizes.where(_VARIANT.c.sku.in_(keys)), sorted(parts | told), "sku")
        ),
        part_of=_in_chunks(inventory.kits_with, skus),
        on_hand=_on_hand(new_kits),
        in_lots=_in_lots(new_kits),
        last_category=_last(_CATEGORY),
        last_product=_last(_PRODUCT),
        currency=settings().STOREFRONT_CURRENCY,
    )


def chunks(keys: Iterable[_Key], size: int = CHUNK) -> Iterator[list[_Key]]:
    """The keys in lists short enough for one statement."""
    rest = iter(keys)
    while part := list(islice(rest, size)):
        yield part


def _by_key(
    statement: Callable[[list[str]], Select[Any]], keys: Sequence[str], key: str
) -> dict[str, Values]:
    rows = (row for part in chunks(keys) for row in db.session.execute(statement(part)).mappings())
    return {row[key]: dict(row) for row in rows}


def _in_chunks(ask: Callable[[list[str]], dict[str, _Key]], skus: Iterable[str]) -> dict[str, _Key]:
    return {sku: answer for part in chunks(skus) for sku, answer in ask(part).items()}


def _former(slugs: Sequence[str]) -> dict[str, int]:
    is_former = _FORMER.c.kind == "product"
    rows = _by_key(
        lambda keys: select(_FORMER).where(is_former, _FORMER.c.slug.in_(keys)), slugs, "slug"
    )
    return {slug: row["target_id"] for slug, row in rows.items()}


def _in_lots(skus: Sequence[str]) -> set[str]:
    return {sku for sku, how in _in_chunks(inventory.lot_keepings, skus).items() if how.is_kept}


def _on_hand(skus: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in chunks(skus):
        rows = db.session.execute(
            select(inventory.Stock.sku, inventory.Stock.on_hand).where(
                inventory.Stock.sku.in_(part)
            )
        )
        found |= {row.sku: row.on_hand for row in rows}
    return found


def _pictures_of(slugs: Sequence[str]) -> dict[str, Pictures]:
    found: dict[str, Pictures] = {}
    for part in chunks(slugs):
        rows = db.session.execute(
            select(_PRODUCT.c.slug, _PICTURE.c.name, _USE.c.alt, _USE.c.sku)
            .join(_USE, _USE.c.product_id == _PRODUCT.c.id)
            .join(_PICTURE, _PICTURE.c.id == _USE.c.picture_id)
            .where(_PRODUCT.c.slug.in_(part))
            .order_by(_USE.c.position, _USE.c.id)
        )
        for slug, name, alt, sku in rows:
            found[slug] = (*found.get(slug, ()), (name, alt, sku))
    return found


def _last(table: Table) -> int:
    return db.session.execute(select(func.max(table.c.position))).scalar_one() or 0


def _by_product(variants: dict[str, Values]) -> dict[str, dict[str, Values]]:
    sizes: dict[str, dict[str, Values]] = {}
    for sku, variant in variants.items():
        sizes.setdefault(variant["product"], {})[sku] = variant
    return sizes
