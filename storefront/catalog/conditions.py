"""What filters mean in SQL, for lists and for the counts beside their filters."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, literal, or_

from .. import inventory
from .filters import Filters
from .statements import C, P, V

Conditions = tuple[ColumnElement[bool], ...]

# Which of the BANDS a size belongs to; what is neither poured nor weighed is a piece.
BAND = case(
    (or_(V.net_unit == "", V.net_content.is_(None)), "piece"),
    (V.net_content <= 100, "small"),
    (V.net_content <= 500, "medium"),
    else_="large",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a list is asked, without the words: lists of one shape share a statement."""

    chosen: frozenset[str]
    uses: int
    sizes: tuple[str, ...]
    has_least: bool
    has_most: bool

    @classmethod
    def of(cls, filters: Filters) -> "Shape":
        """The shape of these filters."""
        return cls(
            chosen=frozenset(filters.chosen),
            uses=len(filters.uses),
            sizes=filters.sizes,
            has_least=filters.least_cents is not None,
            has_most=filters.most_cents is not None,
        )


def asked_for(filters: Filters) -> dict[str, Any]:
    """The values of the statements of a shape."""
    uses = {f"use_{number}": f"%, {use},%" for number, use in enumerate(filters.uses)}
    prices = {"least": filters.least_cents, "most": filters.most_cents}
    return {"category": filters.category} | uses | prices


def of_product(shape: Shape, *, but: str = "") -> Conditions:
    """What is asked of the product itself, leaving out one kind of filter."""
    found: list[ColumnElement[bool]] = []
    if "category" in shape.chosen and but != "category":
        found.append(C.slug == bindparam("category"))
    if shape.uses and but != "use":
        words = literal(", ") + P.used_for + ","
        found.append(or_(*(words.like(bindparam(f"use_{n}")) for n in range(shape.uses))))
    return tuple(found)


def of_size(shape: Shape, *, but: str = "") -> Conditions:
    """What is asked of one and the same size, leaving out one kind of filter."""
    found: list[ColumnElement[bool]] = []
    if shape.sizes and but != "size":
        found.append(BAND.in_(shape.sizes))
    if shape.has_least and but != "price":
        found.append(V.price_cents >= bindparam("least"))
    if shape.has_most and but != "price":
        found.append(V.price_cents <= bindparam("most"))
    if "in_stock" in shape.chosen and but != "in_stock":
        found.append(inventory.SELLABLE > 0)
    return tuple(found)
