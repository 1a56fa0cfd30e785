"""What can be sold: a SKU's own free units, or as many kits as the free units of its parts make."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, Table, case, func, select

from ..database import db
from .models import Hold, KitPart, Stock

_STOCK = cast(Table, Stock.__table__)
_PART = _STOCK.alias("part")
_OF = cast(Table, KitPart.__table__)


def free(stock: FromClause) -> ColumnElement[int]:
    """Units of a row of the stock (or of an alias of it) that can be sold; 0 for a kit.

    Below zero where more was promised than is left since a lot was blocked.
    """
    return stock.c.on_hand - stock.c.held - stock.c.blocked


#: Units that can be sold of a row of the stock in SQL, a kit's by its parts: floor(free / units)
#: of the part that is shortest. NULL without a row, so wrap it in coalesce() after an outer join.
SELLABLE: ColumnElement[Any] = case(
    (
        _STOCK.c.is_kit,
        select(func.coalesce(func.min(free(_PART) // _OF.c.units), 0))
        .select_from(_OF.join(_PART, _PART.c.sku == _OF.c.part_sku))
        .where(_OF.c.kit_sku == _STOCK.c.sku)
        .correlate(_STOCK)
        .scalar_subquery(),
    ),
    else_=free(_STOCK),
)


#: Kit and how many of it can be made, to join where many rows are asked: a subquery for each of
#: ten thousand rows looks so dear to PostgreSQL that it compiles the statement before it runs.
KIT_UNITS = (
    select(_OF.c.kit_sku, func.min(free(_PART) // _OF.c.units).label("units"))
    .select_from(_OF.join(_PART, _PART.c.sku == _OF.c.part_sku))
    .group_by(_OF.c.kit_sku)
    .subquery("kit_units")
)


@dataclass(slots=True)
class Shelf:
    """Free units by SKU and the parts of kits, to ask several articles that share their stock."""

    units: dict[str, int]
    kits: dict[str, dict[str, int]]

    def left(self, sku: str) -> int:
        """Units of a SKU that can be taken now; 0 for one without stock or a kit of nothing."""
        if sku not in self.kits:
            return max(self.units.get(sku, 0), 0)
        parts = self.kits[sku].items()
        return max(min((self.units.get(part, 0) // each for part, each in parts), default=0), 0)

    def take(self, sku: str, quantity: int) -> None:
        """Takes units away, so that what shares them finds fewer."""
        for part, each in self.kits.get(sku, {sku: 1}).items():
            self.units[part] = self.units.get(part, 0) - quantity * each


def shelf(skus: Iterable[str], *, owner: str = "") -> Shelf:
    """What there is of these SKUs and of the parts of those that are kits.

    What the owner's own open payment holds counts as free for it: nobody is told "sold out"
    because of the units in their own hands.
    """
    rows = db.session.execute(
        select(
            _STOCK.c.sku, _STOCK.c.is_kit, _OF.c.part_sku, _OF.c.units,
            func.coalesce(free(_PART), free(_STOCK)),
        )
        .select_from(_STOCK)
        .outerjoin(_OF, _OF.c.kit_sku == _STOCK.c.sku)
        .outerjoin(_PART, _PART.c.sku == _OF.c.part_sku)
        .where(_STOCK.c.sku.in_(list(skus)))
    )  # fmt: skip
    found = Shelf({}, {})
    for sku, is_kit, part, each, units in rows:
        if is_kit:
            found.kits.setdefault(sku, {})
        if part is not None:
            found.kits[sku][part] = each
        if not is_kit or part is not None:
            found.units[part or sku] = units
    if owner:
        _count_own(found, owner)
    return found


def _count_own(found: Shelf, owner: str) -> None:
    own = db.session.execute(
        select(Hold.sku, Hold.quantity).where(
            Hold.owner == owner, Hold.state == "held", Hold.sku.in_(list(found.units))
        )
    )
    for sku, count in own:
        found.units[sku] += count
