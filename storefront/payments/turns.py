"""Turns at Stripe: a slow Stripe may hold some of the web server's threads, never all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic

STANDSTILL_SECONDS = 3.0


class AtStandstill(Exception):
    """All turns are taken, by calls that have waited so long that waiting too would be in vain."""


class Turns:
    """At most so many calls at once; one more waits its turn for as long as calls move on.

    How long depends on Stripe and not on the crowd: forty shoppers who press the button together
    are served one after the other. Only when even the youngest call under way has had no answer
    for some seconds is everybody who would have to wait told so at once.
    """

    def __init__(self, count: int, *, standstill_seconds: float = STANDSTILL_SECONDS) -> None:
        self._count = count
        self._standstill_seconds = standstill_seconds
        self._under_way: list[float] = []  # when each call began, oldest first
        self._changed = Condition()

    @contextmanager
    def take(self) -> Iterator[None]:
        """One turn, for the length of the block; raises AtStandstill."""
        began = self._wait()
        try:
            yield
        finally:
            with self._changed:
                self._under_way.remove(began)
                self._changed.notify()

    def _wait(self) -> float:
        with self._changed:
            while len(self._under_way) >= self._count:
                left = self._under_way[-1] + self._standstill_seconds - monotonic()
                if left <= 0:
                    raise AtStandstill
                self._changed.wait(left)
            self._under_way.append(monotonic())
            return self._under_way[-1]
