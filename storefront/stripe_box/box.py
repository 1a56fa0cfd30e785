"""One box: its database, clock, webhooks, timer and memory of requests, started and stopped."""

import threading
from collections import deque

from .api.idempotency import Idempotency
from .clock import Clock
from .errors import JSON
from .faults.faults import Faults
from .objects import Objects
from .payments import earlier, lifecycle, timetable
from .settings import BoxSettings
from .store import Store
from .webhooks.delivery import Webhooks

_REMEMBERED_REQUESTS = 2000
_LONGEST_SLEEP_SECONDS = 5.0


class Box:
    """Everything that one running stand-in owns; several may run in one process."""

    def __init__(self, settings: BoxSettings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.clock = Clock(float(self.store.setting("clock_offset") or 0))
        self.objects = Objects(self.store)
        self.idempotency = Idempotency(self.store, self.clock)
        self.requests: deque[JSON] = deque(maxlen=_REMEMBERED_REQUESTS)
        self.faults = Faults(self.store, seed=settings.seed)
        self.webhooks = Webhooks(self)
        earlier.take_in(self, settings.earlier_payments)
        self._wake, self._is_stopping = threading.Event(), threading.Event()
        self._timer = threading.Thread(target=self._watch_the_clock, name="stripe-box-timer")

    def start(self) -> None:
        """Start the threads that deliver webhooks and watch the clock."""
        self.webhooks.start()
        self._timer.start()

    def stop(self) -> None:
        """Stop the threads, then close the database."""
        self._is_stopping.set()
        self._wake.set()
        if self._timer.is_alive():
            self._timer.join()
        self.webhooks.stop()
        self.faults.save()
        self.store.close()

    def advance_clock(self, seconds: float) -> None:
        """Move the box's time forward, do what is due and retry what is waiting."""
        self.store.set("clock_offset", str(self.clock.advance(seconds)))
        self._do_what_is_due()
        self._wake.set()
        self.webhooks.wake()

    def look_at_the_clock(self) -> None:
        """Let the timer see that something new has a time."""
        self._wake.set()

    def forget_everything(self) -> None:
        """Empty the database and the memory of requests, and let nothing go wrong any more."""
        self.faults.clear()
        self.faults.begin(0)
        self.webhooks.forget()
        self.store.clear()
        self.requests.clear()

    def _watch_the_clock(self) -> None:
        while not self._is_stopping.is_set():
            self._wake.clear()
            self._do_what_is_due()
            due = self.objects.next_due()
            left = _LONGEST_SLEEP_SECONDS if due is None else due - self.clock.moment()
            self._wake.wait(min(_LONGEST_SLEEP_SECONDS, max(left, 0.05)))

    def _do_what_is_due(self) -> None:
        lifecycle.expire_overdue(self)
        timetable.keep_due(self)
