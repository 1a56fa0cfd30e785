"""Whether a worker is there to take a job: it says so every few seconds for as long as it runs."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

_EVERY_SECONDS = 4
_LASTS_SECONDS = 12  # a worker that was silent for so long is taken for dead


class Heartbeat:
    """A file in the instance folder, or a key in Redis where the queue is there too.

    Without one nothing is handed over: jobs for a worker that never comes would wait unseen.
    """

    def __init__(self, path: Path, redis_url: str, *, name: str) -> None:
        self._path = path
        self._redis = Redis.from_url(redis_url, socket_timeout=1) if redis_url else None
        self._key = f"{name}:worker"

    def is_there(self) -> bool:
        """Whether a worker has said so lately; no answer from Redis counts as no."""
        if self._redis is not None:
            try:
                return bool(self._redis.exists(self._key))
            except RedisError:
                return False
        try:
            return time.time() - os.stat(self._path).st_mtime < _LASTS_SECONDS
        except FileNotFoundError:
            return False

    def beat(self) -> None:
        """Says that a worker is there."""
        if self._redis is None:
            self._path.touch()
            return
        with suppress(RedisError):
            self._redis.set(self._key, "1", ex=_LASTS_SECONDS)

    def end(self) -> None:
        """Says that there is none any more."""
        if self._redis is None:
            self._path.unlink(missing_ok=True)
            return
        with suppress(RedisError):
            self._redis.delete(self._key)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beats for the length of the block, from a thread of its own."""
        has_ended = threading.Event()

        def beat_on() -> None:
            while not has_ended.wait(_EVERY_SECONDS):
                self.beat()

        self.beat()
        thread = threading.Thread(target=beat_on, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            has_ended.set()
            thread.join()
            self.end()
