"""The form below a guide. It is the same for everybody, so it carries no token of a visitor."""

import hashlib
import hmac
import time

from flask import current_app
from wtforms import EmailField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from ..forms import LINK, Form, tidied

MOST_TEXT, LEAST_TEXT = 2000, 3
_HOUR = 3600
_OLDEST_HOURS = 14 * 24  # a page may lie open for long
_NO_NAME = "Please write your name as it shall stand above your comment."
_LENGTH = f"Please write {LEAST_TEXT} to {MOST_TEXT} characters."
_NO_EMAIL = "Please give an e-mail address like ida@mail.example, or leave this empty."


class CommentForm(Form):
    """Name, text and an e-mail that is never shown; `website` is a field that nobody sees.

    The same-origin check stands in front of it (safety.is_same_origin).
    """

    class Meta:
        """No token: see above."""

        csrf = False

    name = StringField(
        "Your name",
        filters=[tidied, lambda text: " ".join(text.split()) if text else text],
        validators=[DataRequired(_NO_NAME), Length(max=60, message="Please keep it short.")],
    )
    email = EmailField(
        "Your e-mail",
        filters=[lambda text: text.strip() if text else text],
        validators=[
            Optional(),
            Length(max=254, message=_NO_EMAIL),
            Regexp(r"[^@\s<>\",;:()]+@[^@\s<>\",;:()]+\.[^@\s<>\",;:().]+\Z", message=_NO_EMAIL),
        ],
    )
    text = TextAreaField(
        "Your comment",
        filters=[tidied],
        validators=[
            DataRequired("Please write something first."),
            Length(LEAST_TEXT, MOST_TEXT, message=_LENGTH),
        ],
    )
    website = StringField()
    made = HiddenField()

    @property
    def is_from_a_robot(self) -> bool:
        """Whether the field that nobody sees was filled in, or the form is from no page of ours."""
        return bool(self.website.data) or not was_made_here(self.made.data or "")

    def validate_name(self, field: StringField) -> None:
        """A name is neither an address nor an advertisement."""
        if LINK.search(field.data or "") or "@" in (field.data or ""):
            raise ValidationError(_NO_NAME)

    def validate_text(self, field: TextAreaField) -> None:
        """One address at most, as nearly everything with more is an advertisement."""
        if len(LINK.findall(field.data or "")) > 1:
            raise ValidationError("Please leave out all links but one.")


def made_now() -> str:
    """What a page carries so that its form is known: the hour, signed; the same for everybody."""
    hour = str(int(time.time()) // _HOUR)
    return f"{hour}.{_signed(hour)}"


def was_made_here(made: str) -> bool:
    """Whether a page of this shop carried this, not too long ago."""
    hour, _, signature = made.partition(".")
    if not hmac.compare_digest(signature.encode(), _signed(hour).encode()):
        return False
    return -1 <= int(time.time()) // _HOUR - int(hour) <= _OLDEST_HOURS


def _signed(hour: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"comment {hour}".encode(), hashlib.sha256).hexdigest()
