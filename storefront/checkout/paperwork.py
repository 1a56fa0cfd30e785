"""What is written into an order and onto its payment page: copies, so nothing changes later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .. import cart, delivery, offers, orders, payments
from ..money import smallest_step
from ..pages import public_url, settings


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom staff put an order together by phone, and whose page leads to paying it."""

    draft_reference: str
    email: str
    taken_by: str


SHOPPER = Caller("", "", "")  # somebody with a cart of their own


def new_order(
    cart_id: int, priced: cart.PricedCart, *, expires_at: datetime, caller: Caller
) -> orders.NewOrder:
    """The order for a priced cart, with names, prices, tax and source guides copied."""
    return orders.NewOrder(
        cart_id=cart_id,
        content_key=priced.key,
        currency=priced.currency,
        lines=[
            _new_line(line, _reductions(priced.cuts, place), priced.country)
            for place, line in enumerate(priced.lines)
            if line.quantity
        ],
        delivery_name=priced.delivery_name,
        delivery_cents=priced.delivery_cents,
        vat_cents=priced.vat_cents,
        session_expires_at=expires_at,
        draft_reference=caller.draft_reference,
        email=caller.email or priced.email,
        taken_by=caller.taken_by,
        delivery_reductions=[
            orders.Reduction(cut.terms.id, cut.terms.name, cut.terms.code, cut.delivery_cents)
            for cut in priced.cuts
            if cut.delivery_cents
        ],
        ship_only_to=" ".join(_bounds(priced.countries)),
        gift_note=priced.gift_note,
    )


def pay_url(order: orders.Order) -> str:
    """Our page on which a caller pays; '' of an order from a shopper's own cart."""
    return public_url("pay", reference=order.draft_reference) if order.draft_reference else ""


def new_session(order: orders.Order, lines: Sequence[orders.OrderLine]) -> payments.NewSession:
    """The payment page of an order, built from the order alone.

    The same order always gives the same values, so Stripe answers a repeated request with the
    page it made the first time. Another attempt has another key and another end.
    """
    return payments.NewSession(
        key=f"order-{order.id}-attempt-{order.attempt}-{order.reference[:8]}",
        shop=public_url("home"),
        reference=order.reference,
        order_id=order.id,
        currency=order.currency,
        lines=[_payment_line(line, order.currency) for line in lines],
        delivery_name=order.delivery_name,
        delivery_cents=order.delivery_cents,
        delivery_days=delivery.BUSINESS_DAYS,
        countries=order.ship_only_to.split() or settings().countries,
        expires_at=order.session_expires_at,
        success_url=public_url("checkout_return") + "?session_id={CHECKOUT_SESSION_ID}",
        cancel_url=pay_url(order) or public_url("checkout_cancelled"),
        email=order.email,
    )


def _payment_line(line: orders.OrderLine, currency: str) -> payments.PaymentLine:
    """A line at what is paid for it.

    Where an offer made it so cheap that its units do not all cost the same, they stand on the page
    as one, since Stripe reckons units times their price: its total is always the order's.
    """
    name = ", ".join(filter(None, [line.name, line.variant]))
    if line.line_cents % (line.quantity * smallest_step(currency)) == 0:
        return payments.PaymentLine(name, line.line_cents // line.quantity, line.quantity)
    return payments.PaymentLine(f"{line.quantity} × {name}", line.line_cents, 1)


def _reductions(cuts: Sequence[offers.Cut], place: int) -> list[orders.Reduction]:
    return [
        orders.Reduction(cut.terms.id, cut.terms.name, cut.terms.code, cut.line_cents[place])
        for cut in cuts
        if cut.line_cents[place]
    ]


def _bounds(countries: tuple[str, ...]) -> tuple[str, ...]:
    """The countries, where they are not all that we send to."""
    return () if countries == settings().countries else countries


def _new_line(
    line: cart.BasketLine, reductions: Sequence[orders.Reduction], country: str
) -> orders.NewLine:
    return orders.NewLine(
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        tax_basis_points=delivery.tax_basis_points(line.tax_class, country),
        guide_slug=line.guide_slug,
        block=line.block,
        reductions=reductions,
    )
