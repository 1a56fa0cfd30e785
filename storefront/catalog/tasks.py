"""What the worker does for the catalogue; all of it may be repeated."""

from ..database import now, transaction
from .price_clock import apply_due, next_due


def start_prices() -> int:
    """Begins and ends planned prices that are due; returns how many there were."""
    due = next_due()
    if due is None or due > now():
        return 0
    with transaction():
        return apply_due()
