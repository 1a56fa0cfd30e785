"""Forgetting the addresses of those who wrote."""

from ..database import now, transaction
from .operations import forget_emails


def forget_who_wrote() -> int:
    """Erases e-mail addresses that are not needed any more; returns how many."""
    with transaction():
        return forget_emails(now())
