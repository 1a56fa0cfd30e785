"""Where the goods of an order are, apart from where its money is."""

from collections.abc import Iterable
from typing import Protocol

#: Words of the shop's own; staff read those of staff/words.py.
STAGES = ("to_pack", "packed", "part_shipped", "shipped", "nothing")

#: Something of an order in one of these has to be packed.
WITH_WORK = ("to_pack", "part_shipped")


class Counts(Protocol):
    """What a line knows of its units."""

    @property
    def to_pack(self) -> int:
        """Units in no parcel yet."""

    @property
    def packed_quantity(self) -> int:
        """Units in parcels, shipped ones included."""

    @property
    def shipped_quantity(self) -> int:
        """Units that have left."""


def stage_of(lines: Iterable[Counts]) -> str:
    """The stage of an order with these lines.

    What is still to be packed counts first, then what waits for its carrier. 'nothing' is left of
    an order whose goods were all refunded before they left.
    """
    found = list(lines)
    has_shipped = any(line.shipped_quantity for line in found)
    if any(line.to_pack for line in found):
        return "part_shipped" if has_shipped else "to_pack"
    if any(line.packed_quantity > line.shipped_quantity for line in found):
        return "packed"
    return "shipped" if has_shipped else "nothing"
