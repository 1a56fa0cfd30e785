"""The letter that a parcel is on its way, written when it leaves and sent some minutes later."""

from datetime import timedelta

from flask import render_template

from .. import mail, orders
from ..database import db
from ..display import shop_facts
from ..pages import public_url, settings
from .carriers import tracking_url
from .models import Parcel
from .queries import parcels_of, units_of

KIND = "parcel_shipped"


def reference_of(order_reference: str, parcel_id: int) -> str:
    """What the letter of a parcel is kept by."""
    return f"{order_reference}.parcel-{parcel_id}"


def letter_references(order_id: int, order_reference: str) -> list[str]:
    """What the letters of an order's parcels are kept by."""
    return [reference_of(order_reference, parcel.id) for parcel in parcels_of(order_id)]


def write_shipped(order_id: int, parcel_id: int, *, waits: timedelta) -> bool:
    """Says that a parcel is on its way and what is in it, once for each parcel."""
    order, parcel = (
        orders.by_id(order_id),
        db.session.get(Parcel, parcel_id, populate_existing=True),
    )
    assert order is not None
    assert parcel is not None
    if not order.email:
        return False
    lines = orders.lines_of(order_id)
    shown, units = orders.view(order, lines, taken_off=()), units_of(parcel_id)
    subject = f"{settings().STOREFRONT_NAME}: Your order {order.number} is on its way"
    context = {
        "subject": subject,
        "order": shown,
        "order_url": public_url("order", reference=order.reference),
        "shop": shop_facts(),
        "goods": [(units[line.id], line.name, line.variant) for line in lines if line.id in units],
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "tracking_url": tracking_url(parcel.carrier, parcel.tracking),
        "is_last": order.stage == "shipped",
    }
    return mail.write(
        mail.NewLetter(
            kind=KIND,
            reference=reference_of(order.reference, parcel_id),
            recipient=order.email,
            subject=subject,
            text=render_template(f"storefront/mail/{KIND}.txt", **context),
            html=render_template(f"storefront/mail/{KIND}.html", **context),
            waits=waits,
        )
    )


def has_shipped_letter(order_reference: str, parcel_id: int) -> bool:
    """Whether a letter about this parcel was written, sent or not."""
    found = mail.letters_about([reference_of(order_reference, parcel_id)])
    return any(letter.kind == KIND for letter in found)


def take_back_shipped(order_reference: str, parcel_id: int) -> bool:
    """Unwrites that letter; False when it is being sent or has gone."""
    return mail.take_back(KIND, reference_of(order_reference, parcel_id))
