"""The form behind the link of a letter: it needs no account and no cookie."""

from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from ..forms import LINK, Form, tidied
from .reasons import CHOOSE_STARS

MOST_TEXT, LEAST_TEXT, MOST_NAME = 2000, 3, 40
#: Field → its values in the order of the page, and what stands beside each.
WORDS = {
    "stars": {"5": "very good", "4": "good", "3": "all right", "2": "poor", "1": "bad"},
    "incentive": {
        "none": "No, I paid for it as usual",
        "gift": "I got the product for free",
        "discount": "I got a discount or a voucher for writing",
    },
    "relationship": {
        "none": "No, I am a buyer and nothing else",
        "knows": "I know somebody who works here",
        "works": "I work here, or for somebody who supplies it",
    },
}
_NO_NAME = "Please write a first name or initials, without any address, or leave this empty."
WORKS_HERE = (
    "Please leave the stars to buyers who do not work here. What you think is welcome at the next"
    " coffee."
)


class ReviewForm(Form):
    """Stars, text, the name that is shown, and what its readers should know of its author.

    The link is the right to send it; the same-origin check stands in front (safety.py).
    """

    class Meta:
        """No token: see above."""

        csrf = False

    words = WORDS

    stars = RadioField(
        "Your stars",
        choices=list(WORDS["stars"]),
        validate_choice=False,  # its own sentence speaks of no stars
        validators=[
            InputRequired("Please choose your stars."),
            AnyOf(list(WORDS["stars"]), message=CHOOSE_STARS),
        ],
    )
    text = TextAreaField(
        "Your review",
        filters=[tidied],
        validators=[
            DataRequired("Please write a few words."),
            Length(
                LEAST_TEXT, MOST_TEXT, message=f"Please write {LEAST_TEXT} to {MOST_TEXT} signs."
            ),
        ],
    )
    name = StringField(
        "The name above it",
        filters=[tidied, lambda text: " ".join(text.split()) if text else ""],
        validators=[Length(max=MOST_NAME, message="Please keep it short.")],
    )
    incentive = RadioField(
        "Did you get something for it?",
        choices=list(WORDS["incentive"]),
        default="none",
        validators=[InputRequired("Please choose one.")],
    )
    relationship = RadioField(
        "Do you know us?",
        choices=list(WORDS["relationship"]),
        default="none",
        validators=[InputRequired("Please choose one.")],
    )

    def validate_name(self, field: StringField) -> None:
        """A name is neither an address nor an advertisement."""
        if LINK.search(field.data or "") or "@" in (field.data or ""):
            raise ValidationError(_NO_NAME)

    def validate_text(self, field: TextAreaField) -> None:
        """Links in reviews are advertisements nearly always."""
        if LINK.search(field.data or ""):
            raise ValidationError("Please leave out all links.")

    def validate_relationship(self, field: RadioField) -> None:
        """Who works for the shop does not judge its goods in public."""
        if field.data == "works":
            raise ValidationError(WORKS_HERE)
