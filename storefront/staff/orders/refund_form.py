"""The form that sends money back: by line, by amount, or both; once for each form."""

import secrets
from collections.abc import Iterator
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from ... import checkout
from ...display import show_money
from ...forms import STALE, Form
from ...money import parse_money, plain_money
from .views import LineDesk, OrderDesk, PaymentDesk

_UNITS = "units_"


class RefundForm(Form):
    """What goes back of an order; a form is made for one order and knows no other's lines."""

    token = HiddenField(validators=[InputRequired(STALE), Length(max=64, message=STALE)])
    payment_id = SelectField("Which payment", validate_choice=False)
    has_delivery = BooleanField()
    amount = StringField(
        "Amount", validators=[Length(max=20, message="Please write an amount like 12.90.")]
    )
    is_restocked = BooleanField()
    note = TextAreaField(
        "A note for the shopper",
        validators=[Length(max=500, message="Please keep the note to 500 characters.")],
    )

    desk: OrderDesk

    @property
    def payment(self) -> PaymentDesk | None:
        """The payment that is chosen; the first that has something left when none was."""
        wanted = self.payment_id.data or self.desk.refundable[0].id
        return next((found for found in self.desk.refundable if found.id == wanted), None)

    @property
    def first_wrong(self) -> str:
        """The name of the first field on the page that has to be mended, '' if none."""
        on_page = [*(f for _, f in self.lines()), self.amount, self.is_restocked, self.note]
        return next((field.name for field in on_page if field.errors), "")

    def lines(self) -> Iterator[tuple[LineDesk, Field]]:
        """Each line with the field of its units."""
        for line in self.desk.lines:
            yield line, self[f"{_UNITS}{line.id}"]

    def line_units(self) -> dict[int, int]:
        """Line id → units, for the lines that were chosen."""
        chosen = {line.id: int(field.data or 0) for line, field in self.lines()}
        return {line_id: units for line_id, units in chosen.items() if units}

    def validate_amount(self, field: StringField) -> None:
        """An amount is one, or empty."""
        try:
            parse_money((field.data or "").strip() or "0", self.desk.order.currency)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from None

    def checked_cents(self) -> int:
        """What goes back, in minor units; 0 when something must be mended, which the fields say."""
        if not self.validate():
            return 0
        if self.is_restocked.data and not self.line_units():
            self.is_restocked.errors = ["Please choose which goods are back, in the lines above."]
            return 0
        cents = self._amount_cents()
        left = self.payment.left_cents if self.payment else 0
        if not cents:
            self.amount.errors = ["Please choose what goes back, or write an amount."]
        elif cents > left:
            sum_ = show_money(left, self.desk.order.currency)
            self.amount.errors = [f"Only {sum_} is left of this payment."]
        return cents if 0 < cents <= left else 0

    def _amount_cents(self) -> int:
        """What was written, or else what the chosen lines and delivery come to."""
        order, units = self.desk.order, self.line_units()
        if (self.amount.data or "").strip():
            return parse_money(self.amount.data, order.currency)
        goods = sum(line.cost_of(units.get(line.id, 0), order.currency) for line in self.desk.lines)
        return goods + order.delivery_cents * bool(self.has_delivery.data)

    def fill_with_all(self) -> None:
        """Chooses all that is left of the payment, and all units if it is the order's own."""
        if self.payment is None:
            return
        self.amount.data = plain_money(self.payment.left_cents, self.desk.order.currency)
        self.has_delivery.data = False
        for line, field in self.lines():
            field.data = str(line.left if self.payment.is_its_own else 0)

    def wish(self, amount_cents: int, *, actor: str) -> checkout.RefundWish:
        """What is asked of the shop."""
        assert self.payment is not None
        return checkout.RefundWish(
            payment_id=self.payment.id,
            amount_cents=amount_cents,
            token=self.token.data,
            line_units=self.line_units(),
            is_restocked=bool(self.is_restocked.data),
            note=(self.note.data or "").strip(),
            actor=actor,
        )


def refund_form(desk: OrderDesk) -> RefundForm:
    """The refund form of an order, with a field of units for each of its lines and a new token."""
    fields = {f"{_UNITS}{line.id}": _units(line) for line in desk.lines}
    form: RefundForm = type("OrderRefundForm", (RefundForm,), fields)()
    form.desk = desk
    form.payment_id.choices = [(p.id, _named(p, desk.order.currency)) for p in desk.refundable]
    if not form.is_submitted():
        form.token.data = secrets.token_urlsafe(18)
    return form


def _units(line: LineDesk) -> Any:
    def within(_: Form, field: Field) -> None:
        text = (field.data or "0").strip()
        is_number = text.isascii() and text.isdigit() and len(text) < 7
        if not is_number or int(text) > line.left:
            raise ValidationError(f"Please write a number from 0 to {line.left}.")

    return StringField(f"{line.name}, {line.variant}", validators=[within])


def _named(payment: PaymentDesk, currency: str) -> str:
    left, all_ = (show_money(c, currency) for c in (payment.left_cents, payment.amount_cents))
    return f"{payment.id}: {left} left of {all_}"
