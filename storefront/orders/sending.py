"""Verbs that count the units of an order's lines into parcels and out of the house.

Whoever counts has locked the order before, so that a refund and a parcel never both win; the
condition of each UPDATE and a CHECK stand behind that.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select, update

from ..database import require_transaction, was_changed
from ..errors import Refusal
from .models import Order, OrderLine
from .queries import lines_of
from .stages import stage_of

_IS_PAID = exists().where(Order.id == OrderLine.order_id, Order.state == "paid")


class NotToSend(Refusal):
    """The units cannot be packed or shipped: not paid any more, refunded, or counted already."""

    status = 409

    def __init__(self, number: str, why: str) -> None:
        super().__init__(f"Order {number} {why}")


def lock(order_id: int) -> Order | None:
    """The order, fresh and nobody else's until the transaction ends."""
    query = select(Order).where(Order.id == order_id).with_for_update()
    return require_transaction().scalar(query, execution_options={"populate_existing": True})


def count_packed(order: Order, units: Mapping[int, int]) -> None:
    """Counts units of lines (by their id) as packed; raises NotToSend."""
    for line_id in sorted(units):
        fits = OrderLine.packed_quantity + units[line_id] <= (
            OrderLine.quantity - OrderLine.refunded_quantity
        )
        packed = OrderLine.packed_quantity + units[line_id]
        if units[line_id] < 1 or not _count(
            order, line_id, fits & _IS_PAID, packed_quantity=packed
        ):
            raise NotToSend(order.number, "has fewer units left to pack. Please look at it again.")
    refresh_stage(order.id)


def count_unpacked(order: Order, units: Mapping[int, int]) -> None:
    """Takes packed units that have not left out of the count; raises NotToSend."""
    for line_id in sorted(units):
        packed = OrderLine.packed_quantity - units[line_id]
        if not _count(order, line_id, packed >= OrderLine.shipped_quantity, packed_quantity=packed):
            raise NotToSend(order.number, "has left already.")
    refresh_stage(order.id)


def count_shipped(order: Order, units: Mapping[int, int]) -> None:
    """Counts packed units as gone; raises NotToSend for what was refunded after it was packed."""
    for line_id in sorted(units):
        shipped = OrderLine.shipped_quantity + units[line_id]
        fits = (shipped <= OrderLine.packed_quantity) & (
            shipped <= OrderLine.quantity - OrderLine.refunded_quantity
        )
        if not _count(order, line_id, fits & _IS_PAID, shipped_quantity=shipped):
            raise NotToSend(
                order.number,
                "has goods in this parcel that were refunded. Unpack it, and pack what is left.",
            )
    refresh_stage(order.id)


def count_back(order: Order, units: Mapping[int, int]) -> None:
    """Counts units as packed again whose shipping was undone."""
    for line_id in sorted(units):
        shipped = OrderLine.shipped_quantity - units[line_id]
        _count(order, line_id, shipped >= 0, shipped_quantity=shipped)
    refresh_stage(order.id)


def refresh_stage(order_id: int) -> None:
    """Writes down where the goods of a locked order are, from the counts of its lines."""
    session = require_transaction()
    session.flush()
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id),
        execution_options={"populate_existing": True},
    ).all()
    session.execute(update(Order).where(Order.id == order_id).values(stage=stage_of(lines)))


def open_units(order_id: int) -> dict[int, int]:
    """Line id → units that wait for a parcel."""
    return {line.id: line.to_pack for line in lines_of(order_id) if line.to_pack}


def packed_by_sku(order_id: int) -> dict[str, int]:
    """SKU → units in parcels, shipped ones included, for every SKU of an order."""
    lines = lines_of(order_id)
    found = dict.fromkeys((line.sku for line in lines), 0)
    for line in lines:
        found[line.sku] += line.packed_quantity
    return found


def _count(order: Order, line_id: int, guard: Any, **values: Any) -> bool:
    is_its = (OrderLine.id == line_id) & (OrderLine.order_id == order.id)
    return was_changed(
        require_transaction().execute(update(OrderLine).where(is_its, guard).values(**values))
    )
