"""Forms of the order pages."""

from wtforms import EmailField, StringField
from wtforms.validators import InputRequired, Length

from ..forms import Form

_TOO_LONG = "This is too long; please copy it from your letter."


class FindForm(Form):
    """Finds an order by its short number and the e-mail address that paid it."""

    number = StringField(
        "Order number",
        validators=[
            InputRequired("Please give the number from your letter."),
            Length(max=20, message=_TOO_LONG),
        ],
    )
    email = EmailField(
        "E-mail",
        validators=[
            InputRequired("Please give the address you paid with."),
            Length(max=320, message=_TOO_LONG),
        ],
    )
