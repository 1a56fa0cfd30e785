"""The letter of a recall: what is wrong, what to do now, and what the reader gets."""

from flask import render_template

from .. import catalog, inventory, mail, orders
from ..display import shop_facts
from ..pages import public_url, settings
from .models import Recall

KIND = "recall"


def reference_of(order_reference: str, lot_id: int) -> str:
    """What the outbox calls the letter of an order about a lot: there is one."""
    return f"{order_reference}.lot{lot_id}"


def letter(
    notice: Recall, lot: inventory.Lot, order: orders.Order, *, units: int, picture: str
) -> mail.NewLetter:
    """The letter to the buyer of some units of a lot; picture is the address of one, or ''."""
    subject = f"Product safety recall: {notice.product}"
    context = {
        "subject": subject,
        "notice": notice,
        "lot": lot,
        "order": order,
        "units": units,
        "picture": picture,
        "order_url": public_url("order", reference=order.reference),
        "shop": shop_facts(),
    }
    return mail.NewLetter(
        kind=KIND,
        reference=reference_of(order.reference, lot.id),
        recipient=order.email,
        subject=f"{settings().STOREFRONT_NAME}: {subject}",
        text=render_template("storefront/mail/recall.txt", **context),
        html=render_template("storefront/mail/recall.html", **context),
    )


def picture_url(sku: str) -> str:
    """Where a picture of an article stands, '' without one."""
    found = catalog.variants_by_sku([sku]).get(sku)
    if found is None or found.picture is None:
        return ""
    return public_url("media", file=found.picture.src.rpartition("/")[2])
