"""What the worker does for the stock by the clock."""

from ..database import transaction
from .lots import block_short_lots


def block_lots() -> int:
    """Takes lots out of sale whose minimum shelf life has begun; returns how many."""
    with transaction():
        return block_short_lots()
