"""Products that go together, with the editor's reason.

`goes_with` is a line for each: the other product's slug, a colon, the reason. A slug that the other
product once had leads to it for ever, so renaming breaks nothing; one that leads nowhere shows
nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select

from ..database import db
from ..money import UnitPrice
from ..pages import settings
from .drafts import BadField
from .models import Product
from .queries import cards_of
from .slugs import LONGEST_SLUG, SLUG
from .statements import OFFERS_NAMED
from .views import ProductCardView

MOST_PAIRS = 6
MOST_SHOWN = 3  # beside what is not the page of one product
#: What carts and orders remember, as they do a guide's block, of what was put there because it goes
#: with something: from the end of the guide itself, or from the cart, where it stood beside an
#: article that came from the guide.
BELOW_GUIDE = "pairings"
IN_CART = "in-cart"
_LONGEST_REASON = 200
_APART = "\x1e"  # a line end to splitlines(), so it is within no line of a field


@dataclass(frozen=True, slots=True)
class PairingView:
    """A product that goes with another: why, and its cheapest size that can be bought now.

    beside is the product that it goes with, by id, and beside_name its name.
    """

    slug: str
    name: str
    reason: str
    sku: str
    size: str
    price_cents: int
    currency: str
    unit_price: UnitPrice | None
    beside: int
    beside_name: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the field of a product says, by its id and name."""

    product_id: int
    name: str
    goes_with: str


def goes_with(written: str) -> str:
    """The rule of the field: slug, colon and reason in each line; raises BadField."""
    pairs: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in written.splitlines())):
        slug, colon, reason = (part.strip() for part in line.partition(":"))
        if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG or not (colon and reason):
            raise BadField(
                f"“{line[:40]}” is no pairing.",
                "Write the address of the other product, a colon and why, such as"
                " bath-flakes: For the days between.",
            )
        if len(reason) > _LONGEST_REASON:
            raise BadField(
                f"The reason for {slug} is {len(reason)} characters long.",
                f"Write at most {_LONGEST_REASON}.",
            )
        if slug in pairs:
            raise BadField(f"{slug} is named twice.", "Write it once.")
        pairs[slug] = reason
    if len(pairs) > MOST_PAIRS:
        raise BadField(f"has {len(pairs)} lines.", f"Write at most {MOST_PAIRS}.")
    return "\n".join(f"{slug}: {reason}" for slug, reason in pairs.items())


def pairings(
    said: Iterable[Said], *, without: Collection[int] = (), most: int = MOST_PAIRS
) -> tuple[PairingView, ...]:
    """What goes with products whose fields say this, in one statement at most, as in pair()."""
    fields = list(said)
    names = wanted(one.goes_with for one in fields)
    if not names:
        return ()
    rows = db.read(OFFERS_NAMED, {"ids": [], "names": names}).all()
    return pair(fields, rows, without=without, most=most)


def pairings_of(product_ids: Collection[int], *, most: int = MOST_SHOWN) -> tuple[PairingView, ...]:
    """What goes with these products and is none of them, in two statements at most."""
    ids = sorted(set(product_ids))
    if not ids:
        return ()
    query = select(Product.id, Product.name, Product.goes_with)
    rows = db.read(query.where(Product.id.in_(ids), Product.goes_with != ""))
    said = {row.id: Said(*row) for row in rows}
    in_order = [said[id_] for id_ in product_ids if id_ in said]
    return pairings(in_order, without=ids, most=most)


def wanted(fields: Iterable[str]) -> list[str]:
    """The slugs that fields name, each once."""
    return list(dict.fromkeys(slug for field in fields for slug, _ in _lines(field)))


def pair(
    said: Iterable[Said], rows: Iterable[Any], *, without: Collection[int], most: int
) -> tuple[PairingView, ...]:
    """What goes with these, of rows of OFFERS_NAMED, in the order in which it was said.

    Each product once, with the first reason; those that are sold out or not on sale, and those of
    these ids, are left out.
    """
    rows = list(rows)
    cards = cards_of(rows, {}, settings().STOREFRONT_LOW_STOCK)
    called = {slug: row[0] for row in rows if row[-1] for slug in row[-1].split(",")}
    called |= {row[1]: row[0] for row in rows}  # who has an address now comes before who had it
    found: dict[int, PairingView] = {}
    for one in said:
        for slug, reason in _lines(one.goes_with):
            card = cards.get(called.get(slug, 0))
            if card and not card.is_sold_out and card.id not in without:
                found.setdefault(card.id, _view(card, reason, one))
    return tuple(found.values())[:most]


def said_by(product_ids: Select[Any]) -> ColumnElement[str]:
    """A column with what the fields of these products say, for read_said()."""
    fields = func.aggregate_strings(cast(Product.id, String) + "\n" + Product.goes_with, _APART)
    return (
        select(fields).where(Product.id.in_(product_ids), Product.goes_with != "").scalar_subquery()
    )


def read_said(column: str | None) -> dict[int, str]:
    """Id → field of each product that says something."""
    parts = (part.partition("\n") for part in (column or "").split(_APART) if part)
    return {int(id_): field for id_, _, field in parts}


def fields_of(product_ids: Collection[int]) -> dict[int, str]:
    """The same for these products, in a statement of its own."""
    query = select(Product.id, Product.goes_with)
    rows = db.read(query.where(Product.id.in_(product_ids), Product.goes_with != ""))
    return {row.id: row.goes_with for row in rows}


def said_of(fields: Mapping[int, str], cards: Mapping[int, ProductCardView]) -> list[Said]:
    """The fields of those that can be bought now, with their names.

    What goes with a product that is sold out helps nobody who would buy both.
    """
    return [
        Said(id_, cards[id_].name, field)
        for id_, field in fields.items()
        if id_ in cards and not cards[id_].is_sold_out
    ]


def _lines(field: str) -> Iterable[tuple[str, str]]:
    for line in field.splitlines():
        slug, _, reason = line.partition(": ")
        yield slug, reason


def _view(card: ProductCardView, reason: str, beside: Said) -> PairingView:
    offer = card.cheapest
    return PairingView(
        card.slug, card.name, reason, offer.sku, offer.name, offer.price_cents, offer.currency,
        offer.unit_price, beside.product_id, beside.name,
    )  # fmt: skip
