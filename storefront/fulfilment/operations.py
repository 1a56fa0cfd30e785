"""Verbs of parcels: pack, unpack, ship, and undo that until its letter has gone.

Each locks its order first, as refunds do, so that of a refund and a parcel that want the same
unit exactly one gets it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from .. import inventory, orders
from ..database import require_transaction, was_changed
from ..errors import Refusal
from ..signals import announce, parcel_shipped
from . import letters
from .carriers import known_name
from .models import Parcel, ParcelLine
from .queries import units_of

UNDO_FOR = timedelta(minutes=10)


class NotPaidAnyMore(Refusal):
    """The money of the order is not here, or not here any more."""

    status = 409

    def __init__(self, number: str) -> None:
        super().__init__(f"Order {number} is not paid, or not any more. Do not send it.")


class NothingToPack(Refusal):
    """All units of the order are in parcels or were refunded."""

    status = 409

    def __init__(self, number: str) -> None:
        super().__init__(f"Order {number} has nothing left to pack.")


class TooLateToUndo(Refusal):
    """The letter that tells of the parcel has gone."""

    status = 409

    def __init__(self, number: str) -> None:
        super().__init__(f"Order {number}: the shopper has the letter already.")


def pack(
    order_id: int,
    *,
    token: str,
    actor: str,
    units: Mapping[int, int] | None = None,
    chosen: Mapping[str, inventory.Choice] | None = None,
) -> Parcel | None:
    """Puts units (line id → how many; all that wait when left out) into a new parcel.

    chosen: SKU → the lot to take first instead of the one that expires first. None when this token
    has packed this order before. Raises OrderNotFound, NotPaidAnyMore, NothingToPack, NotToSend,
    NoUsableLot or NotFromThisLot; the caller's transaction then has to roll back.
    """
    session = require_transaction()
    order = _lock(order_id)
    is_done = select(Parcel.id).where(Parcel.order_id == order_id, Parcel.token == token)
    if session.scalar(is_done) is not None:
        return None
    if order.state != "paid":
        raise NotPaidAnyMore(order.number)
    wanted = orders.open_units(order_id) if units is None else units
    wanted = {line_id: count for line_id, count in wanted.items() if count}
    if not wanted:
        raise NothingToPack(order.number)
    orders.count_packed(order, wanted)
    parcel = _new_parcel(order_id, wanted, token=token, actor=actor)
    out = orders.packed_by_sku(order_id)
    inventory.allocate(order.reference, out, chosen=chosen, parcel_id=parcel.id, actor=actor)
    orders.note(order_id, "packed", actor=actor)
    session.flush()
    return parcel


def unpack(parcel_id: int, *, actor: str) -> bool:
    """Takes a parcel apart that has not left; False when it was, or has left."""
    order = _lock_order_of(parcel_id)
    if order is None or not _move(parcel_id, "packed", state="unpacked"):
        return False
    orders.count_unpacked(order, units_of(parcel_id))
    stays = orders.packed_by_sku(order.id)
    inventory.deallocate(order.reference, stays, parcel_id=parcel_id, actor=actor)
    orders.note(order.id, "unpacked", actor=actor)
    return True


def ship(parcel_id: int, *, carrier: str, tracking: str, token: str, actor: str) -> bool:
    """Hands a parcel to its carrier and writes to the shopper; False when it has left before.

    Raises NotPaidAnyMore or NotToSend, and then nothing has changed.
    """
    order = _lock_order_of(parcel_id)
    if order is None:
        return False
    carrier, tracking = known_name(carrier)[:60], " ".join(tracking.split())[:120]
    is_first = _move(
        parcel_id,
        "packed",
        state="shipped",
        carrier=carrier,
        tracking=tracking,
        shipped_with=token,
        shipped_by=actor[:320],
        shipped_at=datetime.now(UTC),
    )
    if not is_first:
        return False
    if order.state != "paid":
        raise NotPaidAnyMore(order.number)
    orders.count_shipped(order, units_of(parcel_id))
    orders.note(order.id, "shipped", f"{carrier} {tracking}".strip(), actor=actor)
    letters.write_shipped(order.id, parcel_id, waits=UNDO_FOR)
    announce(parcel_shipped, reference=order.reference, carrier=carrier, tracking=tracking)
    return True


def undo_ship(parcel_id: int, *, actor: str) -> bool:
    """Makes a shipped parcel a packed one again; False when it is one. Raises TooLateToUndo."""
    order = _lock_order_of(parcel_id)
    since = datetime.now(UTC) - UNDO_FOR
    if order is None:
        return False
    shipped = require_transaction().scalar(
        select(Parcel.shipped_at).where(Parcel.id == parcel_id, Parcel.state == "shipped")
    )
    if shipped is None:
        return False
    has_letter = letters.has_shipped_letter(order.reference, parcel_id)
    can_undo = (
        letters.take_back_shipped(order.reference, parcel_id) if has_letter else shipped > since
    )
    if not can_undo:
        raise TooLateToUndo(order.number)
    _move(parcel_id, "shipped", state="packed", shipped_at=None, shipped_by="", shipped_with="")
    orders.count_back(order, units_of(parcel_id))
    orders.note(order.id, "unshipped", actor=actor)
    return True


def _new_parcel(order_id: int, units: Mapping[int, int], *, token: str, actor: str) -> Parcel:
    session = require_transaction()
    parcel = Parcel(order_id=order_id, token=token, packed_by=actor[:320])
    session.add(parcel)
    session.flush()
    session.add_all(
        ParcelLine(parcel_id=parcel.id, order_line_id=line_id, units=count)
        for line_id, count in sorted(units.items())
    )
    return parcel


def _lock(order_id: int) -> orders.Order:
    order = orders.lock(order_id)
    if order is None:
        raise orders.OrderNotFound
    return order


def _lock_order_of(parcel_id: int) -> orders.Order | None:
    order_id = require_transaction().scalar(select(Parcel.order_id).where(Parcel.id == parcel_id))
    return None if order_id is None else orders.lock(order_id)


def _move(parcel_id: int, before: str, **values: Any) -> bool:
    moved = require_transaction().execute(
        update(Parcel).where(Parcel.id == parcel_id, Parcel.state == before).values(**values)
    )
    return was_changed(moved)
