"""Signals for the site around the shop, sent after the commit that made them true.

Connect with blinker: `order_paid.connect(receiver)`. The sender is the Flask app. A receiver that
raises is logged; the order stands.
"""

import logging
from typing import Any

from blinker import NamedSignal, Namespace
from flask import current_app

from .database import after_commit

log = logging.getLogger("storefront")

_signals = Namespace()

#: An order was paid. Keyword arguments: reference (str), total_cents (int), currency (str).
order_paid = _signals.signal("storefront.order_paid")

#: An order ended without payment. Keyword arguments: reference (str), state (str).
order_released = _signals.signal("storefront.order_released")

#: A parcel of an order has left. Keyword arguments: reference, carrier, tracking (all str).
parcel_shipped = _signals.signal("storefront.parcel_shipped")

#: Somebody wanted what is sold out. Keyword arguments: sku (str), guide_slug (str, '' for a product
#: page), block (str, of the guide), is_sign_up (bool: asked for a letter when it is back, else
#: pressed "Add to cart").
demand_lost = _signals.signal("storefront.demand_lost")

#: Something was put into a cart. Keyword arguments: sku (str), quantity (int), guide_slug and block
#: (str, '' where it came from no guide).
added_to_cart = _signals.signal("storefront.added_to_cart")


def tell_now(signal: NamedSignal, **facts: Any) -> None:
    """Sends a signal about something that changed nothing; a receiver that raises is logged."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        signal.send(app, **facts)
    except Exception:
        log.exception("a receiver of %s failed; the visitor was answered all the same", signal.name)


def announce(signal: NamedSignal, **facts: Any) -> None:
    """Sends a signal once the current transaction is committed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    after_commit(lambda: signal.send(app, **facts))
