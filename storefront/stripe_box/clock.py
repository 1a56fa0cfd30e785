"""The box's own time, which tests may move forward."""

import threading
import time


class Clock:
    """Wall-clock time plus an offset; every rule of the box (expiry, retries, keys) reads it."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset_seconds = offset_seconds
        self._lock = threading.Lock()

    def now(self) -> int:
        """Return the current time in whole Unix seconds."""
        return int(self.moment())

    def moment(self) -> float:
        """Return the current time in Unix seconds with fractions."""
        with self._lock:
            return time.time() + self._offset_seconds

    def advance(self, seconds: float) -> float:
        """Move the clock forward and return by how much it is ahead in all.

        Raises ValueError for a negative number of seconds.
        """
        if seconds < 0:
            raise ValueError("The clock of the Stripe box only moves forward.")
        with self._lock:
            self._offset_seconds += seconds
            return self._offset_seconds
