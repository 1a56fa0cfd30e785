"""A lot as staff read it, and the orders that it went to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ... import inventory, orders
from ..stock.words import stock_reason

#: How a movement of a lot is called; a reason of the ledger is spelled out.
MOVED = {
    "packed": "Packed for an order",
    "unpacked": "Unpacked again",
    "returned": "Came back from an order",
    "opening": "There when the SKU began to be kept in lots",
    "lots ended": "The SKU is no longer kept in lots",
    "moved": "Moved between lots",
    "undone": "Taken back",
}


@dataclass(frozen=True, slots=True)
class HolderView:
    """An order that got units of a lot; number is '' for one that is not in this database."""

    reference: str
    number: str
    state: str
    units: int
    packed_at: datetime
    email: str


@dataclass(frozen=True, slots=True)
class MovementView:
    """A line of a lot's book; order and delivery are what it links to, if anything."""

    change: int
    words: str
    order_reference: str
    order_number: str
    delivery_id: int
    actor: str
    moved_at: datetime


def holders(lot_id: int) -> list[HolderView]:
    """Who got a lot, in two statements."""
    found = inventory.who_got(lot_id)
    known = orders.by_references([one.reference for one in found])
    return [
        HolderView(
            one.reference,
            known[one.reference].number if one.reference in known else "",
            known[one.reference].state if one.reference in known else "",
            one.units,
            one.packed_at,
            known[one.reference].email if one.reference in known else "",
        )
        for one in found
    ]


def movements(lines: Sequence[inventory.LotMovement]) -> list[MovementView]:
    """A lot's book in words."""
    known = orders.by_references({line.reference for line in lines if line.reference})
    return [
        MovementView(
            line.change,
            MOVED.get(line.reason) or stock_reason(line.reason),
            line.reference if line.reference in known else "",
            known[line.reference].number if line.reference in known else "",
            delivery_number(line.reference),
            line.actor,
            line.moved_at,
        )
        for line in lines
    ]


def state_words(lot: inventory.Lot, *, today: date) -> str:
    """Where a lot stands, in a few words."""
    if lot.state == "quarantined":
        return "Quarantined"
    if lot.expires_on and lot.expires_on < today:
        return "Expired"
    if lot.is_short:
        return "Too near its expiry date"
    return "Usable" if lot.units else "Empty"


def delivery_number(reference: str) -> int:
    """The delivery that a ledger's reference names, or 0."""
    digits = reference.removeprefix("D-")
    is_ours = reference.startswith("D-") and digits.isascii() and digits.isdigit()
    return int(digits) if is_ours and len(digits) < 10 else 0
