"""What the worker does for the guides; all of it may be repeated."""

from ..database import now, transaction
from .schedule import next_due, publish_due


def publish_guides() -> list[str]:
    """Publishes guides whose moment has come, and gives their titles."""
    due = next_due()
    if due is None or due > now():
        return []
    with transaction():
        return publish_due()
