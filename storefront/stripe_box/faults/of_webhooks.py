"""Faults of webhooks: deliveries lost, late, doubled, out of order, or not what they should be."""

import threading
from functools import partial
from typing import TYPE_CHECKING

from ..errors import JSON
from ..webhooks.signatures import signature_header
from .faults import Strikes
from .rules import Rule

if TYPE_CHECKING:
    from ..box import Box

_NONE = Strikes()
_WRONG_SECRET = "whsec_of_somebody_else"  # noqa: S105 - that it is wrong is its purpose


class WebhookFaults:
    """What goes wrong with each event; decided in the transaction that writes the event."""

    def __init__(self, box: "Box") -> None:
        self._box = box
        self._lock = threading.Lock()
        self._by_event: dict[str, Strikes] = {}
        self._held: dict[int, list[str]] = {}
        self._before: dict[str, str] = {}

    def decide(self, event: JSON) -> Strikes:
        """Ask the rules about a new event, and forget what they said if the event is undone."""
        strikes, store = self._box.faults.for_event(event), self._box.store
        store.after_rollback(partial(self._take_back, event, strikes))
        if not strikes.all:
            return strikes
        with self._lock:
            self._by_event[event["id"]] = strikes
            if "reorder" in strikes:
                rule = strikes.strike("reorder").rule
                self._held.setdefault(rule.number, []).append(event["id"])
                store.after_commit(partial(self._let_go, rule))
        return strikes

    def of(self, event_id: str) -> Strikes:
        """Return the faults of an event."""
        with self._lock:
            return self._by_event.get(event_id, _NONE)

    def body(self, event: JSON) -> JSON:
        """Return the event as it is posted; the box's own copy stays true."""
        strikes, changed = self.of(event["id"]), dict(event)
        if "other_account" in strikes:
            changed["account"] = strikes["other_account"]["account"]
        if "other_api_version" in strikes:
            changed["api_version"] = strikes["other_api_version"]["version"]
        if "unknown_type" in strikes:
            changed["type"] = strikes["unknown_type"]["type"]
        return changed

    def signature(self, event_id: str, body: bytes, secrets: tuple[str, ...], *, tried: int) -> str:
        """Return the header for an attempt, wrong or old on as many first attempts as asked."""
        strikes = self.of(event_id)
        timestamp = self._box.clock.now()
        if _still(strikes, "old_timestamp", tried):
            timestamp -= int(strikes["old_timestamp"]["seconds"])
        if _still(strikes, "bad_signature", tried):
            secrets = (_WRONG_SECRET,)
        return signature_header(body, *secrets, timestamp=timestamp)

    def copies(self, event_id: str, *, tried: int) -> int:
        """Return how many more times the first attempt is made."""
        strikes = self.of(event_id)
        return strikes["duplicate"]["count"] - 1 if "duplicate" in strikes and not tried else 0

    def waits(self, event_id: str) -> bool:
        """Tell whether another event has to be tried before this one."""
        with self._lock:
            return event_id in self._before

    def tried(self, event_id: str) -> None:
        """Let the event go that waited for this one; one that was held is held no longer."""
        with self._lock:
            for later, sooner in list(self._before.items()):
                if sooner == event_id:
                    del self._before[later]
            for held in self._held.values():
                if event_id in held:
                    held.remove(event_id)

    def forget(self) -> None:
        """Forget all events."""
        with self._lock:
            self._by_event.clear()
            self._held.clear()
            self._before.clear()

    def _take_back(self, event: JSON, strikes: Strikes) -> None:
        self._box.faults.take_back(strikes, event)
        self.tried(event["id"])
        with self._lock:
            self._by_event.pop(event["id"], None)

    def _let_go(self, rule: Rule) -> None:
        """Once enough events are held, let them go one by one, shuffled."""
        count = rule.values["count"]
        with self._lock:
            held = self._held.get(rule.number, [])
            if len(held) < count:
                return
            order = self._shuffled(held[:count])
            del held[:count]
            self._before.update(zip(order[1:], order, strict=False))
        self._box.webhooks.release(order)

    def _shuffled(self, held: list[str]) -> list[str]:
        ranks = {one: self._by_event[one].strike("reorder").rank for one in held}
        order = sorted(held, key=ranks.__getitem__)
        # An order that chance left alone would be no fault.
        return order if order != held else [*held[1:], held[0]]


def _still(strikes: Strikes, fault: str, tried: int) -> bool:
    return fault in strikes and tried < int(strikes[fault]["attempts"])
