"""Writing to those who wait, and forgetting those who were told."""

from datetime import UTC, datetime

from ..database import transaction
from .operations import forget_old, tell
from .queries import wanted_skus


def tell_who_waits() -> int:
    """Writes to those who wait for what is there again; returns how many letters were written."""
    written = 0
    for sku in wanted_skus():
        with transaction():
            written += tell(sku, now=datetime.now(UTC))
    return written


def forget_who_was_told() -> int:
    """Erases addresses that are not needed any more; returns how many."""
    with transaction():
        return forget_old(datetime.now(UTC))
