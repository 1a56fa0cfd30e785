"""The statements behind public pages, built once: SQLAlchemy then finds their SQL by identity."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    union,
    union_all,
)

from .. import inventory
from .models import (
    Category,
    FormerSlug,
    Picture,
    PlannedPrice,
    Product,
    ProductPicture,
    Variant,
)

P = cast(Table, Product.__table__).c
C = cast(Table, Category.__table__).c
V = cast(Table, Variant.__table__).c
S = cast(Table, inventory.Stock.__table__).c
PIC = cast(Table, Picture.__table__).c
_U = cast(Table, ProductPicture.__table__).c
F = cast(Table, FormerSlug.__table__).c
_PLAN = cast(Table, PlannedPrice.__table__).c

RELATED = 3

PICTURE_COLUMNS = (PIC.name, PIC.width, PIC.height, PIC.widths, PIC.placeholder)

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SKUS: BindParameter[Any] = bindparam("skus", expanding=True)
# Only a price that runs has an end that shoppers may know; what is planned is told to nobody.
_PRICE_UNTIL = (
    select(func.min(_PLAN.ends_at))
    .where(_PLAN.sku == V.sku, _PLAN.state == "running")
    .correlate(Variant.__table__)
    .scalar_subquery()
)
_OFFERS_OF_ALL: Select[Any] = (
    select(
        P.id,
        P.slug,
        P.name,
        P.summary,
        P.position,
        C.slug,
        C.name,
        V.sku,
        V.name,
        V.price_cents,
        V.prior_cents,
        V.currency,
        V.net_content,
        V.net_unit,
        func.coalesce(inventory.SELLABLE, 0),
        P.use_amount,
        P.uses_per_week,
        V.gtin,
        _PRICE_UNTIL,
    )
    .select_from(Product.__table__)
    .join(Category.__table__, C.id == P.category_id)
    .join(Variant.__table__, and_(V.product_id == P.id, V.is_sold.is_(True)))
    .outerjoin(inventory.Stock.__table__, S.sku == V.sku)
    .order_by(V.product_id, V.position, V.id)
)
OFFERS: Select[Any] = _OFFERS_OF_ALL.where(P.state == "published")
OFFERS_BY_ID: Select[Any] = OFFERS.where(P.id.in_(_IDS))
OFFERS_BY_SKU: Select[Any] = OFFERS.where(V.sku.in_(_SKUS))
_NAMES: BindParameter[Any] = bindparam("names", expanding=True)
_WAS_NAMED = (F.kind == "product", F.slug.in_(_NAMES))
# By id or by an address of now or once; the last column says which of the names are former ones.
OFFERS_NAMED: Select[Any] = OFFERS.where(
    P.id.in_(
        union_all(
            select(P.id).where(P.id.in_(_IDS)),
            select(P.id).where(P.slug.in_(_NAMES)),
            select(F.target_id).where(*_WAS_NAMED),
        )
    )
).add_columns(
    select(func.aggregate_strings(F.slug, ","))
    .where(*_WAS_NAMED, F.target_id == P.id)
    .correlate(Product.__table__)
    .scalar_subquery()
)


def _shelf(*conditions: Any, limit: int) -> Select[Any]:
    """Ids of the first products of a shelf, found along an index and not by sorting the shop."""
    first = (
        select(P.id).where(P.state == "published", *conditions).order_by(P.position).limit(limit)
    )
    return select(first.subquery().c.id)


# One product, then neighbours for "related": more than are shown, since one may be the product.
# A join and not IN: SQLite would otherwise walk over all published products to look for these.
_OWN = (
    select(P.id, P.category_id)
    .where(P.slug == bindparam("slug"), P.state == "published")
    .subquery()
)
_AROUND = union(
    select(_OWN.c.id),
    _shelf(P.category_id == select(_OWN.c.category_id).scalar_subquery(), limit=RELATED + 1),
    _shelf(limit=2 * RELATED + 1),
).subquery()
_LONG = cast(Table, Product.__table__).alias("long")
FACTS = (
    "description",
    "directions",
    "ingredients",
    "warnings",
    "opened_months",
    "responsible_name",
    "responsible_address",
    "responsible_contact",
    "responsible_uk",
    "contact_us",
    "origin_country",
    "goes_with",
)
# The long texts come with the rows of the one product only.
PRODUCT_AROUND: Select[Any] = (
    OFFERS.join(_AROUND, _AROUND.c.id == P.id)
    .outerjoin(_LONG, and_(_LONG.c.id == P.id, _LONG.c.slug == bindparam("slug")))
    .add_columns(*(_LONG.c[name] for name in FACTS))
)
# Of any state, for whoever may see what is not published yet.
PREVIEW: Select[Any] = _OFFERS_OF_ALL.where(P.id == bindparam("id")).add_columns(
    *(P[name] for name in FACTS)
)
OFFER_COLUMNS = len(OFFERS.selected_columns)
_PICTURES: Select[Any] = (
    select(_U.product_id, _U.sku, *PICTURE_COLUMNS, _U.alt)
    .join(Picture.__table__, PIC.id == _U.picture_id)
    .order_by(_U.product_id, _U.position, _U.id)
)
PICTURES_BY_ID: Select[Any] = _PICTURES.where(_U.product_id.in_(_IDS))
# A stretch of ids, for whoever reads the whole shop a part at a time.
_FIRST: BindParameter[Any] = bindparam("first")
_LAST: BindParameter[Any] = bindparam("last")
OFFERS_BETWEEN: Select[Any] = OFFERS.where(P.id.between(_FIRST, _LAST))
PICTURES_BETWEEN: Select[Any] = _PICTURES.where(_U.product_id.between(_FIRST, _LAST))
# All of one product, and of those around it the first, which is all that their cards show. With a
# name for each id the SQL is always the same text; a list of any length is written anew each time.
_SHOWN = ("own", *(f"related_{number}" for number in range(RELATED)))
PICTURES_AROUND: Select[Any] = _PICTURES.where(
    _U.product_id.in_([bindparam(name) for name in _SHOWN]),
    or_(_U.product_id == bindparam("own"), _U.position <= 1),
)


def around(shown: Sequence[int]) -> dict[str, int]:
    """What PICTURES_AROUND asks for: a product's id, followed by those of its neighbours."""
    return {
        name: shown[number] if number < len(shown) else shown[0]
        for number, name in enumerate(_SHOWN)
    }


_IS_ON_SALE = select(V.id).where(V.product_id == P.id, V.is_sold.is_(True)).exists()
LISTED: Select[Any] = select(P.id, P.slug, P.updated_at).where(P.state == "published", _IS_ON_SALE)
LISTED_BETWEEN: Select[Any] = LISTED.where(P.id.between(_FIRST, _LAST)).order_by(P.id)
CATEGORIES: Select[Any] = (
    select(C.slug, C.name, C.description, func.count(P.id))
    .select_from(Category.__table__)
    .outerjoin(Product.__table__, and_(P.category_id == C.id, P.state == "published", _IS_ON_SALE))
    .group_by(C.id)
    .order_by(C.position, C.id)
)
VARIANTS: Select[Any] = (
    select(
        V.sku,
        P.id,
        P.category_id,
        P.slug,
        P.name,
        V.name,
        V.price_cents,
        V.prior_cents,
        V.currency,
        V.net_content,
        V.net_unit,
        V.weight_grams,
        V.tax_class,
        and_(V.is_sold.is_(True), P.state == "published"),
    )
    .join(Product.__table__, P.id == V.product_id)
    .where(V.sku.in_(_SKUS))
)
PICTURES: Select[Any] = select(PIC.id, *PICTURE_COLUMNS).where(PIC.id.in_(_IDS))
PICTURE_BY_FILE: Select[Any] = (
    select(*PICTURE_COLUMNS).where(PIC.file == bindparam("file")).order_by(PIC.id.desc()).limit(1)
)
