"""Asking buyers by the clock."""

from ..database import now, transaction
from .invitations import due_orders, invite


def invite_buyers() -> int:
    """Writes to every buyer whose day has come; returns how many letters were written."""
    written = 0
    for order_id in due_orders(now()):
        with transaction():
            written += invite(order_id)
    return written
