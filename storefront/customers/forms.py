"""Forms of sign-ups."""

from wtforms import EmailField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from ..forms import Form

_NOT_ONE = "Please give your e-mail address, like ida@mail.example."


class SignUpForm(Form):
    """The form on product pages: the same for everybody, so it carries no token.

    The same-origin check stands in front of it (safety.is_same_origin).
    """

    class Meta:
        """No token: see above."""

        csrf = False

    sku = StringField(validators=[InputRequired("Please choose an article."), Length(max=64)])
    guide = StringField(validators=[Length(max=120)])  # slug of the one that the form stands in
    email = EmailField(
        "E-mail",
        filters=[lambda text: text.strip() if text else text],
        validators=[
            InputRequired(_NOT_ONE),
            Length(max=254, message="No e-mail address is this long; please check it."),
            Regexp(r"[^@\s<>\",;:()]+@[^@\s<>\",;:()]+\.[^@\s<>\",;:().]+\Z", message=_NOT_ONE),
        ],
    )
