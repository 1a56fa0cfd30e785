"""The form that says what a kit is made of: rows of units and SKU, some of them still empty."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import request
from wtforms import StringField

from ... import catalog, inventory
from ...forms import Form

_EMPTY_ROWS = 3


@dataclass(slots=True)
class KitRow:
    """A row as it was typed, and what is wrong with it."""

    units: str = ""
    sku: str = ""
    error: str = ""


class KitForm(Form):
    """Parts of a kit; seen is what its writer saw before they changed it."""

    seen = StringField()

    rows: list[KitRow]

    @property
    def has_mistakes(self) -> bool:
        """Whether a row has to be mended."""
        return any(row.error for row in self.rows)

    def parts(self) -> dict[str, int]:
        """SKU → units; rows that cannot be read say so and are left out."""
        known = catalog.variants_by_sku(row.sku for row in self.rows)
        found: dict[str, int] = {}
        for row in self.rows:
            row.error = _mistake(row, found, known)
            if row.sku and not row.error:
                found[row.sku] = int(row.units)
        return found

    def seen_parts(self) -> dict[str, int]:
        """SKU → units, as its writer saw them."""
        pairs = (part.strip().partition(" ") for part in (self.seen.data or "").split(","))
        return {sku: int(units) for units, _, sku in pairs if units.isdecimal() and sku}

    def mark(self, refusal: inventory.KitOfKit) -> bool:
        """Puts a refusal beside the part it is about; False when it is about none."""
        about = [row for row in self.rows if row.sku == refusal.sku]
        for row in about:
            row.error = refusal.sentence
        return bool(about)

    def pad(self) -> None:
        """Adds rows to write in."""
        room = min(_EMPTY_ROWS, inventory.MOST_PARTS - len(self.rows))
        self.rows += [KitRow() for _ in range(room)]


def kit_form(parts: dict[str, int]) -> KitForm:
    """The form as it was sent, or with these parts."""
    form = KitForm()
    if form.is_submitted():
        typed = zip(request.form.getlist("units"), request.form.getlist("part"), strict=False)
        rows = [KitRow(units.strip()[:9], sku.strip()[:64]) for units, sku in typed]
        form.rows = [row for row in rows if row.units or row.sku][: inventory.MOST_PARTS]
    else:
        form.rows = [KitRow(str(units), sku) for sku, units in sorted(parts.items())]
        form.seen.data = catalog.kit_text(parts)
    return form


def _mistake(row: KitRow, before: dict[str, int], known: Collection[str]) -> str:
    is_number = row.units.isascii() and row.units.isdigit()
    if not row.sku:
        return "Which part? Write its SKU."
    if row.sku not in known:
        return f"There is no SKU {row.sku} in the shop."
    if not is_number or not 1 <= int(row.units) <= inventory.MOST_OF_A_PART:
        return f"Write a number of units from 1 to {inventory.MOST_OF_A_PART}."
    return "This part stands above already. Write it once, with all of its units." * (
        row.sku in before
    )
