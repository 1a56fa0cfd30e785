"""Who gets which part of a payment, to the cent: its lines and its delivery, and nobody else.

What came in is shared as the lines cost. What goes back is taken from the lines whose units were
named for it, at what they cost, then from the delivery; what names nothing is taken from all, as
much of each as is left there. So an order of which everything went back leaves nothing anywhere.
"""

from collections.abc import Mapping, Sequence
from operator import add
from typing import Any

from ..money import cost_of_units, shared


class Account:
    """What is left of one payment in each of its places: its lines in their order, then delivery.

    costs are the same places as the order has them; money is in minor units.
    """

    def __init__(self, costs: Sequence[int]) -> None:
        self._costs = list(costs)
        self.left = [0] * len(costs)

    def take_in(self, cents: int) -> list[int]:
        """A payment: what each place got."""
        parts = shared(cents, self._costs)
        self._add(parts)
        return parts

    def give_back(self, cents: int, named: Mapping[int, int]) -> list[int]:
        """A refund, or what a bank keeps: what each place loses, as positive numbers.

        named is place → what the units cost that were named for it.
        """
        taken = [0] * len(self.left)
        for wish in (*self._wishes(cents, named), None):
            room = [max(left, 0) for left in self.left]
            wanted = room if wish is None else list(map(min, wish, room))
            part = shared(cents, wanted) if sum(wanted) > cents else wanted
            self._add([-n for n in part])
            taken = list(map(add, taken, part))
            cents -= sum(part)
        over = shared(cents, self._costs)  # more than ever came in: a bank took it twice
        self._add([-n for n in over])
        return list(map(add, taken, over))

    def _wishes(self, cents: int, named: Mapping[int, int]) -> list[list[int]]:
        """From which places to take first, and how much of each at most."""
        delivery = [0] * (len(self.left) - 1) + [self._costs[-1]]
        if named:
            return [[named.get(place, 0) for place in range(len(self.left))], delivery]
        return [delivery] if cents == self._costs[-1] == self.left[-1] else []

    def _add(self, parts: Sequence[int]) -> None:
        self.left = list(map(add, self.left, parts))


class Returned:
    """What was paid for the units that refunds name, one refund after the other."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._gone: dict[int, int] = {}  # line → units that went back before

    def cost(self, line: Any, units: int) -> int:
        """Minor units for so many more of a line (id, line_cents and quantity)."""
        before = self._gone.get(line.id, 0)
        self._gone[line.id] = before + units
        return cost_of_units(
            line.line_cents, line.quantity, units, before=before, currency=self._currency
        )
