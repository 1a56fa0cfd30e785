"""The form of an order taken by phone: rows of articles, for whom it is, and a note for them."""

import secrets
from typing import Any

from wtforms import EmailField, FieldList, FormField, StringField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import DataRequired, Email, Length

from ... import cart, drafts, offers
from ...errors import Refusal
from ...forms import Form
from ..addresses import number_of

ROWS = 3
MOST_ROWS = 80
_HOW_MANY = f"Please write a number from 1 to {cart.MOST_OF_ONE}."


class PhoneRow(Part):  # type: ignore[misc]  # WTForms ships no types
    """One article that the caller wants."""

    article = StringField(
        "SKU or name", validators=[Length(max=200, message="Please write 200 signs at most.")]
    )
    units = StringField("How many")


class PhoneForm(Form):
    """An order taken by phone; version is that of what was seen when the form was opened."""

    token = StringField(validators=[Length(max=64)])
    version = StringField()
    rows = FieldList(FormField(PhoneRow), min_entries=ROWS, max_entries=MOST_ROWS)
    email = EmailField(
        "E-mail",
        validators=[
            DataRequired("Please give the address that the letter goes to."),
            Length(max=320, message="This is too long for an e-mail address."),
            Email("Please write an e-mail address like ida@mail.example.", allow_smtputf8=False),
        ],
    )
    name = StringField(
        "Name", validators=[Length(max=200, message="Please keep the name to 200 characters.")]
    )
    code = StringField(
        "Promotion code",
        validators=[Length(max=60, message="This is too long for a code. Please look once more.")],
    )
    note = TextAreaField(
        "A note for the shopper",
        validators=[Length(max=1000, message="Please keep the note to 1,000 characters.")],
    )

    @property
    def first_wrong(self) -> str:
        """The id of the first field that has to be mended, '' if none."""
        fields = [field for row in self.rows for field in row.form]
        fields += [field for field in self if field.name != "rows"]
        return next((field.id for field in fields if field.errors), "")

    @property
    def seen_version(self) -> int:
        """What was seen; -1 for nonsense, which nothing ever is."""
        return number_of(self.version.data or "")

    def add_rows(self) -> None:
        """Room for more articles."""
        for _ in range(min(ROWS, MOST_ROWS - len(self.rows))):
            self.rows.append_entry()

    def wish(self) -> drafts.Wish:
        """What was written; check first_wrong before it is used."""
        self.validate()
        goods: dict[str, int] = {}
        rows = [row.form for row in self.rows if _text(row.form.article) or _text(row.form.units)]
        for row in rows:
            sku, units = _article(row), _units(row)
            if sku in goods:
                _blame(row.article, "This stands above already. Write it once, with all units.")
            goods[sku] = units
        if not rows:
            _blame(self.rows[0].form.article, "Please write what the caller wants.")
        return drafts.Wish(
            _text(self.email),
            _text(self.name),
            _lines(_text(self.note)),
            goods=goods,
            code=offers.read_code(_text(self.code)) or _text(self.code),
        )

    def blame(self, refusal: Refusal) -> bool:
        """Puts a refusal at the row or field that it is about; False when it is about none."""
        if isinstance(refusal, cart.CodeRefused):
            _blame(self.code, refusal.sentence)
            return True
        about = [row for row in self.rows if _text(row.form.article) == getattr(refusal, "sku", "")]
        for row in about:
            is_number = isinstance(refusal, cart.OnlySomeLeft)
            _blame(row.form.units if is_number else row.form.article, refusal.sentence)
        return bool(about)


def phone_form() -> PhoneForm:
    """The form as it was sent, or an empty one with a new token."""
    form = PhoneForm()
    if not form.is_submitted():
        form.token.data = secrets.token_urlsafe(18)
    return form


def form_of(draft: drafts.Draft, priced: cart.PricedCart) -> PhoneForm:
    """The form filled in with what is written down."""
    rows = [{"article": line.sku, "units": str(line.wanted)} for line in priced.lines]
    code = priced.code.code if priced.code else ""
    facts = {"email": draft.email, "name": draft.name, "note": draft.note, "code": code}
    form = PhoneForm(formdata=None, data={**facts, "rows": rows, "version": str(draft.version)})
    if len(rows) >= ROWS:
        form.add_rows()
    return form


def _article(row: Any) -> str:
    """The SKU that a row means, which it shows from now on; '' with what is wrong beside it."""
    text = _text(row.article)
    if not text:
        return _blame(row.article, "Which article? Write its SKU or words of its name.")
    found = drafts.articles_named(text) if not row.article.errors else []
    if len(found) == 1:
        row.article.data, words = found[0]
        row.article.description = words
        return str(row.article.data)
    if len(found) > drafts.MOST_NAMED:
        return _blame(row.article, "Many articles are called so. Write more of the name.")
    if found:
        choices = "; ".join(f"{sku} ({words})" for sku, words in found)
        return _blame(row.article, f"Which one? Write the SKU: {choices}.")
    return _blame(row.article, "We sell nothing that is called so.")


def _units(row: Any) -> int:
    text = _text(row.units)
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    if not is_number or not 1 <= int(text) <= cart.MOST_OF_ONE:
        _blame(row.units, _HOW_MANY)
        return 1
    return int(text)


def _blame(field: Any, sentence: str) -> str:
    field.errors = [*field.errors, sentence]
    return ""


def _text(field: Any) -> str:
    return (field.data or "").strip()


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
