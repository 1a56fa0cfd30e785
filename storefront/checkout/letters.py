"""The letters of a purchase, written in the transaction that makes them true."""

from flask import render_template

from .. import mail, orders, payments
from ..display import shop_facts
from ..pages import public_url, settings
from .paperwork import pay_url


def write_confirmation(order_id: int) -> bool:
    """The confirmation of a paid order, once; also the durable copy that EU law asks for."""
    order = _view(order_id)
    return _write("order_confirmation", order, subject=f"Your order {order.number} is confirmed")


def write_under_way(order_id: int) -> bool:
    """Says that the order is in and the money of a slow payment is awaited, once."""
    order = _view(order_id)
    return _write("payment_under_way", order, subject=f"We have your order {order.number}")


def write_payment_failed(order_id: int) -> bool:
    """Says that the bank did not make a slow payment, once."""
    order, row = _view(order_id), orders.by_id(order_id)
    assert row is not None
    subject = f"Order {order.number} was not paid"
    return _write("payment_failed", order, subject=subject, pay_url=pay_url(row))


def write_refund(order_id: int, refund: payments.Refund) -> bool:
    """Says that money is on its way back, once for each refund."""
    order, taken = _view(order_id), payments.payment(refund.payment_id)
    return _write(
        "refund",
        order,
        subject=f"Your payment for order {order.number} goes back",
        reference=f"{order.reference}.{refund.id}",
        refund=refund,
        is_whole=taken is not None and taken.amount_cents == refund.amount_cents,
    )


def _view(order_id: int) -> orders.OrderView:
    order = orders.by_id(order_id)
    assert order is not None
    return orders.view(order, orders.lines_of(order_id))


def _write(
    kind: str, order: orders.OrderView, *, subject: str, reference: str = "", **facts: object
) -> bool:
    subject = f"{settings().STOREFRONT_NAME}: {subject}"
    context = {
        "subject": subject,
        "order": order,
        "order_url": public_url("order", reference=order.reference),
        "shop": shop_facts(),
        **facts,
    }
    letter = mail.NewLetter(
        kind=kind,
        reference=reference or order.reference,
        recipient=order.email,
        subject=subject,
        text=render_template(f"storefront/mail/{kind}.txt", **context),
        html=render_template(f"storefront/mail/{kind}.html", **context),
    )
    return mail.write(letter) if order.email else False
