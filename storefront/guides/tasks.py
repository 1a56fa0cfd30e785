"""What the worker does for the guides; all of it may be repeated."""

from collections.abc import Callable

from ..database import now, transaction
from ..local_time import today
from ..pages import settings
from .health.asking import Answer, Asker
from .health.finding import newest_texts
from .health.of_text import outside_links
from .health.outside import due, note_answer, remember
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
    with transaction():
        texts = [newest or shown for _, _, _, shown, newest in newest_texts()]
        remember((one for text in texts for one, _ in outside_links(text)), now=now())
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
