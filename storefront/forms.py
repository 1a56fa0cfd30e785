"""What every form of the shop stands on."""

import re
import unicodedata
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import IntegerField

STALE = "This page was open for a long time. Please press the button once more."
#: An address of a page, or the beginning of one: in what visitors write mostly an advertisement.
LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}")
# What turns the direction of writing around or is no letter in XML, and more marks than any
# language puts upon one letter.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
    "|[\ud800-\udfff]"
)
_MOST_MARKS = 4


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with a token that shows it came from our own page."""

    class Meta:
        """Where a form's values come from, and what its token is called whatever a host says."""

        csrf_field_name = "csrf_token"

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Fields of a sent form only: a JSON body holds anything, and no page sends one."""
            is_read = formdata is not None and form.is_submitted()  # None says: read nothing
            return request.form if is_read else None

    @property
    def is_stale(self) -> bool:
        """Whether the token is missing, too old or another visitor's; nothing was done then."""
        token = self._fields.get(self.meta.csrf_field_name)
        return bool(token is not None and token.errors)

    @property
    def first_wrong(self) -> str:
        """The name of the first field with a mistake, where the page puts the focus; else ''."""
        return next((str(field.name) for field in self if field.errors), "")


class WholeNumberField(IntegerField):  # type: ignore[misc]  # WTForms ships no types
    """A whole number; one of more digits than ours ever have is none, and is not reckoned with."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads the number, or raises ValueError."""
        if valuelist and not _NUMBER.fullmatch(valuelist[0].strip()):
            self.data = None
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


def tidied(text: str | None) -> str | None:
    """The text with plain line ends and edges, without what would spoil the page around it."""
    if not text:
        return text
    kept: list[str] = []
    marks = 0
    for sign in _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")):
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept).strip()


def first_error(form: Form) -> str:
    """The first sentence to tell, in the order of the fields; a stale page comes before them."""
    if form.is_stale:
        return STALE
    for field in form:
        if field.errors:
            return str(field.errors[0])
    return "Please check what you entered."
