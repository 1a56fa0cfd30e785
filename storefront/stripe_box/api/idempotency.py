"""Idempotency keys: the first answer is kept for a day, a second try gets the same answer."""

import hashlib
import json
import threading
from dataclasses import dataclass

from ..clock import Clock
from ..errors import Refusal
from ..store import Store

_DAY_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status and the exact text of a JSON body."""

    status: int
    text: str
    is_replayed: bool = False


class Idempotency:
    """Which keys are in use now, and what the finished ones answered."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._running: dict[str, str] = {}
        self._lock = threading.Lock()

    def claim(self, key: str, fingerprint: str) -> Answer | None:
        """Return the saved answer, or mark the key as in use and return None.

        Raises Refusal 409 while another request runs with it, 400 for other parameters.
        """
        if len(key) > LONGEST_KEY:
            message = f"Idempotency keys may be at most {LONGEST_KEY} characters long."
            raise Refusal(message, kind="idempotency_error")
        with self._lock:
            first = self._running.get(key)
            if first is not None:
                raise _mismatch(key) if first != fingerprint else in_use()
            self._running[key] = fingerprint
        saved = self._saved(key)
        if saved is None:
            return None
        self.release(key)
        if saved["fingerprint"] != fingerprint:
            raise _mismatch(key)
        return Answer(status=int(str(saved["status"])), text=str(saved["body"]), is_replayed=True)

    def keep(self, key: str, fingerprint: str, answer: Answer) -> None:
        """Save the answer; call it inside the transaction that did the work."""
        self._store.run(
            "INSERT OR REPLACE INTO saved_answer VALUES (?, ?, ?, ?, ?)",
            *(key, fingerprint, answer.status, answer.text, self._clock.now()),
        )

    def release(self, key: str) -> None:
        """Say that no request is running with this key any more."""
        with self._lock:
            self._running.pop(key, None)

    def _saved(self, key: str) -> dict[str, object] | None:
        oldest = self._clock.now() - _DAY_SECONDS
        sql = "SELECT * FROM saved_answer WHERE key = ? AND created > ?"
        rows = self._store.rows(sql, key, oldest)
        return rows[0] if rows else None


def fingerprint_of(method: str, path: str, raw: object) -> str:
    """Return a hash by which two equal requests are recognised."""
    text = json.dumps([method, path, raw], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _mismatch(key: str) -> Refusal:
    return Refusal(
        "Keys for idempotent requests can only be used with the same parameters they were first"
        f" used with. Try using a key other than '{key}' if you meant to execute a different"
        " request.",
        kind="idempotency_error",
    )


def in_use() -> Refusal:
    """Refuse a key with which another request runs."""
    return Refusal(
        "There is currently another in-progress request using this Idempotent Key (that probably"
        " means you submitted twice, and the other request is still going through)",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )
