"""Forms of the back office."""

from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from ..forms import Form

_TOO_LONG = "This is too long to be yours; please check what you entered."


class FollowEventForm(Form):
    """Which message of Stripe to act on once more."""

    event_id = StringField(
        validators=[
            InputRequired("Please choose a message."),
            Length(max=255, message="There is no message with this number."),
        ]
    )


class CaseForm(Form):
    """How to settle a case: 'do' what its button says, 'accept' an amount, or 'leave' it."""

    choice = StringField()
    is_on_order = BooleanField()  # pressed on the page of the order, and leads back there


class SignInForm(Form):
    """Address and password."""

    email = EmailField(
        "E-mail",
        validators=[
            InputRequired("Please give your e-mail address."),
            Length(max=320, message=_TOO_LONG),
        ],
    )
    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Please give your password."),
            Length(max=200, message=_TOO_LONG),
        ],
    )
