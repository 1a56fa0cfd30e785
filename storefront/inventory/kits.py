"""Kits: articles without a stock of their own, made of units of others when they are sold.

A kit is bought as one line of an order; what is held, sold and put back are its parts, each in
SKU order with everybody else. What a kit was made of is written down with the order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from ..database import db, require_transaction
from ..errors import Refusal
from ..pages import drop_pages
from .models import KitPart, KitSold, Stock
from .refusals import ChangedMeanwhile, UnknownStock

Parts = dict[str, dict[str, int]]  # kit → part → units of it in one kit
MOST_PARTS = 20
MOST_OF_A_PART = 999


class KitOfKit(Refusal):
    """A part is a kit itself, or the article that shall be a kit is part of one."""

    def __init__(self, sku: str, *, is_part: bool) -> None:
        self.sku = sku
        super().__init__(
            f"{sku} is a part of another kit, so it cannot be a kit itself."
            if is_part
            else f"{sku} is a kit itself, so it cannot be a part. Name its parts instead."
        )


class KitHasUnits(Refusal):
    """The article that shall be a kit still has units on the shelf of its own."""

    def __init__(self, sku: str, on_hand: int) -> None:
        self.sku, self.on_hand = sku, on_hand
        super().__init__(
            f"There are still {on_hand} of {sku} on the shelf. Book them out, or unpack them and"
            " book their parts in; then make it a kit."
        )


class KitInLots(Refusal):
    """The article that shall be a kit is kept in lots; some of it may still have to be packed."""

    def __init__(self, sku: str) -> None:
        self.sku = sku
        super().__init__(
            f"{sku} is kept in lots. Pack what was sold of it and end its lots; then make it a kit."
        )


def make_kit(sku: str, parts: Mapping[str, int], *, seen: Mapping[str, int] | None = None) -> None:
    """Makes a SKU a kit of so many units of each part; without parts it has its own stock again.

    With seen only while it is made of what was seen. Raises UnknownStock, KitOfKit, KitInLots,
    KitHasUnits or ChangedMeanwhile, and then nothing has changed.
    """
    session = require_transaction()
    found = _locked({sku, *parts})
    if seen is not None and parts_of([sku]).get(sku, {}) != seen:
        raise ChangedMeanwhile(sku)
    for part in sorted(parts):
        if part == sku or found[part].is_kit:
            raise KitOfKit(part, is_part=False)
    is_part = session.scalar(select(KitPart.kit_sku).where(KitPart.part_sku == sku).limit(1))
    if parts and is_part is not None:
        raise KitOfKit(sku, is_part=True)
    if parts and found[sku].lots_from is not None:
        raise KitInLots(sku)
    if parts and found[sku].on_hand:
        raise KitHasUnits(sku, found[sku].on_hand)
    session.execute(delete(KitPart).where(KitPart.kit_sku == sku))
    session.execute(update(Stock).where(Stock.sku == sku).values(is_kit=bool(parts)))
    if parts:
        rows = [{"kit_sku": sku, "part_sku": p, "units": parts[p]} for p in sorted(parts)]
        session.execute(insert(KitPart), rows)
    drop_pages()


def parts_of(skus: Iterable[str]) -> Parts:
    """Kit → part → units, for those of these SKUs that are kits now."""
    rows = db.session.execute(
        select(KitPart.kit_sku, KitPart.part_sku, KitPart.units)
        .where(KitPart.kit_sku.in_(list(skus)))
        .order_by(KitPart.kit_sku, KitPart.part_sku)
    )
    return _by_kit(rows)


def kits_with(skus: Iterable[str]) -> dict[str, list[str]]:
    """Part → kits that it is in now, for those of these SKUs that are in one."""
    rows = db.session.execute(
        select(KitPart.part_sku, KitPart.kit_sku)
        .where(KitPart.part_sku.in_(list(skus)))
        .order_by(KitPart.part_sku, KitPart.kit_sku)
    )
    found: dict[str, list[str]] = {}
    for part, kit in rows:
        found.setdefault(part, []).append(kit)
    return found


def parts_as_sold(reference: str, quantities: Mapping[str, int]) -> dict[str, int]:
    """SKU → units that an order took for these articles, kits by what they were made of then."""
    return parts_as_sold_by({reference: quantities})[reference]


def parts_as_sold_by(orders: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Reference → SKU → units that the order took for its articles; one statement for all."""
    kits = _as_sold(orders)
    return {one: unpacked(goods, kits.get(one, {})) for one, goods in orders.items()}


def unpack_for(reference: str, quantities: Mapping[str, int]) -> dict[str, int]:
    """SKU → units to take for an order, summed over its articles, and writes down what kits held.

    An order that took a kit before takes the same parts again.
    """
    known = _as_sold([reference]).get(reference, {})
    new = parts_of(sku for sku in quantities if sku not in known)
    rows = [
        {"reference": reference, "kit_sku": kit, "part_sku": part, "units": units}
        for kit, parts in new.items()
        for part, units in parts.items()
    ]
    if rows:
        require_transaction().execute(insert(KitSold), rows)
    return unpacked(quantities, known | new)


def unpacked(quantities: Mapping[str, int], kits: Parts) -> dict[str, int]:
    """The same goods with each kit taken apart; units of a SKU are summed over all of them."""
    found: Counter[str] = Counter()
    for sku, quantity in quantities.items():
        for part, units in kits.get(sku, {sku: 1}).items():
            found[part] += quantity * units
    return dict(found)


def _as_sold(references: Iterable[str]) -> dict[str, Parts]:
    sold = KitSold
    rows = db.session.execute(
        select(sold.reference, sold.kit_sku, sold.part_sku, sold.units).where(
            sold.reference.in_(list(references))
        )
    )
    found: dict[str, Parts] = {}
    for reference, kit, part, units in rows:
        found.setdefault(reference, {}).setdefault(kit, {})[part] = units
    return found


def _by_kit(rows: Iterable[Any]) -> Parts:
    found: Parts = {}
    for kit, part, units in rows:
        found.setdefault(kit, {})[part] = units
    return found


def _locked(skus: Iterable[str]) -> dict[str, Stock]:
    """The stocks, each locked in SKU order as everywhere; raises UnknownStock."""
    session = require_transaction()
    found = {}
    for sku in sorted(skus):
        query = select(Stock).where(Stock.sku == sku).with_for_update()
        stock = session.scalar(query, execution_options={"populate_existing": True})
        if stock is None:
            raise UnknownStock(sku)
        found[sku] = stock
    return found
