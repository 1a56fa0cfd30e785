"""Forms of the cart."""

import re
from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from ..forms import Form, tidied
from .operations import MOST_OF_ONE

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}")


class QuantityField(IntegerField):  # type: ignore[misc]  # WTForms ships no types
    """A whole number from `least` up; whatever else is typed gets the sentence that says so."""

    def __init__(self, label: str | None = None, *, least: int, **options: Any) -> None:
        self.sentence = f"Please give the quantity as a whole number from {least} to {MOST_OF_ONE}."
        in_range = NumberRange(least, MOST_OF_ONE, self.sentence)
        super().__init__(label, [InputRequired(self.sentence), in_range], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the number; ValueError carries the sentence."""
        text = valuelist[0].strip() if valuelist else ""
        if not _NUMBER.fullmatch(text):
            self.data = None
            raise ValueError(self.sentence)
        self.data = int(text)


class AddForm(Form):
    """The form on public pages: the same for everybody, so it carries no token.

    The same-origin check stands in front of it (safety.is_same_origin). Where a line came from may
    be anything; what makes no sense counts as nowhere and never costs a sale.
    """

    class Meta:
        """No token: see above."""

        csrf = False

    sku = StringField(validators=[InputRequired("Please choose an article.")])
    quantity = QuantityField(least=1)
    guide = StringField()
    block = StringField()
    next = StringField()


class ChangeForm(Form):
    """The quantity of a line in the cart; 0 takes it out."""

    quantity = QuantityField(least=0)


class ChoicesForm(Form):
    """What a shopper chooses for the whole cart; a field that was not sent leaves all as it is."""

    country = StringField()
    gift_note = StringField()
    gift_note_seen = StringField()

    @property
    def new_note(self) -> str | None:
        """The gift note where somebody has changed what they saw, so that no old page undoes it."""
        typed = self.gift_note.data
        is_as_seen = typed is None or tidied(typed) == tidied(self.gift_note_seen.data)
        return None if is_as_seen else typed


class TakeForm(Form):
    """What a link holds, and whether it goes beside what is in the cart or in its place."""

    goods = StringField()
    how = StringField()


class CodeForm(Form):
    """The code of an offer; an empty one takes the code out of the cart."""

    code = StringField(
        validators=[Length(max=60, message="This is too long for a code. Please look once more.")]
    )
    email = StringField(
        validators=[
            Optional(),
            Length(max=320, message="This is too long for an e-mail address."),
            Email("Please write an e-mail address like ida@mail.example.", allow_smtputf8=False),
        ]
    )
