"""Verbs of packing: units of an order leave lots, the first to expire first, and come back to them.

A stock falls when an order is paid, its lots when it is packed. Between the two, the units lie on
the shelf and belong to somebody; docs/decisions/0010-lots.md says how the books add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy import select

from ..database import db, require_transaction
from ..errors import Refusal
from .kits import parts_as_sold
from .lot_books import due, lock_stock, lot_words, move, of_parcel, packed, refresh_blocked
from .lot_models import Lot
from .models import StockMovement


class NoUsableLot(Refusal):
    """The lots that may be packed have fewer units than an order needs."""

    def __init__(self, sku: str, wanted: int, left: int) -> None:
        self.sku, self.wanted, self.left = sku, wanted, left
        there = f"only {left} of {wanted} are" if left else f"none of {wanted} is"
        super().__init__(f"{sku}: {there} in a lot that may be packed. See the lots of {sku}.")


class NotFromThisLot(Refusal):
    """The lot that somebody chose cannot give what they said."""

    status = 409

    def __init__(self, sku: str, why: str) -> None:
        self.sku = sku
        super().__init__(f"{sku}: {why} Nothing was packed.")


@dataclass(frozen=True, slots=True)
class Choice:
    """A lot that somebody has in their hands, and the units taken from it; 0 for all that fit."""

    lot_id: int
    units: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """Units to take from a lot, or taken from it; code is '' for units without a lot."""

    sku: str
    lot_id: int
    code: str
    expires_on: date | None
    units: int


def allocate(
    reference: str,
    quantities: Mapping[str, int] | None = None,
    *,
    chosen: Mapping[str, Choice] | None = None,
    parcel_id: int | None = None,
    actor: str = "",
) -> list[Pick]:
    """Takes what is packed of an order out of lots, the first to expire first; returns what left.

    quantities: SKU → units of the order that are packed by now, in total, so that asking again
    takes nothing twice and a second parcel takes the rest; without it, all that was sold to the
    order. A kit stands for its parts. chosen: SKU → the lot that staff take first; the rest comes
    from the others as proposed. A SKU without lots is left alone, and so are units that were sold
    before it was kept in lots.

    Raises NoUsableLot when lots that are neither quarantined nor too short have fewer units, or
    NotFromThisLot, and then the caller's transaction must roll back.
    """
    taken: list[Pick] = []
    wanted = _units(reference, quantities)
    for sku in sorted(wanted):
        lots_from = lock_stock(sku)
        if lots_from is None:
            continue
        units = due(sku, reference, lots_from)
        total = wanted[sku]
        if total is not None:
            units = min(units, total - sum(out for _, out in packed(sku, reference)))
        taken += _picks(sku, units, (chosen or {}).get(sku))
    book = partial(move, reason="packed", reference=reference, actor=actor, parcel_id=parcel_id)
    for pick in taken:
        book(pick.lot_id, -pick.units)
    return taken


def deallocate(
    reference: str,
    quantities: Mapping[str, int] | None = None,
    *,
    parcel_id: int | None = None,
    actor: str = "",
) -> None:
    """Puts what was packed of an order back into its lots, the latest first; twice does it once.

    quantities: SKU → units that stay packed, in total; without it, none of any SKU. What is named
    as a parcel's goes back to the lots that this parcel was packed from. For goods that
    the shopper sent back there is put_back, which counts them as stock again as well.
    """
    stays = _units(reference, quantities)
    book = partial(move, reason="unpacked", reference=reference, actor=actor, parcel_id=parcel_id)
    for sku in sorted(stays):
        if lock_stock(sku) is None:
            continue
        out = dict(packed(sku, reference))
        back = sum(out.values()) - (stays[sku] or 0)
        own = of_parcel(sku, parcel_id) if parcel_id else []
        for lot_id, units in (*own, *out.items()):
            share = min(units, out.get(lot_id, 0), back)
            if share > 0:
                book(lot_id, share)
                out[lot_id] -= share
                back -= share
        refresh_blocked(sku)


def suggest(quantities: Mapping[str, int]) -> list[Pick]:
    """What allocate() would take now for units not packed yet, for a pick list; changes nothing.

    Less than was asked where usable lots have less; SKUs without lots are left out. One statement.
    """
    left = dict(quantities)
    found = []
    for pick in usable_lots(*left):
        units = min(pick.units, left[pick.sku])
        if units > 0:
            found.append(Pick(pick.sku, pick.lot_id, pick.code, pick.expires_on, units))
            left[pick.sku] -= units
    return found


def _picks(sku: str, units: int, choice: Choice | None) -> list[Pick]:
    """Lots for these units, the chosen one first; raises NoUsableLot, NotFromThisLot."""
    if units <= 0:
        return []
    there = {lot.lot_id: lot for lot in usable_lots(sku)}
    shares: dict[int, int] = {}
    if choice is not None:
        shares[choice.lot_id] = _share(sku, units, choice, there.get(choice.lot_id))
    left = units - sum(shares.values())
    for lot_id, lot in there.items():
        share = min(lot.units - shares.get(lot_id, 0), left)
        if share > 0:
            shares[lot_id] = shares.get(lot_id, 0) + share
            left -= share
    if left:
        raise NoUsableLot(sku, units, units - left)
    return [replace(there[lot_id], units=share) for lot_id, share in shares.items()]


def _share(sku: str, units: int, choice: Choice, lot: Pick | None) -> int:
    """Units that the chosen lot gives to a parcel of so many; raises NotFromThisLot."""
    if lot is None:
        raise NotFromThisLot(sku, _why_not(sku, choice.lot_id))
    wanted = choice.units or min(units, lot.units)
    if wanted > lot.units:
        raise NotFromThisLot(sku, f"{lot_words(lot.code)} has only {lot.units} left.")
    if wanted > units:
        raise NotFromThisLot(sku, f"only {units} of it go into this parcel, not {wanted}.")
    return wanted


def _why_not(sku: str, lot_id: int) -> str:
    lot = db.session.get(Lot, lot_id, populate_existing=True)
    if lot is None or lot.sku != sku:
        return "there is no such lot of it."
    if lot.state == "quarantined":
        return f"{lot_words(lot.code)} is quarantined{f' ({lot.note})' if lot.note else ''}."
    if lot.is_short:
        return f"{lot_words(lot.code)} is too near its expiry date, {lot.expires_on}."
    return f"{lot_words(lot.code)} has none left."


def usable_lots(*skus: str) -> list[Pick]:
    """Lots with something left that may be packed, the first to expire first, no date last."""
    rows = db.session.execute(
        select(Lot.sku, Lot.id, Lot.code, Lot.expires_on, Lot.units)
        .where(Lot.sku.in_(skus), Lot.units > 0, Lot.state == "usable", Lot.is_short.is_(False))
        .order_by(Lot.sku, Lot.code == "", Lot.expires_on.is_(None), Lot.expires_on, Lot.id)
    )
    return [Pick(*row) for row in rows]


def _units(reference: str, quantities: Mapping[str, int] | None) -> Mapping[str, int | None]:
    """SKU → units asked for, kits taken apart; None for each that was sold, if nothing was said."""
    if quantities is not None:
        return parts_as_sold(reference, quantities)
    rows = require_transaction().scalars(
        select(StockMovement.sku)
        .where(StockMovement.reference == reference, StockMovement.reason == "sold")
        .distinct()
    )
    return dict.fromkeys(rows)
