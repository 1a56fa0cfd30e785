"""What comes nearest to a sold-out product: the same shelf, in stock, by net content.

Which size of a product is compared is what its card shows: the cheapest. Nearest is whose net
content differs least in the same unit; of two that are equally near, the cheaper one, then the one
that stands first in the shop. A product without net content has nothing that is near to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, case, func, select

from .. import inventory
from ..database import db
from ..pages import settings
from .models import Product, Variant
from .pairings import MOST_SHOWN, PairingView, pair, said_of, wanted
from .queries import cards_of, pictures_of, read_pictures
from .statements import OFFER_COLUMNS, OFFERS, OFFERS_BY_ID, OFFERS_NAMED, P, S, V
from .views import ProductCardView, media_base

_AVAILABLE = OFFER_COLUMNS - 5  # where a row says how many can be bought
_SKU, _PRICE = 7, 9

_OUT = cast(Table, Variant.__table__).alias("sold_out")
_OF = cast(Table, Product.__table__).alias("sold_out_product")
_SKUS: BindParameter[Any] = bindparam("skus", expanding=True)
# Kits are joined and not asked one by one: a shelf may hold many sizes.
_LEFT: ColumnElement[Any] = case(
    (S.is_kit, func.coalesce(inventory.KIT_UNITS.c.units, 0)),
    else_=inventory.free(cast(Table, inventory.Stock.__table__)),
)
_NEAR = (
    select(
        _OUT.c.product_id.label("of"),
        V.product_id,
        V.sku,
        func.row_number()
        .over(
            partition_by=_OUT.c.product_id,
            order_by=(
                func.abs(V.net_content - _OUT.c.net_content), V.price_cents, P.position, P.id, V.id,
            ),
        )
        .label("place"),
    )
    .select_from(_OUT)
    .join(_OF, _OF.c.id == _OUT.c.product_id)
    .join(
        Product.__table__,
        and_(P.category_id == _OF.c.category_id, P.state == "published", P.id != _OF.c.id),
    )
    .join(
        Variant.__table__,
        and_(V.product_id == P.id, V.is_sold.is_(True), V.net_unit == _OUT.c.net_unit),
    )
    .join(inventory.Stock.__table__, S.sku == V.sku)
    .outerjoin(inventory.KIT_UNITS, inventory.KIT_UNITS.c.kit_sku == V.sku)
    .where(_OUT.c.sku.in_(_SKUS), _OUT.c.net_content > 0, V.net_content > 0, _LEFT > 0)
    .subquery()
)  # fmt: skip
_NEAREST = OFFERS.join(_NEAR, and_(_NEAR.c.product_id == P.id, _NEAR.c.place == 1)).add_columns(
    _NEAR.c.of, _NEAR.c.sku
)


@dataclass(frozen=True, slots=True)
class Near:
    """The product and the size of it that come nearest to a sold-out product."""

    product_id: int
    sku: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What a text offers at this moment, by product id.

    cards are of what is on sale, and of what comes nearest to those that are sold out; pairings go
    with what can be bought, and have no card.
    """

    cards: Mapping[int, ProductCardView]
    nearest: Mapping[int, Near]
    pairings: tuple[PairingView, ...]


def cards_and_nearest(
    product_ids: Iterable[int],
) -> tuple[Mapping[int, ProductCardView], Mapping[int, Near]]:
    """Id → card of what is on sale, and id → what comes nearest to those that are sold out.

    The cards hold also what comes nearest. In two statements, in three while something is sold out.
    """
    found = offered(product_ids, {})
    return found.cards, found.nearest


def offered(product_ids: Iterable[int], goes_with: Mapping[int, str]) -> Offered:
    """Cards, what comes nearest, and what goes with them and is none of them.

    goes_with is id → field of some of the products, in the order that counts. In two statements, in
    three while something is sold out: what goes with them comes with the rows of the cards.
    """
    ids = sorted(set(product_ids))
    if not ids:
        return Offered({}, {}, ())
    named = _named(ids, wanted(goes_with.values()))
    rows = [row for row in named if row[0] in ids]
    near = _nearest(_sold_out(rows))
    there = {(row[0], row[_SKU]) for row in rows}
    for row in near:
        if (row[0], row[_SKU]) not in there:
            there.add((row[0], row[_SKU]))
            rows.append(row)
    pictures = pictures_of(read_pictures(sorted({row[0] for row in rows})), media_base())
    cards = cards_of(rows, pictures, settings().STOREFRONT_LOW_STOCK)
    said = said_of(goes_with, cards)
    pairs = pair(said, named, without={*ids, *cards}, most=MOST_SHOWN) if said else ()
    return Offered(cards, {row[-2]: Near(row[0], row[-1]) for row in near}, pairs)


def _named(ids: list[int], names: list[str]) -> Sequence[Any]:
    """Offers of these products, and of those at these addresses where there are any."""
    if not names:
        return db.read(OFFERS_BY_ID, {"ids": ids}).all()
    return db.read(OFFERS_NAMED, {"ids": ids, "names": names}).all()


def _sold_out(rows: Sequence[Any]) -> list[str]:
    """The SKU that stands for each product of which nothing can be bought."""
    sizes: dict[int, list[Any]] = {}
    for row in rows:
        sizes.setdefault(row[0], []).append(row)
    return [
        min(own, key=lambda row: row[_PRICE])[_SKU]
        for own in sizes.values()
        if all(row[_AVAILABLE] <= 0 for row in own)
    ]


def _nearest(skus: list[str]) -> Sequence[Any]:
    return db.read(_NEAREST, {"skus": skus}).all() if skus else ()
