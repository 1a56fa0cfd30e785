"""The letters of a purchase, written in the transaction that makes them true."""

from flask import render_template

from .. import mail, orders
from ..display import shop_facts
from ..pages import public_url, settings


def write_confirmation(order_id: int) -> bool:
    """The confirmation of a paid order, once; also the durable copy that EU law asks for."""
    order = _view(order_id)
    return _write("order_confirmation", order, subject=f"Your order {order.number} is confirmed")


def write_refunded(order_id: int) -> bool:
    """Says that a late payment is on its way back, once."""
    order = _view(order_id)
    return _write(
        "order_refunded", order, subject=f"Your payment for order {order.number} goes back"
    )


def _view(order_id: int) -> orders.OrderView:
    order = orders.by_id(order_id)
    assert order is not None
    return orders.view(order, orders.lines_of(order_id))


def _write(kind: str, order: orders.OrderView, *, subject: str) -> bool:
    subject = f"{settings().STOREFRONT_NAME}: {subject}"
    context = {
        "subject": subject,
        "order": order,
        "order_url": public_url("order", reference=order.reference),
        "shop": shop_facts(),
    }
    letter = mail.NewLetter(
        kind=kind,
        reference=order.reference,
        recipient=order.email,
        subject=subject,
        text=render_template(f"storefront/mail/{kind}.txt", **context),
        html=render_template(f"storefront/mail/{kind}.html", **context),
    )
    return mail.write(letter) if order.email else False
