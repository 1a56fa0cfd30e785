"""Which message."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ...forms import Form


class FollowEventForm(Form):
    """Which message of Stripe to act on once more."""

    event_id = StringField(
        validators=[
            InputRequired("Please choose a message."),
            Length(max=255, message="There is no message with this number."),
        ]
    )
