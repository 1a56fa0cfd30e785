"""What the worker does for the guides; all of it may be repeated."""

from collections.abc import Callable

from ..database import db, now, transaction
from ..local_time import today
from ..pages import settings
from .health.asking import Answer, Asker
from .health.kept_readings import reading_of
from .health.outside import due, note_answer, remember
from .health.texts import texts_of_guides
from .publishing.schedule import next_due, publish_due
from .swaps import note_swaps

_MOST_ASKED = 30  # in one turn: a worker has other things to do


def publish_guides() -> list[str]:
    """Publishes guides whose moment has come, and gives their titles."""
    due_at = next_due()
    if due_at is None or due_at > now():
        return []
    with transaction():
        return publish_due()


def write_swaps() -> int:
    """Writes down what began and ended to stand in for what is sold out; returns how much."""
    with transaction():
        return note_swaps(now=now())


def ask_outside_links(ask: Callable[[str], Answer] | None = None) -> int:
    """Asks the addresses outside that are due whether they are there; returns how many."""
    if settings().STOREFRONT_LINK_CHECKS == "off":
        return 0
    asked = ask or _asker().ask
    texts = [text for one in texts_of_guides() for text in one.all]
    db.session.rollback()  # a thousand texts take their time, and nobody shall wait for them
    leads_to = {address for text in texts for address, _ in reading_of(text).outside}
    with transaction():
        remember(leads_to, now=now())
    addresses = due(now(), most=_MOST_ASKED)
    for address in addresses:
        answer = asked(address)
        with transaction():
            note_answer(address, answer, now=now(), day=today())
    return len(addresses)


def _asker() -> Asker:
    found = settings()
    name = f"StorefrontLinkCheck/1.0 (+{found.STOREFRONT_PUBLIC_URL})"
    return Asker(name, allows_loopback=found.STOREFRONT_LINK_CHECKS == "loopback")
