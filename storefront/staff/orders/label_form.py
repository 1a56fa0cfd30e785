"""Forms of an order's page that are about people: where it goes, and a note for colleagues."""

from typing import Self

from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange

from ... import orders
from ...display import show_country
from ...forms import STALE, Form, WholeNumberField
from ...pages import settings


class NoteForm(Form):
    """What somebody wants to remember about an order; the shopper never reads it."""

    text = TextAreaField(
        "A note for your colleagues",
        validators=[
            DataRequired("Please write something."),
            Length(max=1000, message="Please keep the note to 1,000 characters."),
        ],
    )


class LabelForm(Form):
    """Where an order goes; version is that of the label that was seen when the form was opened."""

    version = WholeNumberField(
        validators=[InputRequired(STALE), NumberRange(0, 2**31 - 1, message=STALE)]
    )
    name = StringField(
        "Name",
        validators=[
            DataRequired("Please give a name for the label."),
            Length(max=200, message="Please keep the name to 200 characters."),
        ],
    )
    address = TextAreaField(
        "Address",
        validators=[
            DataRequired("Please give street, postcode and town."),
            Length(max=500, message="Please keep the address to 500 characters."),
        ],
    )
    country = SelectField("Country")
    email = EmailField(
        "E-mail",
        validators=[
            DataRequired("Please give the address that letters go to."),
            Length(max=320, message="This is too long for an e-mail address."),
            Email("Please write an e-mail address like ida@mail.example."),
        ],
    )

    @classmethod
    def for_shop(cls, label: orders.ShipTo | None = None, *, version: int = 0) -> Self:
        """The form with the countries of the shop, filled with a label if one is given."""
        form = cls(formdata=None) if label else cls()
        codes = list(settings().countries)
        if label is not None:
            form.version.data = version
            form.email.data, form.name.data = label.email, label.name
            form.address.data, form.country.data = label.address, label.country
            codes += [] if label.country in (*codes, "") else [label.country]
        form.country.choices = sorted(
            ((code, show_country(code)) for code in codes), key=lambda pair: pair[1]
        )
        return form

    def ship_to(self) -> orders.ShipTo:
        """What was written, without spaces at the ends of lines."""
        lines = (line.strip() for line in self.address.data.splitlines())
        return orders.ShipTo(
            email=self.email.data.strip(),
            name=self.name.data.strip(),
            address="\n".join(filter(None, lines)),
            country=self.country.data,
        )

    def says_the_same_as(self, label: orders.ShipTo) -> bool:
        """Whether nothing would change: the form was sent twice, or both meant the same."""
        return self.ship_to() == label
