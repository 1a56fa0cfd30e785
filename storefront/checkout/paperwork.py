"""What is written into an order and onto its payment page: copies, so nothing changes later."""

from collections.abc import Sequence
from datetime import datetime

from .. import cart, delivery, orders, payments
from ..pages import public_url, settings


def new_order(cart_id: int, priced: cart.PricedCart, *, expires_at: datetime) -> orders.NewOrder:
    """The order for a priced cart, with names, prices, tax and source guides copied."""
    return orders.NewOrder(
        cart_id=cart_id,
        content_key=priced.key,
        currency=priced.currency,
        lines=[_new_line(line) for line in priced.lines if line.quantity],
        delivery_name=priced.delivery_name,
        delivery_cents=priced.delivery_cents,
        vat_cents=priced.vat_cents,
        session_expires_at=expires_at,
    )


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
        lines=[
            payments.PaymentLine(
                ", ".join(filter(None, [line.name, line.variant])),
                line.unit_price_cents,
                line.quantity,
            )
            for line in lines
        ],
        delivery_name=order.delivery_name,
        delivery_cents=order.delivery_cents,
        delivery_days=delivery.BUSINESS_DAYS,
        countries=settings().countries,
        expires_at=order.session_expires_at,
        success_url=public_url("checkout_return") + "?session_id={CHECKOUT_SESSION_ID}",
        cancel_url=public_url("checkout_cancelled"),
    )


def _new_line(line: cart.BasketLine) -> orders.NewLine:
    return orders.NewLine(
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        tax_basis_points=delivery.tax_basis_points(line.tax_class),
        guide_slug=line.guide_slug,
        block=line.block,
    )
