"""The form of the shop's answer."""

from wtforms import TextAreaField
from wtforms.validators import Length

from ...forms import Form, tidied

_MOST = 2000


class AnswerForm(Form):
    """What the shop answers below a review; '' takes the answer away."""

    answer = TextAreaField(
        filters=[lambda text: tidied(text) or ""],
        validators=[Length(max=_MOST, message=f"Please write {_MOST} signs at most.")],
    )
