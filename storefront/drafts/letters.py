"""The letter that leads a caller to the page on which they pay."""

from flask import render_template

from .. import cart, mail
from ..display import shop_facts
from ..pages import public_url, settings
from .models import Draft

KIND = "phone_order"


def letter_references(draft: Draft) -> list[str]:
    """What the outbox calls the letters of an order taken by phone: one for each sending."""
    return [f"{draft.reference}.{number}" for number in range(1, draft.times_sent + 1)]


def write(draft: Draft, priced: cart.PricedCart) -> bool:
    """Writes the letter of the latest sending, once."""
    subject = f"{settings().STOREFRONT_NAME}: Your order is ready to be paid"
    context = {
        "subject": subject,
        "draft": draft,
        "cart": priced,
        "pay_url": public_url("pay", reference=draft.reference),
        "shop": shop_facts(),
    }
    return mail.write(
        mail.NewLetter(
            kind=KIND,
            reference=letter_references(draft)[-1],
            recipient=draft.email,
            subject=subject,
            text=render_template(f"storefront/mail/{KIND}.txt", **context),
            html=render_template(f"storefront/mail/{KIND}.html", **context),
        )
    )
