"""Signals for the site around the shop, sent after the commit that made them true.

Connect with blinker: `order_paid.connect(receiver)`. The sender is the Flask app. A receiver that
raises is logged; the order stands.
"""

from typing import Any

from blinker import NamedSignal, Namespace
from flask import current_app

from .database import after_commit

_signals = Namespace()

#: An order was paid. Keyword arguments: reference (str), total_cents (int), currency (str).
order_paid = _signals.signal("storefront.order_paid")

#: An order ended without payment. Keyword arguments: reference (str), state (str).
order_released = _signals.signal("storefront.order_released")


def announce(signal: NamedSignal, **facts: Any) -> None:
    """Sends a signal once the current transaction is committed."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    after_commit(lambda: signal.send(app, **facts))
