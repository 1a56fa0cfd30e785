"""Forms of the order pages."""

from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Length, Regexp

from ..forms import Form, tidied

_TOO_LONG = "This is too long; please copy it from your letter."
_NO_NUMBER = "Please give the number as it stands in your letter, such as 1042."
_NO_EMAIL = "Please give the whole address you paid with, like ida@mail.example."


class FindForm(Form):
    """Finds an order by its short number and the e-mail address that paid it.

    What is said beside a field speaks of how it is written only, never of an order.
    """

    number = StringField(
        "Order number",
        filters=[tidied],
        validators=[
            DataRequired("Please give the number from your letter."),
            Length(max=20, message=_TOO_LONG),
            Regexp(r"#*[0-9]+\Z", message=_NO_NUMBER),
        ],
    )
    email = EmailField(
        "E-mail",
        filters=[tidied],
        validators=[
            DataRequired("Please give the address you paid with."),
            Length(max=320, message=_TOO_LONG),
            Regexp(r"[^@\s]+@[^@\s]+\Z", message=_NO_EMAIL),
        ],
    )
