"""Forms of people: signing in, roles, passwords, codes."""

from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, ValidationError

from ...forms import STALE, Form, WholeNumberField
from ..rights import ROLES

_TOO_LONG = "This is too long to be yours; please check what you entered."


def _some_role(_: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError("Please choose one role or more.")


def _password(label: str, missing: str = "Please choose a password.") -> PasswordField:
    return PasswordField(
        label, validators=[InputRequired(missing), Length(max=200, message=_TOO_LONG)]
    )


def _code(label: str) -> StringField:
    return StringField(
        label,
        validators=[
            InputRequired("Please give the code."),
            Length(max=40, message="A code is shorter than this."),
        ],
    )


def _email() -> EmailField:
    return EmailField(
        "E-mail",
        filters=[lambda text: text.strip() if text else text],
        validators=[
            InputRequired("Please give an e-mail address."),
            Length(max=320, message=_TOO_LONG),
            Email("Please check this address; it cannot be written to."),
        ],
    )


class CodeForm(Form):
    """A code of the app, or a recovery code where one is taken."""

    code = _code("Code")


class NewPasswordForm(Form):
    """The password that a person chooses."""

    password = _password("New password")


class ForgottenForm(Form):
    """Whose password was forgotten."""

    email = _email()


class ChangePasswordForm(Form):
    """The password that was, and the one that comes."""

    old = _password("Old password", "Please give the password that you have now.")
    password = _password("New password")


class TurnOffForm(Form):
    """What shows that it is really this person who wants less safety."""

    off_password = _password("Password", "Please give your password.")
    off_code = _code("Code")


class FreshCodesForm(Form):
    """What shows that it is really this person who wants other recovery codes."""

    fresh_code = _code("Code")


class RolesForm(Form):
    """What a person may do; seen is what they might when the page was made."""

    roles = SelectMultipleField("Roles", choices=list(ROLES), validators=[_some_role])
    seen = StringField(validators=[Length(max=100)])


class InviteForm(Form):
    """Who is to come, and what they may do."""

    email = _email()
    roles = SelectMultipleField("Roles", choices=list(ROLES), validators=[_some_role])


class AgainForm(Form):
    """How often an invitation had gone out when somebody wanted it to go out once more."""

    seen = WholeNumberField(validators=[InputRequired(STALE), NumberRange(1, 10_000, STALE)])


class SwitchForm(Form):
    """Whether a person may sign in from now on."""

    is_active = BooleanField()


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
