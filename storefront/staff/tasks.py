"""What the worker does for the people who run the shop."""

import secrets

from flask import render_template

from .. import catalog, inventory, mail
from ..database import db, transaction
from ..display import shop_facts
from ..pages import public_url, settings
from .people.queries import keepers


def tell_low_stock() -> int:
    """Writes once about each SKU on sale that has become low; returns how many those are.

    To everybody who may change the stock; where the shop knows nobody, to the support address.
    """
    mark = settings().STOREFRONT_LOW_STOCK
    if not inventory.has_low_news(mark):
        return 0
    db.session.rollback()
    with transaction():
        found = catalog.stock_rows(inventory.note_low(mark))
        rows = [found[sku] for sku in sorted(found) if found[sku].is_on_sale]
        for recipient in keepers() or [settings().STOREFRONT_SUPPORT_EMAIL]:
            if rows:
                mail.write(_letter(rows, recipient))
    return len(rows)


def _letter(rows: list[catalog.StockRow], recipient: str) -> mail.NewLetter:
    what = f"{rows[0].product}, {rows[0].size} is" if len(rows) == 1 else f"{len(rows)} sizes are"
    subject = f"{settings().STOREFRONT_NAME}: {what} low"
    context = {
        "subject": subject,
        "rows": rows,
        "stock_url": f"{public_url('staff_stock')}?show=low",
        "shop": shop_facts(),
    }
    return mail.NewLetter(
        kind="low_stock",
        reference=secrets.token_hex(16),
        recipient=recipient,
        subject=subject,
        text=render_template("storefront/mail/low_stock.txt", **context),
        html=render_template("storefront/mail/low_stock.html", **context),
    )
