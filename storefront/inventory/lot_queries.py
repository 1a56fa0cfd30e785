"""Reads of the lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from ..database import db, one_page
from ..local_time import today
from .lot_books import OF_ORDERS
from .lot_models import Lot, LotMovement
from .models import Stock
from .packing import Pick

PER_PAGE = 50
#: What the list of lots can be narrowed to.
SHOWN = ("here", "expiring", "blocked", "undated", "all")
SORTS = ("expires", "received", "sku", "units")


@dataclass(frozen=True, slots=True)
class FoundLots:
    """One page of a list; total counts the lots on all of its pages."""

    lots: Sequence[Lot]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class LotKeeping:
    """How a SKU is kept, and its sums; short is what was promised beyond what may be packed."""

    sku: str
    is_kept: bool
    shelf_life_days: int
    on_hand: int
    held: int
    blocked: int

    @property
    def short(self) -> int:
        """Units that orders and open payments wait for and no usable lot has."""
        return max(self.held + self.blocked - self.on_hand, 0) if self.is_kept else 0


@dataclass(frozen=True, slots=True)
class LotHolder:
    """An order that units of a lot went to; returned ones are taken off."""

    reference: str
    units: int
    packed_at: datetime


def lots(
    text: str = "", *, shown: str = "here", sort: str = "expires", page: int = 1, days: int = 60
) -> FoundLots:
    """Lots whose code or SKU has this text in it, two statements; a page past the end is the last.

    'expiring' are those here that expire within so many days, or have.
    """
    wanted = select(Lot).where(*_narrowed(shown, days))
    if text.strip():
        columns = (Lot.code, Lot.sku)
        wanted = wanted.where(or_(*(c.icontains(text.strip(), autoescape=True) for c in columns)))
    rows, total, page, pages = one_page(_sorted(wanted, sort), page, per_page=PER_PAGE)
    found = db.session.scalars(rows, execution_options={"populate_existing": True}).all()
    return FoundLots(found, total, page, pages)


def lot(lot_id: int) -> Lot | None:
    """One lot, fresh from the database."""
    return db.session.get(Lot, lot_id, populate_existing=True)


def lots_of(sku: str) -> Sequence[Lot]:
    """The lots of a SKU that have something left, in the order in which they are packed."""
    fefo = (Lot.code == "", Lot.expires_on.is_(None), Lot.expires_on, Lot.id)
    query = select(Lot).where(Lot.sku == sku, Lot.units > 0).order_by(*fefo)
    return db.session.scalars(query, execution_options={"populate_existing": True}).all()


def lot_book(lot_id: int, *, most: int = 200) -> Sequence[LotMovement]:
    """What came into a lot and went out of it, the latest first."""
    query = select(LotMovement).where(LotMovement.lot_id == lot_id)
    return db.session.scalars(query.order_by(LotMovement.id.desc()).limit(most)).all()


def lot_keeping(sku: str) -> LotKeeping | None:
    """How a SKU is kept; None for an unknown one."""
    found = db.session.execute(_keeping().where(Stock.sku == sku)).first()
    return LotKeeping(*found) if found else None


def lot_keepings(skus: Collection[str]) -> dict[str, LotKeeping]:
    """SKU → how it is kept; unknown ones are left out."""
    rows = db.session.execute(_keeping().where(Stock.sku.in_(skus)))
    return {row[0]: LotKeeping(*row) for row in rows}


def short_of_lots() -> list[LotKeeping]:
    """SKUs of which more was promised than lots have that may be packed."""
    is_short = and_(Stock.lots_from.is_not(None), Stock.held + Stock.blocked > Stock.on_hand)
    rows = db.session.execute(_keeping().where(is_short).order_by(Stock.sku))
    return [LotKeeping(*row) for row in rows]


def lots_in(reference: str) -> list[Pick]:
    """The lots that the units of an order came from."""
    out = -func.sum(LotMovement.change)
    rows = db.session.execute(
        select(Lot.sku, Lot.id, Lot.code, Lot.expires_on, out)
        .join(LotMovement, LotMovement.lot_id == Lot.id)
        .where(LotMovement.reference == reference, LotMovement.reason.in_(OF_ORDERS))
        .group_by(Lot.sku, Lot.id, Lot.code, Lot.expires_on)
        .having(out > 0)
        .order_by(Lot.sku, Lot.id)
    )
    return [Pick(sku, id_, code, day, int(units)) for sku, id_, code, day, units in rows]


def lots_in_parcels(parcel_ids: Collection[int]) -> dict[int, list[Pick]]:
    """Parcel id → the lots that it was packed from, for those with goods that are in lots."""
    out = -func.sum(LotMovement.change)
    rows = db.session.execute(
        select(LotMovement.parcel_id, Lot.sku, Lot.id, Lot.code, Lot.expires_on, out)
        .join(LotMovement, LotMovement.lot_id == Lot.id)
        .where(LotMovement.parcel_id.in_(sorted(parcel_ids)))
        .group_by(LotMovement.parcel_id, Lot.sku, Lot.id, Lot.code, Lot.expires_on)
        .having(out > 0)
        .order_by(LotMovement.parcel_id, Lot.sku, Lot.id)
    )
    found: dict[int, list[Pick]] = {}
    for parcel_id, sku, lot_id, code, day, units in rows:
        found.setdefault(int(parcel_id or 0), []).append(Pick(sku, lot_id, code, day, int(units)))
    return found


def who_got(lot_id: int) -> list[LotHolder]:
    """Orders that have units of a lot, by the day on which they were packed first."""
    out = -func.sum(LotMovement.change)
    first = func.min(LotMovement.id)
    rows = db.session.execute(
        select(LotMovement.reference, out, func.min(LotMovement.moved_at))
        .where(LotMovement.lot_id == lot_id, LotMovement.reason.in_(OF_ORDERS))
        .group_by(LotMovement.reference)
        .having(out > 0)
        .order_by(first)
    )
    return [LotHolder(reference, int(units), at) for reference, units, at in rows]


def _narrowed(shown: str, days: int) -> list[ColumnElement[bool]]:
    is_here = Lot.units > 0
    return {
        "expiring": [is_here, Lot.expires_on <= today() + timedelta(days=days)],
        "blocked": [is_here, Lot.is_short | (Lot.state == "quarantined")],
        "undated": [is_here, Lot.expires_on.is_(None)],
        "all": [Lot.code != ""],
    }.get(shown, [is_here])


def _sorted(wanted: Select[Any], sort: str) -> Select[Any]:
    order: dict[str, tuple[Any, ...]] = {
        "received": (Lot.id.desc(),),
        "sku": (Lot.sku, Lot.id),
        "units": (Lot.units.desc(), Lot.id),
    }
    by_day = (Lot.expires_on.is_(None), Lot.expires_on, Lot.id)
    return wanted.order_by(*order.get(sort, by_day))


def _keeping() -> Select[str, bool, int, int, int, int]:
    is_kept = Stock.lots_from.is_not(None)
    sums = (Stock.on_hand, Stock.held, Stock.blocked)
    return select(Stock.sku, is_kept, Stock.shelf_life_days, *sums)
