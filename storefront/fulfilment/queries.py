"""Reads of parcels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from .. import orders
from ..database import db
from .models import Parcel, ParcelLine

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ParcelUnits:
    """One line of a parcel with what the order says about it."""

    parcel_id: int
    sku: str
    name: str
    variant: str
    units: int


def parcel(parcel_id: int) -> Parcel | None:
    """One parcel."""
    return db.session.get(Parcel, parcel_id, populate_existing=True)


def parcels(parcel_ids: Sequence[int]) -> list[Parcel]:
    """These parcels in the order in which they are named, in one statement."""
    found = db.session.scalars(select(Parcel).where(Parcel.id.in_(parcel_ids)))
    return sorted(found, key=lambda one: parcel_ids.index(one.id))


def units_of(parcel_id: int) -> dict[int, int]:
    """Line id → units in a parcel."""
    rows = db.session.execute(
        select(ParcelLine.order_line_id, ParcelLine.units).where(ParcelLine.parcel_id == parcel_id)
    )
    return {row.order_line_id: row.units for row in rows}


def contents(parcel_ids: Collection[int]) -> dict[int, list[ParcelUnits]]:
    """Parcel id → what is in it, in one statement."""
    line = orders.OrderLine
    rows = db.session.execute(
        select(ParcelLine.parcel_id, line.sku, line.name, line.variant, ParcelLine.units)
        .join(line, line.id == ParcelLine.order_line_id)
        .where(ParcelLine.parcel_id.in_(sorted(parcel_ids)))
        .order_by(ParcelLine.parcel_id, line.id)
    )
    found: dict[int, list[ParcelUnits]] = {parcel_id: [] for parcel_id in parcel_ids}
    for row in rows:
        found[row[0]].append(ParcelUnits(*row))
    return found


def parcels_of(order_id: int) -> Sequence[Parcel]:
    """The parcels of an order that were not taken apart, oldest first."""
    query = select(Parcel).where(Parcel.order_id == order_id, Parcel.state != "unpacked")
    return db.session.scalars(query.order_by(Parcel.id)).all()


def waiting(*, page: int = 1) -> Sequence[Parcel]:
    """A page of the parcels that wait for their carrier, oldest first."""
    query = select(Parcel).where(Parcel.state == "packed").order_by(Parcel.id)
    return db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()


def count_waiting() -> int:
    """How many parcels wait for their carrier."""
    return db.session.scalar(_waiting_count()) or 0


def count_both() -> tuple[int, int]:
    """How many orders are to be packed, and how many parcels to be shipped, in one statement."""
    order = orders.Order
    to_pack = select(func.count(order.id)).where(orders.is_to_pack())
    row = db.session.execute(
        select(to_pack.scalar_subquery(), _waiting_count().scalar_subquery())
    ).one()
    return row[0], row[1]


def _waiting_count() -> Select[int]:
    return select(func.count(Parcel.id)).where(Parcel.state == "packed")


def waiting_of(order_ids: Collection[int]) -> dict[int, list[Parcel]]:
    """Order id → its parcels that wait for their carrier, in one statement."""
    query = select(Parcel).where(Parcel.state == "packed", Parcel.order_id.in_(sorted(order_ids)))
    found: dict[int, list[Parcel]] = {order_id: [] for order_id in order_ids}
    for row in db.session.scalars(query.order_by(Parcel.id)):
        found[row.order_id].append(row)
    return found


def packed_with(token: str) -> Sequence[Parcel]:
    """The parcels that one press packed and that wait for their carrier, oldest first."""
    query = select(Parcel).where(Parcel.token == token, Parcel.state == "packed")
    return db.session.scalars(query.order_by(Parcel.order_id)).all() if token else ()


def shipped_with(token: str) -> Sequence[Parcel]:
    """The parcels that one press shipped, oldest first."""
    query = select(Parcel).where(Parcel.shipped_with == token, Parcel.state == "shipped")
    return db.session.scalars(query.order_by(Parcel.order_id)).all() if token else ()


def latest_carrier() -> str:
    """The carrier of the parcel that left last, '' before the first."""
    query = select(Parcel.carrier).where(Parcel.shipped_at.is_not(None), Parcel.carrier != "")
    return db.session.scalar(query.order_by(Parcel.shipped_at.desc()).limit(1)) or ""
