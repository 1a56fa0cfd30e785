"""The form behind the button that costs money."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length

from ..forms import Form


class CheckoutForm(Form):
    """Carries what the shopper saw (PricedCart.key), so that nothing else can be ordered.

    And whether they refuse the letter that asks for a review, as the law wants it to be asked.
    """

    seen = HiddenField(validators=[InputRequired(), Length(max=80)])
    no_invitation = BooleanField()  # "Do not ask me for a review"
