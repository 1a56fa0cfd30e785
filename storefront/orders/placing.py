"""An order as it is placed: everything copied, so that no later change rewrites it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..database import require_transaction
from .models import Order, OrderLine, OrderReduction
from .operations import new_reference, note
from .words import words_of_goods, words_of_label, write_words


@dataclass(frozen=True, slots=True)
class Reduction:
    """What an offer takes off a line or off delivery, in minor units; code is '' without one."""

    offer_id: int
    name: str
    code: str
    cents: int


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as it is copied into the order; money in minor units, tax in basis points."""

    sku: str
    name: str
    variant: str
    quantity: int
    unit_price_cents: int
    tax_basis_points: int
    guide_slug: str = ""
    block: str = ""
    reductions: Sequence[Reduction] = ()

    @property
    def reduced_cents(self) -> int:
        """What offers take off it."""
        return sum(one.cents for one in self.reductions)

    @property
    def line_cents(self) -> int:
        """What is paid for it."""
        return self.unit_price_cents * self.quantity - self.reduced_cents


@dataclass(frozen=True, slots=True)
class NewOrder:
    """Everything an order is placed with; delivery_cents is what is paid for it.

    Of one that was taken by phone its draft, whom it is for and who took it. ship_only_to names
    countries with a space between, '' for all that the shop sends to.
    """

    cart_id: int
    content_key: str
    currency: str
    lines: Sequence[NewLine]
    delivery_name: str
    delivery_cents: int
    vat_cents: int
    session_expires_at: datetime
    draft_reference: str = ""
    email: str = ""
    taken_by: str = ""
    delivery_reductions: Sequence[Reduction] = ()
    ship_only_to: str = ""
    gift_note: str = ""

    @property
    def reduced_cents(self) -> int:
        """What offers take off all of it."""
        on_delivery = sum(one.cents for one in self.delivery_reductions)
        return on_delivery + sum(line.reduced_cents for line in self.lines)


def place(new: NewOrder) -> Order:
    """Writes a pending order under a fresh unguessable reference.

    Raises IntegrityError when the cart already has a pending order.
    """
    session = require_transaction()
    subtotal = sum(line.line_cents for line in new.lines)
    order = Order(
        reference=new_reference(),
        cart_id=new.cart_id,
        content_key=new.content_key,
        currency=new.currency,
        subtotal_cents=subtotal,
        delivery_name=new.delivery_name,
        delivery_cents=new.delivery_cents,
        total_cents=subtotal + new.delivery_cents,
        vat_cents=new.vat_cents,
        reduced_cents=new.reduced_cents,
        ship_only_to=new.ship_only_to,
        session_expires_at=new.session_expires_at,
        draft_reference=new.draft_reference,
        email=new.email,
        gift_note=new.gift_note,
    )
    session.add(order)
    session.flush()
    lines = [_line(order.id, line) for line in new.lines]
    session.add_all(lines)
    _write_reductions(order.id, new, lines)
    skus = (line.sku for line in new.lines)
    write_words(order.id, "goods", words_of_goods(skus))
    write_words(order.id, "label", words_of_label(new.email, ""))
    note(order.id, "placed", f"Taken by phone by {new.taken_by}" if new.taken_by else "")
    return order


def _line(order_id: int, line: NewLine) -> OrderLine:
    return OrderLine(
        order_id=order_id,
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        reduced_cents=line.reduced_cents,
        line_cents=line.line_cents,
        tax_basis_points=line.tax_basis_points,
        guide_slug=line.guide_slug,
        block=line.block,
    )


def _write_reductions(order_id: int, new: NewOrder, lines: Sequence[OrderLine]) -> None:
    session = require_transaction()
    session.flush()  # the lines get their numbers
    of_lines = [
        (line.id, one)
        for line, wanted in zip(lines, new.lines, strict=True)
        for one in wanted.reductions
    ]
    session.add_all(
        OrderReduction(
            order_id=order_id,
            line_id=line_id,
            offer_id=one.offer_id,
            name=one.name,
            code=one.code,
            cents=one.cents,
        )
        for line_id, one in [*of_lines, *((None, one) for one in new.delivery_reductions)]
    )
