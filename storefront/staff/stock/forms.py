"""Forms about the stock, and what is told when they cannot be taken."""

import re
from dataclasses import dataclass

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, NumberRange

from ... import catalog, inventory
from ...forms import Form, WholeNumberField
from .words import stock_reason

_BOUNDS = [InputRequired(), NumberRange(0, 2_147_483_647)]
_NUMBER = re.compile(r"[+-]?[0-9]{1,7}")
NO_NUMBER = "Write how many there are now, such as 24, or what comes and goes, such as +24 or -1."
NO_MARK = "Write a number from 0 to 1,000,000, or leave it empty for the shop's own mark."


class StockForm(Form):
    """A new number for a SKU, with what its reader saw when it was written."""

    on_hand = StringField()
    reason = StringField(default="counted", validators=[AnyOf(inventory.EDIT_REASONS)])
    seen = WholeNumberField(validators=_BOUNDS)
    edits = WholeNumberField(validators=_BOUNDS)
    back = StringField()  # the query string of the table that it stands in, or 'sku'

    def seen_then(self) -> inventory.Seen:
        """What its reader saw."""
        return inventory.Seen(self.seen.data or 0, self.edits.data or 0)

    def wanted(self) -> int | None:
        """How many there shall be: the number, or what was seen and a signed change; else None."""
        text = (self.on_hand.data or "").strip().replace("−", "-")
        if not _NUMBER.fullmatch(text):
            return None
        number = int(text)
        wanted = number + (self.seen.data or 0) if text[0] in "+-" else number
        return wanted if 0 <= wanted <= inventory.MOST_UNITS else None


class UndoForm(Form):
    """Which line of the ledger to take back."""

    line = WholeNumberField(validators=_BOUNDS)
    back = StringField()


class LowMarkForm(Form):
    """From how many units down a SKU is low; empty for the shop's own mark."""

    low_at = StringField()

    def mark(self) -> int | None:
        """The mark; raises ValueError with a sentence."""
        text = (self.low_at.data or "").strip()
        if not text:
            return None
        found = inventory.units_in(text)
        if found is None:
            raise ValueError(NO_MARK)
        return found


@dataclass(frozen=True, slots=True)
class RowEdit:
    """A row whose change was not taken: what was written, and the sentence about it."""

    sku: str
    on_hand: str
    reason: str
    error: str


def changed_meanwhile(form: StockForm, row: catalog.StockRow) -> RowEdit:
    """The same change on what is there now, for the reader to look at and to save again."""
    seen, wanted = form.seen_then(), form.wanted() or 0
    is_count = inventory.EDIT_REASONS[form.reason.data] == 0
    again = wanted if is_count else max(row.on_hand + wanted - seen.on_hand, 0)
    last = inventory.last_edit(row.sku)
    by = f" by {last.actor}" if last and last.actor else ""
    why = f" ({stock_reason(last.reason)}{by})" if last else ""
    return RowEdit(
        row.sku,
        str(again),
        form.reason.data,
        f"Somebody was faster{why}: it was {seen.on_hand} when you looked and is"
        f" {row.on_hand} now. You wrote {wanted}. Nothing was saved; look at the number and"
        " save again.",
    )
