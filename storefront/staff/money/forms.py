"""How a case is settled."""

from wtforms import BooleanField, StringField

from ...forms import Form


class CaseForm(Form):
    """How to settle a case: 'do' what its button says, 'accept' an amount, or 'leave' it."""

    choice = StringField()
    is_on_order = BooleanField()  # pressed on the page of the order, and leads back there
