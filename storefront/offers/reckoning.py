"""What offers take off a cart: a pure function of its lines, its delivery and the offers.

Units that are free come first, then percents, then amounts, then delivery; each takes from what
those before it have left, so nothing ever falls below 0. What an offer takes off is shared over
its lines as they cost, the largest remainder first, so that the lines add up to the cent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..money import shared

#: What an offer can give, in the order in which offers are reckoned.
KINDS = ("buy_get", "percent", "amount", "free_delivery")


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of a cart at its price, in minor units."""

    sku: str
    category_id: int
    quantity: int
    unit_cents: int

    @property
    def full_cents(self) -> int:
        """What the line costs without any offer."""
        return self.quantity * self.unit_cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an offer gives and asks for; code is '' of one for everybody."""

    id: int
    name: str
    code: str = ""
    kind: str
    percent: int = 0
    amount_cents: int = 0
    buy_units: int = 0
    free_units: int = 0
    minimum_cents: int = 0
    category_ids: frozenset[int] = frozenset()
    skus: frozenset[str] = frozenset()
    countries: tuple[str, ...] = ()
    is_combinable: bool = True
    is_per_shopper: bool = False
    starts_at: datetime | None = None

    def covers(self, goods: Goods) -> bool:
        """Whether it is for these goods."""
        is_for_all = not self.skus and not self.category_ids
        return is_for_all or goods.sku in self.skus or goods.category_id in self.category_ids

    def missing_cents(self, goods: Sequence[Goods]) -> int:
        """How much more of the goods that it is for would have to be in the cart."""
        covered = sum(line.full_cents for line in goods if self.covers(line))
        return max(self.minimum_cents - covered, 0)

    @property
    def is_plain(self) -> bool:
        """Whether it simply lowers prices, so that the law on announced reductions speaks of it."""
        return self.kind == "percent" and not self.minimum_cents


@dataclass(frozen=True, slots=True)
class Cut:
    """What one offer takes off each line, in their order, and off delivery; minor units."""

    terms: Terms
    line_cents: tuple[int, ...]
    delivery_cents: int

    @property
    def cents(self) -> int:
        """All of it."""
        return sum(self.line_cents) + self.delivery_cents


def reckon(
    goods: Sequence[Goods], delivery_cents: int, offers: Iterable[Terms], *, step: int = 1
) -> tuple[Cut, ...]:
    """What these offers take off, in the way that is best for the shopper.

    Either all that may be combined, or one that stands alone; where both save the same, the former,
    and of those that stand alone the oldest. Offers that take nothing off are left out.
    """
    known = sorted(offers, key=lambda terms: (KINDS.index(terms.kind), terms.id))
    ways = [[terms for terms in known if terms.is_combinable]]
    alone = [terms for terms in known if not terms.is_combinable]
    ways += [[terms] for terms in sorted(alone, key=lambda terms: terms.id)]
    found = [_Reckoning(goods, delivery_cents, step).cuts(way) for way in ways]
    return max(found, key=lambda cuts: sum(cut.cents for cut in cuts))


class _Reckoning:
    """What is left of each line and of delivery while one offer after the other is reckoned."""

    def __init__(self, goods: Sequence[Goods], delivery_cents: int, step: int) -> None:
        self._goods, self._step = goods, step
        self._left = [line.full_cents for line in goods]
        self._delivery = delivery_cents

    def cuts(self, offers: Iterable[Terms]) -> tuple[Cut, ...]:
        return tuple(cut for terms in offers if (cut := self._cut(terms)).cents)

    def _cut(self, terms: Terms) -> Cut:
        lines, delivery = [0] * len(self._left), 0
        if terms.missing_cents(self._goods):
            return Cut(terms, tuple(lines), 0)
        if terms.kind == "free_delivery":
            delivery, self._delivery = self._delivery, 0
        elif terms.kind == "buy_get":
            lines = self._free_units(terms)
        else:
            lines = self._taken_off(terms)
        self._left = [left - cut for left, cut in zip(self._left, lines, strict=True)]
        return Cut(terms, tuple(lines), delivery)

    def _free_units(self, terms: Terms) -> list[int]:
        """The cheapest units are free, so many for each group that is whole."""
        units = [
            (line.unit_cents, place)
            for place, line in enumerate(self._goods)
            if terms.covers(line)
            for _ in range(line.quantity)
        ]
        groups = len(units) // (terms.buy_units + terms.free_units)
        lines = [0] * len(self._goods)
        for cents, place in sorted(units)[: groups * terms.free_units]:
            lines[place] += min(cents, self._left[place] - lines[place])
        return lines

    def _taken_off(self, terms: Terms) -> list[int]:
        left = [
            cents if terms.covers(line) else 0
            for line, cents in zip(self._goods, self._left, strict=True)
        ]
        whole = sum(left)
        wanted = terms.amount_cents
        if terms.kind == "percent":  # half a step and more is a step
            wanted = (whole * terms.percent + 50 * self._step) // (100 * self._step) * self._step
        cents = min(wanted, whole)
        return shared(cents, left, step=self._step) if whole else left
