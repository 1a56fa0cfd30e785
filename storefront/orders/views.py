"""An order as pages and letters show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import Order, OrderLine
from .states import HEADINGS, SENT_SENTENCES, SENTENCES


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line, as it was bought."""

    sku: str
    name: str
    variant: str
    quantity: int
    unit_price_cents: int
    line_cents: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order; money in minor units, ship_to is the label, line by line, ship_country a code."""

    reference: str
    number: str
    state: str
    state_heading: str
    state_sentence: str
    placed_at: datetime
    paid_at: datetime | None
    email: str
    lines: tuple[OrderLineView, ...]
    subtotal_cents: int
    delivery_name: str
    delivery_cents: int
    vat_cents: int
    total_cents: int
    currency: str
    ship_to: tuple[str, ...]
    ship_country: str


def view(order: Order, lines: Sequence[OrderLine]) -> OrderView:
    """The order with its lines."""
    label = [order.ship_name, *order.ship_address.splitlines()]
    return OrderView(
        reference=order.reference,
        number=order.number,
        state=order.state,
        state_heading=HEADINGS[order.state],
        state_sentence=_sentence(order),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        email=order.email,
        lines=tuple(_line(line) for line in lines),
        subtotal_cents=order.subtotal_cents,
        delivery_name=order.delivery_name,
        delivery_cents=order.delivery_cents,
        vat_cents=order.vat_cents,
        total_cents=order.total_cents,
        currency=order.currency,
        ship_to=tuple(filter(None, label)),
        ship_country=order.ship_country,
    )


def _sentence(order: Order) -> str:
    """What is true now: of a paid order, where its goods are."""
    sent = SENT_SENTENCES.get(order.stage, "") if order.state == "paid" else ""
    return sent or SENTENCES[order.state]


def _line(line: OrderLine) -> OrderLineView:
    return OrderLineView(
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        line_cents=line.line_cents,
    )
