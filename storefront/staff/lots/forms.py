"""The forms of lots: mend one, book units out, say which lot units are of, keep a SKU in lots."""

from datetime import date

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from ... import inventory
from ...forms import Form
from ..deliveries.forms import read_day, read_units

#: Why units of a lot go, as the ledger writes it → as people say it.
OUT = {
    "damaged": "Damaged",
    "expired": "Expired",
    "sample": "Given away as a sample",
    "destroyed": "Destroyed after a quarantine",
    "sent back": "Sent back to the supplier",
}


class LotForm(Form):
    """Code and expiry date of a lot."""

    code = StringField(
        "Lot",
        validators=[
            InputRequired("Please write the code of the lot."),
            Length(max=64, message="Please write 64 signs at most."),
        ],
    )
    expires_on = StringField("Expires")

    def validate_expires_on(self, field: StringField) -> None:
        """A day, or empty."""
        self.day = read_day(field.data or "")

    day: date | None = None


class QuarantineForm(Form):
    """Out of sale, or on sale again, and why."""

    choice = StringField()
    note = StringField(validators=[Length(max=200, message="Please write 200 signs at most.")])
    is_on_list = StringField()  # pressed in the list, and leads back there


class UnitsForm(Form):
    """Some units of a lot; seen is what it had when the form was opened."""

    units = StringField("Units")
    seen = StringField()

    def validate_units(self, field: StringField) -> None:
        """From one to what there is."""
        self.count = read_units(field.data or "")

    def validate_seen(self, field: StringField) -> None:
        """What the page itself wrote."""
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise ValidationError("Please open the page again.")
        self.seen_units = int(text)

    count = 0
    seen_units = -1


class BookOutForm(UnitsForm):
    """Units that go for good, and why."""

    reason = StringField("Why")

    def validate_reason(self, field: StringField) -> None:
        """One of those that there are."""
        if field.data not in OUT:
            raise ValidationError("Please choose why.")


class MoveForm(UnitsForm):
    """Units that are of another lot than the books say."""

    code = StringField("Are of lot", validators=LotForm.code.kwargs["validators"])
    expires_on = StringField("Which expires")
    validate_expires_on = LotForm.validate_expires_on
    day: date | None = None


class KeepForm(Form):
    """Whether a SKU is kept in lots, and its minimum shelf life."""

    choice = StringField()
    days = StringField("Minimum shelf life, in days")

    def validate_days(self, field: StringField) -> None:
        """A number of days, or empty for none."""
        text = (field.data or "0").strip()
        is_number = text.isascii() and text.isdigit() and len(text) < 5
        if not is_number or int(text) > inventory.LONGEST_SHELF_LIFE_DAYS:
            raise ValidationError(
                f"Please write a number of days up to {inventory.LONGEST_SHELF_LIFE_DAYS}."
            )
        self.day_count = int(text)

    day_count = 0
