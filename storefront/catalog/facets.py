"""The counts beside the filters of a list, in one statement: what each choice would leave."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all

from .. import inventory
from ..database import db
from .conditions import BAND, Shape, asked_for, of_product, of_size
from .filters import BANDS, Filters
from .models import Category, Product, Variant
from .statements import C, P, S, V

_BAND_WORDS = {
    "small": "Up to 100 ml or g",
    "medium": "101 to 500 ml or g",
    "large": "Over 500 ml or g",
    "piece": "Sets and single pieces",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick; count says how many products it would show beside the other filters."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """What a list can be narrowed by; groups with nothing to choose are empty.

    categories counts by slug; the prices are the lowest and the highest, None without any.
    given_up says how many products there were without one of the filters in use.
    """

    categories: dict[str, int]
    uses: tuple[Choice, ...]
    sizes: tuple[Choice, ...]
    in_stock: int
    lowest_cents: int | None
    highest_cents: int | None
    given_up: dict[str, int]


def facets(filters: Filters) -> Facets:
    """The choices beside a list, in one statement."""
    found: dict[str, dict[str, int | None]] = {}
    for kind, value, number in db.read(_statement(Shape.of(filters)), asked_for(filters)):
        found.setdefault(kind, {})[value] = number
    counts = {kind: {v: n or 0 for v, n in rows.items()} for kind, rows in found.items()}
    prices = found.get("price", {})
    return Facets(
        categories=counts.get("category", {}),
        uses=_uses(counts.get("use", {}), filters.uses),
        sizes=_sizes(counts.get("size", {}), filters.sizes),
        in_stock=counts["in_stock"][""],
        lowest_cents=prices.get("lowest"),
        highest_cents=prices.get("highest"),
        given_up=counts.get("given_up", {}),
    )


def _uses(counts: dict[str, int], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    """Products are counted by all of their words together, which are then told apart."""
    by_word: Counter[str] = Counter(dict.fromkeys(chosen, 0))
    for words, number in counts.items():
        by_word.update(dict.fromkeys(words.split(", "), number))
    ordered = sorted(by_word.items())
    return tuple(Choice(word, use_label(word), n, word in chosen) for word, n in ordered)


def _sizes(counts: dict[str, int], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    shown = [band for band in BANDS if band in counts or band in chosen]
    if len(shown) < 2 and not chosen:
        return ()
    return tuple(Choice(b, band_label(b), counts.get(b, 0), b in chosen) for b in shown)


def use_label(word: str) -> str:
    """A use as a list writes it: Legs and arms."""
    return word[:1].upper() + word[1:]


def band_label(band: str) -> str:
    """One of the BANDS in words."""
    return _BAND_WORDS[band]


@lru_cache  # as many as lists have shapes
def _statement(shape: Shape) -> Any:
    one = literal("")
    parts = [
        _count(shape, "category", C.slug).group_by(C.slug),
        _count(shape, "use", P.used_for).where(P.used_for != "").group_by(P.used_for),
        _count(shape, "size", BAND).group_by(BAND),
        _count(shape, "in_stock", one).where(inventory.SELLABLE > 0),
        _rows(shape, "price", literal("lowest"), func.min(V.price_cents)),
        _rows(shape, "price", literal("highest"), func.max(V.price_cents)),
    ]
    for name in sorted(shape.chosen):
        counted = _rows(shape, name, literal(name), func.count(P.id.distinct()), kind="given_up")
        parts.append(counted)
    return union_all(*parts)


def _count(shape: Shape, facet: str, value: ColumnElement[Any]) -> Select[Any]:
    return _rows(shape, facet, value, func.count(P.id.distinct()))


def _rows(
    shape: Shape, facet: str, value: ColumnElement[Any], number: Any, *, kind: str = ""
) -> Select[Any]:
    """Rows of kind, value and number, by all filters but those of this facet."""
    return (
        select(literal(kind or facet), value, number)
        .select_from(Product.__table__)
        .join(Category.__table__, C.id == P.category_id)
        .join(Variant.__table__, and_(V.product_id == P.id, V.is_sold.is_(True)))
        .outerjoin(inventory.Stock.__table__, S.sku == V.sku)
        .where(P.state == "published", *of_product(shape, but=facet), *of_size(shape, but=facet))
    )
