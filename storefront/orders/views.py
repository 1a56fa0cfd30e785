"""An order as pages and letters show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import Order, OrderLine, OrderReduction
from .queries import reductions_of
from .states import HEADINGS, SENT_SENTENCES, SENTENCES


@dataclass(frozen=True, slots=True)
class ReductionView:
    """What an offer took off, in minor units, and its name, with its code if it has one."""

    words: str
    cents: int


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """A line, as it was bought; line_cents is what was paid for it, full_cents its price."""

    sku: str
    name: str
    variant: str
    quantity: int
    unit_price_cents: int
    line_cents: int
    full_cents: int
    reductions: tuple[ReductionView, ...]


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order; money in minor units, ship_to is the label, line by line, ship_country a code.

    goods_cents and full_delivery_cents are before reductions, subtotal_cents and delivery_cents
    after them.
    """

    reference: str
    number: str
    state: str
    state_heading: str
    state_sentence: str
    placed_at: datetime
    paid_at: datetime | None
    email: str
    lines: tuple[OrderLineView, ...]
    goods_cents: int
    subtotal_cents: int
    delivery_name: str
    full_delivery_cents: int
    delivery_cents: int
    reductions: tuple[ReductionView, ...]
    vat_cents: int
    total_cents: int
    currency: str
    ship_to: tuple[str, ...]
    ship_country: str
    gift_note: str  # '' of what is no gift


def view(
    order: Order, lines: Sequence[OrderLine], *, taken_off: Sequence[OrderReduction] | None = None
) -> OrderView:
    """The order with its lines; reads what offers took off them, unless it is given.

    A slip or letter without prices gives (), and saves the statement.
    """
    label = [order.ship_name, *order.ship_address.splitlines()]
    if taken_off is None:
        taken_off = reductions_of([order.id])[order.id] if order.reduced_cents else ()
    off_delivery = sum(one.cents for one in taken_off if one.line_id is None)
    return OrderView(
        reference=order.reference,
        number=order.number,
        state=order.state,
        state_heading=HEADINGS[order.state],
        state_sentence=_sentence(order),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        email=order.email,
        lines=tuple(_line(line, taken_off) for line in lines),
        goods_cents=order.subtotal_cents + order.reduced_cents - off_delivery,
        subtotal_cents=order.subtotal_cents,
        delivery_name=order.delivery_name,
        full_delivery_cents=order.delivery_cents + off_delivery,
        delivery_cents=order.delivery_cents,
        reductions=_by_offer(taken_off),
        vat_cents=order.vat_cents,
        total_cents=order.total_cents,
        currency=order.currency,
        ship_to=tuple(filter(None, label)),
        ship_country=order.ship_country,
        gift_note=order.gift_note,
    )


def _sentence(order: Order) -> str:
    """What is true now: of a paid order, where its goods are."""
    sent = SENT_SENTENCES.get(order.stage, "") if order.state == "paid" else ""
    return sent or SENTENCES[order.state]


def _by_offer(taken_off: Sequence[OrderReduction]) -> tuple[ReductionView, ...]:
    """One for each offer, in the order in which they were reckoned."""
    sums: dict[tuple[int, str, str], int] = {}
    for one in taken_off:
        key = (one.offer_id, one.name, one.code)
        sums[key] = sums.get(key, 0) + one.cents
    return tuple(ReductionView(_words(*key[1:]), cents) for key, cents in sums.items())


def _words(name: str, code: str) -> str:
    return f"{name} ({code})" if code else name


def _line(line: OrderLine, taken_off: Sequence[OrderReduction]) -> OrderLineView:
    return OrderLineView(
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        line_cents=line.line_cents,
        full_cents=line.line_cents + line.reduced_cents,
        reductions=_by_offer([one for one in taken_off if one.line_id == line.id]),
    )
