"""The form that packs a part of an order: units of its lines, and the lots that they come from."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from ... import inventory
from ...forms import STALE, Form
from .views import LineDesk, OrderDesk


class PartForm(Form):
    """Packs a part of an order, once for each form; its units are read line by line."""

    parcel_token = HiddenField(validators=[InputRequired(STALE), Length(max=64, message=STALE)])


@dataclass(frozen=True, slots=True)
class LotRow:
    """A SKU to pack that is kept in lots: those proposed for it, and all that may be packed."""

    sku: str
    proposed: tuple[inventory.Pick, ...]
    usable: tuple[inventory.Pick, ...]


@dataclass(frozen=True, slots=True)
class PackDesk:
    """What the form shows; wrong is the SKU whose lot was refused."""

    token: str
    lots: tuple[LotRow, ...]
    typed: Mapping[str, str]
    wrong: str

    @property
    def is_open(self) -> bool:
        """Whether it was sent and comes back."""
        return "parcel_token" in self.typed

    def units_of(self, line: LineDesk) -> str:
        """What stands beside a line: what was written, or all that waits."""
        return self.typed.get(f"pack_{line.id}", str(line.to_pack))[:12]

    def lot_of(self, row: LotRow) -> str:
        """The lot that was chosen for a SKU, '' for the proposal."""
        return self.typed.get(f"lot_{row.sku}", "")

    def lot_units_of(self, row: LotRow) -> str:
        """How many units of it were written, '' for all that fit."""
        return self.typed.get(f"lot_units_{row.sku}", "")[:12]


def pack_desk(desk: OrderDesk, *, wrong: str = "") -> PackDesk:
    """The form for what waits of an order, with what was typed if it was sent just now."""
    return PackDesk(secrets.token_urlsafe(18), lot_rows(desk), request.form, wrong)


def lot_rows(desk: OrderDesk) -> tuple[LotRow, ...]:
    """The SKUs to pack of which lots may be packed, a kit's parts among them."""
    if not desk.can_pack:
        return ()
    waiting: Counter[str] = Counter()
    for line in desk.lines:
        waiting[line.sku] += line.to_pack
    units = inventory.parts_as_sold(desk.order.reference, waiting)
    proposed, usable = inventory.suggest(units), inventory.usable_lots(*units)
    return tuple(
        LotRow(sku, _of(proposed, sku), lots)
        for sku in sorted(units)
        if units[sku] and (lots := _of(usable, sku))
    )


def written_units(desk: OrderDesk) -> dict[int, int] | None:
    """Line id → units for the parcel; None when there are none, or what was written is none."""
    written = {line.id: _number(f"pack_{line.id}") for line in desk.lines}
    units = {line_id: count for line_id, count in written.items() if count}
    return None if None in written.values() or not units else units


def chosen_lots(desk: OrderDesk) -> dict[str, inventory.Choice] | None:
    """SKU → the lot that was chosen instead of the proposal; None when a number is none."""
    found = {}
    for row in lot_rows(desk):
        lot_id, units = _number(f"lot_{row.sku}"), _number(f"lot_units_{row.sku}")
        if lot_id is None or units is None:
            return None
        if lot_id:
            found[row.sku] = inventory.Choice(lot_id, units)
    return found


def _of(picks: Sequence[inventory.Pick], sku: str) -> tuple[inventory.Pick, ...]:
    return tuple(pick for pick in picks if pick.sku == sku)


def _number(name: str) -> int | None:
    text = request.form.get(name, "0").strip() or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
