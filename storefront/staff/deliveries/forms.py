"""The forms of deliveries: lines of goods, checked all at once, each mistake at its own field."""

import calendar
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from wtforms import Field, FieldList, FormField, StringField, ValidationError
from wtforms import Form as Part
from wtforms.validators import Length

from ... import inventory
from ...errors import Refusal
from ...forms import Form
from ...money import parse_money
from ...pages import settings

ROWS = 3
MOST_ROWS = 60
MOST_UNITS = 100_000
_T = TypeVar("_T")


class ExpectedRow(Part):  # type: ignore[misc]  # WTForms ships no types
    """What is to come of one SKU."""

    sku = StringField("SKU", validators=[Length(max=64, message="No SKU is that long.")])
    units = StringField("Units")
    cost = StringField("Cost of one")


class ArrivedRow(ExpectedRow):
    """What came of one SKU, with what stands on the box."""

    lot = StringField("Lot", validators=[Length(max=64, message="Please write 64 signs at most.")])
    expires_on = StringField("Expires")
    is_expected = StringField()  # "1" for a line of the delivery: without units it has not come


class _GoodsForm(Form):
    token = StringField(validators=[Length(max=64)])
    supplier = StringField(
        "Supplier", validators=[Length(max=200, message="Please write 200 signs at most.")]
    )

    @property
    def first_wrong(self) -> str:
        """The id of the first field that has to be mended, '' if none."""
        fields = [f for row in self.rows for f in row.form]
        fields += [f for f in self if f.name != "rows"]
        return next((field.id for field in fields if field.errors), "")

    def add_rows(self) -> None:
        """Room for more lines."""
        for _ in range(min(ROWS, MOST_ROWS - len(self.rows))):
            self.rows.append_entry()

    def written(self) -> Iterator[Any]:
        """The lines that something was written in."""
        for row in self.rows:
            fields = [f for f in row.form if f.name.rpartition("-")[2] != "is_expected"]
            if any((field.data or "").strip() for field in fields):
                yield row.form

    def blame(self, refusal: Refusal) -> bool:
        """Puts a refusal at the field that it is about; False when there is none."""
        for row in self.written():
            if getattr(refusal, "sku", None) == _text(row.sku):
                row.sku.errors = [refusal.sentence]
                return True
            if isinstance(refusal, inventory.OtherExpiry) and refusal.code == _text(row.lot):
                row.expires_on.errors = [refusal.sentence]
                return True
        return False

    def _is_known(self, rows: list[Any]) -> dict[str, inventory.LotKeeping]:
        """How the SKUs are kept; those that there are none of are told at their field."""
        kept = inventory.lot_keepings({_text(row.sku) for row in rows})
        for row in rows:
            if not _text(row.sku):
                row.sku.errors = ["Please write the SKU."]
            elif _text(row.sku) not in kept and not row.sku.errors:
                row.sku.errors = [f"There is no SKU {_text(row.sku)}. Please check the spelling."]
        return kept


class ExpectForm(_GoodsForm):
    """A delivery that is to come."""

    expected_on = StringField("Expected on")
    note = StringField("Note", validators=[Length(max=500)])
    rows = FieldList(FormField(ExpectedRow), min_entries=ROWS, max_entries=MOST_ROWS)

    def goods(self) -> list[inventory.ExpectedGoods]:
        """What was written; check first_wrong before it is used."""
        self.validate()
        rows = list(self.written())
        if not rows:
            self.rows[0].form.sku.errors = ["Please write what is to come."]
        self._is_known(rows)
        return [
            inventory.ExpectedGoods(_text(row.sku), _units(row.units), _cost(row.cost))
            for row in rows
        ]

    def day(self) -> date | None:
        """The day on which it is expected."""
        return _day(self.expected_on)


class ReceiveForm(_GoodsForm):
    """Goods that came, of a delivery that was expected or not."""

    seen = StringField()
    rows = FieldList(FormField(ArrivedRow), min_entries=ROWS, max_entries=MOST_ROWS)

    def written(self) -> Iterator[Any]:
        """The lines that something came of."""
        for row in super().written():
            if not (row.is_expected.data and _text(row.units) in ("", "0")):
                yield row

    def goods(self) -> list[inventory.ArrivedGoods]:
        """What was written; check first_wrong before it is used."""
        self.validate()
        rows = list(self.written())
        if not rows:
            self.rows[0].form.units.errors = ["Please write how many came."]
        kept = self._is_known(rows)
        return [self._arrived(row, kept) for row in rows]

    def seen_steps(self) -> int:
        """How far the delivery had come when the form was opened; -1 for nonsense."""
        text = _text(self.seen)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1

    def _arrived(
        self, row: Any, kept: Mapping[str, inventory.LotKeeping]
    ) -> inventory.ArrivedGoods:
        sku, lot = _text(row.sku), _text(row.lot)
        if not lot and sku in kept and kept[sku].is_kept:
            row.lot.errors = [f"{sku} is kept in lots. Please write the code of the lot."]
        elif not lot and _text(row.expires_on):
            row.lot.errors = ["Please write the code of the lot that expires then."]
        return inventory.ArrivedGoods(
            sku, _units(row.units), lot, _day(row.expires_on), _cost(row.cost)
        )


def receive_form(**facts: Any) -> ReceiveForm:
    """The form with a new token, filled in with these facts unless it was sent."""
    form = ReceiveForm(data={"token": secrets.token_urlsafe(18), **facts})
    if not form.is_submitted():
        form.token.data = secrets.token_urlsafe(18)
    return form


def expect_form() -> ExpectForm:
    """The form with a new token."""
    form = ExpectForm()
    if not form.is_submitted():
        form.token.data = secrets.token_urlsafe(18)
    return form


def _text(field: Field) -> str:
    return (field.data or "").strip()


def read_units(text: str) -> int:
    """A number of units from one up; ValidationError says what to write instead."""
    text = text.strip()
    if not text:
        raise ValidationError("Please write how many, such as 24.")
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    if not is_number or not 0 < int(text) <= MOST_UNITS:
        raise ValidationError(f"Please write a number from 1 to {MOST_UNITS:,}.")
    return int(text)


def read_day(text: str) -> date | None:
    """A day, or the last of a month as it stands on many labels: 2027-03-31, 2027-03.

    None for an empty text; ValidationError for anything else.
    """
    text = text.strip()
    if not text:
        return None
    try:
        if len(text) == 7:
            year, month = int(text[:4]), int(text[5:])
            return date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError("Please write the day like 2027-03-31.") from None


def _units(field: Field) -> int:
    return _read(field, read_units) or 0


def _day(field: Field) -> date | None:
    return _read(field, read_day)


def _cost(field: Field) -> int | None:
    return _read(field, _read_cost)


def _read_cost(text: str) -> int | None:
    return parse_money(text, settings().STOREFRONT_CURRENCY) if text.strip() else None


def _read(field: Field, read: Callable[[str], _T]) -> _T | None:
    """What a field says, or None and its mistake beside it."""
    try:
        return read(_text(field))
    except ValueError as wrong:  # a ValidationError is one
        field.errors = [str(wrong)]
        return None
