"""Keeping the index up to the shop, and the list of what nobody found short."""

from ..database import now, transaction
from .misses import forget_old_misses
from .operations import refresh


def index_search() -> int:
    """Takes all changes into the index, some hundred at a time; gives how many there were."""
    taken = 0
    while True:
        with transaction():
            few = refresh()
        taken += few
        if not few:
            return taken


def forget_misses() -> int:
    """Forgets what nobody looked for in 90 days; gives how many questions that were."""
    with transaction():
        return forget_old_misses(now())
