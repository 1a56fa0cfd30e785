"""Offers from the command line: those of the demo."""

from collections.abc import Iterable

from ..database import transaction
from .operations import NewOffer, write


def load_offers(wanted: Iterable[NewOffer], *, actor: str) -> None:
    """Writes offers, all or none; raises CodeTaken or NameNotAllowed."""
    with transaction():
        for new in wanted:
            write(new, actor=actor)
