"""Deeds that happen at the same moment, each in a transaction and over a connection of its own."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from storefront.errors import Refusal

from .shop import Shop


def together(shop: Shop, *deeds: Callable[[], object]) -> list[object]:
    """Does all of it at the same moment, and returns what each returned; a refusal is an answer."""
    ready = threading.Barrier(len(deeds), timeout=60)

    def do(deed: Callable[[], object]) -> object:
        ready.wait()
        try:
            with shop.app.test_request_context():
                return shop.do(deed)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(do, deeds))


def refusals(answers: list[object]) -> list[str]:
    """The names of the refusals among the answers, sorted."""
    return sorted(type(answer).__name__ for answer in answers if isinstance(answer, Refusal))


def slowly(work: Callable[..., object]) -> Callable[..., object]:
    """The same with a moment after it, in which others can do what they like."""

    def slow(*values: object, **named: object) -> object:
        found = work(*values, **named)
        time.sleep(0.2)
        return found

    return slow
