"""Webhook delivery: queued with the event, sent by threads, tried again on a schedule."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

from .. import events
from ..faults.faults import Strikes
from ..faults.of_webhooks import WebhookFaults
from ..ids import new_id
from .posting import post
from .targets import Target, target_of, targets_for

if TYPE_CHECKING:
    from ..box import Box

Mode = Literal["on", "hold", "drop"]
_LONGEST_SLEEP_SECONDS = 5.0


class Webhooks:
    """The queue of a box and its log; survives a restart with the database."""

    def __init__(self, box: "Box") -> None:
        self._box = box
        self.url = box.settings.webhook_url
        self.mode: Mode = "on"
        self._faults = WebhookFaults(box)
        self._in_flight: set[str] = set()
        self._wake, self._is_stopping = threading.Event(), threading.Event()
        self._changed = threading.Condition()
        self._pool: ThreadPoolExecutor | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver, first what an earlier run left undelivered."""
        workers = self._box.settings.webhook_workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="stripe-box-webhook")
        self._thread = threading.Thread(target=self._dispatch, name="stripe-box-webhooks")
        self._thread.start()

    def stop(self) -> None:
        """Finish the attempts that are running and start no other."""
        self._is_stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def queue(self, event: dict[str, Any], targets: Sequence[Target]) -> None:
        """Add a delivery for each target in the transaction; they start after the commit."""
        strikes = self._faults.decide(event)
        self._insert(event, targets, strikes)
        early = events.early.get()
        if "before_response" in strikes and early is not None:
            early.append(event["id"])
        if "twin" in strikes:
            twin = {**event, "id": new_id("evt_")}
            self._box.objects.save("event", twin, parent=event["data"]["object"]["id"])
            self._insert(twin, targets, Strikes())
        self._box.store.after_commit(self.wake)

    def release(self, event_ids: Sequence[str]) -> None:
        """Make events due that a fault held back."""
        moment = self._box.clock.moment()
        with self._box.store.transaction():
            for event_id in event_ids:
                sql = "UPDATE delivery SET next_at = ? WHERE event_id = ? AND attempts = 0"
                self._box.store.run(f"{sql} AND state = 'pending'", moment, event_id)
        self.wake()

    def forget(self) -> None:
        """Forget what was to go wrong with the events so far."""
        self._faults.forget()

    def resend(self, event_id: str) -> None:
        """Deliver an event once more now; raises Refusal 404 for an unknown event."""
        event = self._box.objects.get("event", event_id)
        with self._box.store.transaction():
            again = "UPDATE delivery SET state = 'pending', next_at = ? WHERE event_id = ?"
            moment = self._box.clock.moment()
            if self._box.store.run(again, moment, event_id):
                own = "UPDATE delivery SET url = ? WHERE event_id = ? AND endpoint = ''"
                self._box.store.run(own, self.url, event_id)
            else:
                self.queue(event, targets_for(self._box, event["type"]))
        self.wake()

    def switch(self, mode: Mode) -> None:
        """Deliver (`on`), keep everything for later (`hold`) or lose everything (`drop`)."""
        self.mode = mode
        self.wake()

    def wake(self) -> None:
        """Look at the queue now."""
        self._wake.set()

    def wait_for_attempt(self, event_id: str, *, timeout: float) -> bool:
        """Wait until an event was tried once with everybody who is to have it.

        False when time ran out or nothing will be sent.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while time.monotonic() < deadline and self.mode != "hold":
                rows = self.deliveries_of(event_id)
                ahead = [r for r in rows if not r["attempts"] and r["state"] == "pending"]
                if not ahead:
                    return any(row["attempts"] for row in rows)
                left = deadline - time.monotonic()
                if max(row["next_at"] for row in ahead) - self._box.clock.moment() > left:
                    return False
                self._changed.wait(min(0.2, max(0.0, left)))
        return False

    def deliveries_of(self, event_id: str) -> list[dict[str, Any]]:
        """Return the deliveries of one event, one for each endpoint."""
        sql = "SELECT * FROM delivery WHERE event_id = ? ORDER BY number"
        return self._box.store.rows(sql, event_id)

    def log(self, *, limit: int = 100) -> list[dict[str, Any]]:
        """Return the newest deliveries with the outcome of their last attempt."""
        return self._box.store.rows(
            "SELECT delivery.*, attempt.status AS last_status, attempt.error AS last_error,"
            " attempt.at AS last_at, attempt.seconds AS last_seconds"
            " FROM delivery LEFT JOIN attempt ON attempt.number ="
            " (SELECT MAX(number) FROM attempt WHERE attempt.event_id = delivery.event_id"
            " AND attempt.endpoint = delivery.endpoint)"
            " ORDER BY delivery.number DESC LIMIT ?",
            limit,
        )

    def attempts(self, event_id: str) -> list[dict[str, Any]]:
        """Return every attempt for one event, oldest first."""
        sql = "SELECT * FROM attempt WHERE event_id = ? ORDER BY number"
        return self._box.store.rows(sql, event_id)

    def is_idle(self) -> bool:
        """Tell whether no delivery is due or running now."""
        return not self._due() and not self._in_flight

    def _dispatch(self) -> None:
        while not self._is_stopping.is_set():
            self._wake.clear()
            if self.mode != "hold":
                for row in self._due():
                    self._hand_over(row)
            self._wake.wait(self._pause())

    def _due(self) -> list[dict[str, Any]]:
        # Looked at before the rows are: one that ends in between would be read as still to send.
        busy = set(self._in_flight)
        sql = "SELECT * FROM delivery WHERE next_at <= ? ORDER BY next_at, number LIMIT 200"
        rows = self._box.store.rows(sql, self._box.clock.moment())
        ready = [row for row in rows if _token(row) not in busy]
        return [row for row in ready if not self._faults.waits(row["event_id"])]

    def _pause(self) -> float:
        waiting = self._box.store.rows("SELECT MIN(next_at) AS at FROM delivery")[0]["at"]
        if waiting is None or self.mode == "hold":
            return _LONGEST_SLEEP_SECONDS
        left = float(waiting) - self._box.clock.moment()
        return min(_LONGEST_SLEEP_SECONDS, max(left, 0.05))

    def _hand_over(self, row: dict[str, Any]) -> None:
        target = target_of(self._box, row)
        if self.mode == "drop" or target is None:
            error = "dropped" if target else "the endpoint was disabled or deleted"
            self._record(row, status=None, error=error, seconds=0.0, state="dropped")
            self._faults.tried(row["event_id"])
            return
        assert self._pool is not None
        self._in_flight.add(_token(row))
        copies = self._faults.copies(row["event_id"], tried=row["attempts"])
        tokens = [f"{_token(row)} copy {number}" for number in range(copies)]
        self._in_flight.update(tokens)
        self._pool.submit(self._attempt, row, target)
        for token in tokens:
            self._pool.submit(self._attempt, row, target, token)

    def _attempt(self, row: dict[str, Any], target: Target, copy: str = "") -> None:
        """Send once; what becomes of a copy is noted and decides nothing about the delivery."""
        began = time.monotonic()
        status, error = None, ""
        try:
            status = self._send(row, target, is_copy=bool(copy))
        except (OSError, http.client.HTTPException, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        is_delivered = status is not None and 200 <= status < 300
        state = "delivered" if is_delivered else "pending"
        seconds = time.monotonic() - began
        try:
            if copy:
                self._note(row, status=status, error=error, seconds=seconds)
            else:
                self._record(row, status=status, error=error, seconds=seconds, state=state)
        finally:
            if not copy:
                self._faults.tried(row["event_id"])
            self._in_flight.discard(copy or _token(row))
            self.wake()

    def _send(self, row: dict[str, Any], target: Target, *, is_copy: bool) -> int:
        event = self._box.objects.get("event", row["event_id"])
        if is_copy:
            # As the first said, which may be delivered by now.
            event["pending_webhooks"] = max(1, event["pending_webhooks"])
        if target.api_version:
            event["api_version"] = target.api_version
        body = json.dumps(self._faults.body(event), indent=2, ensure_ascii=False).encode()
        tried = row["attempts"]
        signature = self._faults.signature(event["id"], body, target.secrets, tried=tried)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Stripe-Signature": signature,
        }
        timeout = self._box.settings.webhook_timeout_seconds
        return post(target.url, body, headers, timeout=timeout)

    def _record(
        self, row: dict[str, Any], *, status: int | None, error: str, seconds: float, state: str
    ) -> None:
        store, moment = self._box.store, self._box.clock.moment()
        schedule = self._box.settings.retry_seconds
        tried = row["attempts"] + (state != "dropped")
        next_at = None
        if state == "pending" and tried <= len(schedule):
            next_at = moment + schedule[tried - 1]
        if state == "pending" and next_at is None:
            state = "failed"
        with store.transaction():
            self._note(row, status=status, error=error, seconds=seconds)
            sql = "UPDATE delivery SET state = ?, attempts = ?, next_at = ? WHERE number = ?"
            store.run(sql, state, tried, next_at, row["number"])
            if state == "delivered":
                self._count_pending(row["event_id"])
        with self._changed:
            self._changed.notify_all()

    def _count_pending(self, event_id: str) -> None:
        """Let the event say how many endpoints have not taken it yet."""
        rows = self.deliveries_of(event_id)
        event = self._box.objects.get("event", event_id)
        event["pending_webhooks"] = sum(row["state"] != "delivered" for row in rows)
        self._box.objects.save("event", event)

    def _note(self, row: dict[str, Any], *, status: int | None, error: str, seconds: float) -> None:
        self._box.store.run(
            "INSERT INTO attempt (event_id, endpoint, at, status, error, seconds)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(row["event_id"], row["endpoint"], self._box.clock.moment(), status, error, seconds),
        )

    def _insert(self, event: dict[str, Any], targets: Sequence[Target], strikes: Strikes) -> None:
        """Write the deliveries: due now, later, or lost from the start."""
        moment = self._box.clock.moment()
        late = strikes.find("delay") or strikes.find("reorder") or {"seconds": 0.0}
        state, next_at = (
            ("dropped", None) if "drop" in strikes else ("pending", moment + late["seconds"])
        )
        for target in targets:
            row = {"event_id": event["id"], "endpoint": target.endpoint}
            self._box.store.run(
                "INSERT INTO delivery (event_id, endpoint, type, url, state, next_at, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                *row.values(),
                *(event["type"], target.url, state, next_at, moment),
            )
            if state == "dropped":
                self._note(row, status=None, error="dropped by a fault", seconds=0.0)


def _token(row: dict[str, Any]) -> str:
    return f"{row['event_id']} {row['endpoint']}"
