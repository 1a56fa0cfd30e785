"""Verbs of packing: units of an order leave lots, the first to expire first, and come back to them.

A stock falls when an order is paid, its lots when it is packed. Between the two, the units lie on
the shelf and belong to somebody; docs/decisions/0010-lots.md says how the books add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ..database import db, require_transaction
from ..errors import Refusal
from .kits import parts_as_sold
from .lot_books import due, lock_stock, move, packed, refresh_blocked
from .lot_models import Lot
from .models import StockMovement


class NoUsableLot(Refusal):
    """The lots that may be packed have fewer units than an order needs."""

    def __init__(self, sku: str, wanted: int, left: int) -> None:
        self.sku, self.wanted, self.left = sku, wanted, left
        there = f"only {left} of {wanted} are" if left else f"none of {wanted} is"
        super().__init__(f"{sku}: {there} in a lot that may be packed. See the lots of {sku}.")


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
    chosen: Mapping[str, int] | None = None,
    actor: str = "",
) -> list[Pick]:
    """Takes what is packed of an order out of lots, the first to expire first; returns what left.

    quantities: SKU → units of the order that are packed by now, in total, so that asking again
    takes nothing twice and a second parcel takes the rest; without it, all that was sold to the
    order. A kit stands for its parts. chosen: SKU → id of a lot that staff have in their hands; it
    is taken first. A SKU without lots is left alone, and so are units that were sold before it was
    kept in lots.

    Raises NoUsableLot when lots that are neither quarantined nor too short have fewer units, and
    then the caller's transaction must roll back.
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
        picks = _picks(sku, units, first=(chosen or {}).get(sku, 0))
        for pick in picks:
            move(pick.lot_id, -pick.units, reason="packed", reference=reference, actor=actor)
        taken += picks
    return taken


def deallocate(
    reference: str, quantities: Mapping[str, int] | None = None, *, actor: str = ""
) -> None:
    """Puts what was packed of an order back into its lots, the latest first; twice does it once.

    quantities: SKU → units that stay packed, in total; without it, none of any SKU. For goods that
    the shopper sent back there is put_back, which counts them as stock again as well.
    """
    stays = _units(reference, quantities)
    for sku in sorted(stays):
        if lock_stock(sku) is None:
            continue
        out = packed(sku, reference)
        back = sum(units for _, units in out) - (stays[sku] or 0)
        for lot_id, units in out:
            share = min(units, back)
            if share > 0:
                move(lot_id, share, reason="unpacked", reference=reference, actor=actor)
                back -= share
        refresh_blocked(sku)


def suggest(quantities: Mapping[str, int]) -> list[Pick]:
    """What allocate() would take now for units not packed yet, for a pick list; changes nothing.

    Less than was asked where usable lots have less; SKUs without lots are left out. One statement.
    """
    left = dict(quantities)
    found = []
    for pick in _usable(*left):
        units = min(pick.units, left[pick.sku])
        if units > 0:
            found.append(Pick(pick.sku, pick.lot_id, pick.code, pick.expires_on, units))
            left[pick.sku] -= units
    return found


def _picks(sku: str, units: int, *, first: int) -> list[Pick]:
    """Lots for these units, the named one first; raises NoUsableLot."""
    if units <= 0:
        return []
    left, picks = units, []
    for lot in sorted(_usable(sku), key=lambda lot: lot.lot_id != first):
        share = min(lot.units, left)
        if share:
            picks.append(Pick(sku, lot.lot_id, lot.code, lot.expires_on, share))
            left -= share
    if left:
        raise NoUsableLot(sku, units, units - left)
    return picks


def _usable(*skus: str) -> list[Pick]:
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
