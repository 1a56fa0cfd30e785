"""The form behind the button that costs money."""

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from ..forms import Form


class CheckoutForm(Form):
    """Carries what the shopper saw (PricedCart.key), so that nothing else can be ordered."""

    seen = HiddenField(validators=[InputRequired(), Length(max=80)])
