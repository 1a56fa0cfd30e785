"""Faults by rule: which requests and events go wrong, decided so that a seed replays them.

Whether a rule strikes depends on the seed, the rule's number and how many requests or events the
rule has met, and on no shared stream of chance; threads that run side by side change nothing.

Rules, seed and counts stand in the box's database, so a restart goes on where the box ended. How
often a rule has met is written with every strike and at an orderly end: a box that is killed counts
the misses since the rule's last strike once more, and meets the same chances in them.
"""

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import JSON
from ..store import Store
from .rules import Rule, read_rule, read_seed

# One request has one ending, and one event one time of delivery: the first rule that strikes wins.
_ENDINGS = {"drop_request", "drop_response", "status", "truncate_json"}
_TIMINGS = {"drop", "delay", "reorder"}


@dataclass(frozen=True, kw_only=True)
class Strike:
    """A rule that strikes, and which of the requests or events it met this was."""

    rule: Rule
    match: int
    rank: float


class Strikes:
    """All faults of one request or event, at most one of each name."""

    def __init__(self, strikes: Iterable[Strike] = ()) -> None:
        self.all = tuple(strikes)
        self._by_name = {strike.rule.fault: strike for strike in self.all}

    def __contains__(self, fault: str) -> bool:
        return fault in self._by_name

    def __getitem__(self, fault: str) -> Mapping[str, Any]:
        return self._by_name[fault].rule.values

    def find(self, fault: str) -> Mapping[str, Any] | None:
        """Return the values of a fault, or None when it is not among them."""
        strike = self._by_name.get(fault)
        return strike.rule.values if strike else None

    def strike(self, fault: str) -> Strike:
        """Return which rule struck, and when; raises KeyError when none did."""
        return self._by_name[fault]

    def names(self) -> list[str]:
        """Return the names of the faults, in the order of their rules."""
        return [strike.rule.fault for strike in self.all]


class Faults:
    """The rules of a box, its seed, and how often each rule met and struck.

    Whoever needs the store's lock too takes it first: a decision about an event is made inside the
    transaction that writes the event. One about a request waits for no transaction.
    """

    def __init__(self, store: Store, *, seed: int | None = None) -> None:
        self._store, self._lock = store, threading.Lock()
        self._is_over = threading.Event()
        self._rules: list[Rule] = []
        self._met: dict[int, int] = {}
        self._struck: dict[int, int] = {}
        for row in store.rows("SELECT * FROM fault_rule ORDER BY number"):
            self._rules.append(read_rule(row["number"], row["fault"], json.loads(row["asked"])))
            self._met[row["number"]] = row["matched"]
            self._struck[row["number"]] = row["fired"]
        self._seed = int(store.setting("seed") or 0)
        if seed is not None and seed != self._seed:
            self.begin(seed)

    @property
    def seed(self) -> int:
        """Return the seed of the decisions."""
        return self._seed

    def add(self, fault: str, asked: Mapping[str, Any]) -> JSON:
        """Add a rule after the others and return it; raises Refusal for a bad one."""
        with self._store.transaction(), self._lock:
            rule = read_rule(len(self._rules) + 1, fault, asked)
            sql = "INSERT INTO fault_rule (number, fault, asked) VALUES (?, ?, ?)"
            self._store.run(sql, rule.number, fault, json.dumps(rule.asked()))
            self._rules.append(rule)
            return self._listed(rule)

    def listed(self) -> list[JSON]:
        """Return the rules in their order, each with how often it met and struck."""
        with self._lock:
            return [self._listed(rule) for rule in self._rules]

    def clear(self) -> None:
        """Remove all rules; the seed stays."""
        with self._store.transaction(), self._lock:
            self._store.run("DELETE FROM fault_rule")
            self._rules.clear()
            self._met.clear()
            self._struck.clear()

    def begin(self, seed: object) -> None:
        """Set the seed and count from the start again, so that the same requests meet the same."""
        value = read_seed(seed)
        with self._store.transaction(), self._lock:
            self._store.set("seed", str(value))
            self._store.run("UPDATE fault_rule SET matched = 0, fired = 0")
            self._seed = value
            self._met.clear()
            self._struck.clear()

    def save(self) -> None:
        """Write how often every rule has met."""
        self._write([rule.number for rule in self._rules])

    def for_request(self, method: str, path: str) -> Strikes:
        """Decide about one API request."""
        with self._lock:
            strikes = self._decide([r for r in self._rules if r.meets_request(method, path)])
        self._write([strike.rule.number for strike in strikes.all])
        return strikes

    def for_event(self, event: JSON) -> Strikes:
        """Decide about one event that is to be delivered; a lost one has no other fault."""
        with self._lock:
            met = [rule for rule in self._rules if rule.meets_event(event)]
            strikes = self._decide(sorted(met, key=lambda rule: rule.fault != "drop"))
        self._write([strike.rule.number for strike in strikes.all])
        return strikes

    def pays_late(self) -> bool:
        """Decide whether a page that expires can still be paid by a step that was begun before."""
        with self._lock:
            strikes = self._decide([rule for rule in self._rules if rule.side == "page"])
        self._write([strike.rule.number for strike in strikes.all])
        return "pays_late" in strikes

    def take_back(self, strikes: Strikes, met: JSON) -> None:
        """Count a decision as never made, because the event it was about was undone."""
        with self._lock:
            for rule in self._rules:
                if rule.meets_event(met):
                    self._met[rule.number] = self._met.get(rule.number, 1) - 1
            for strike in strikes.all:
                number = strike.rule.number
                self._struck[number] = self._struck.get(number, 1) - 1

    def sleep(self, seconds: float) -> None:
        """Wait in real time, but not longer than the box runs."""
        self._is_over.wait(seconds)

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._is_over.set()

    def _decide(self, rules: Iterable[Rule]) -> Strikes:
        strikes: dict[str, Strike] = {}
        for rule in rules:
            number = self._met[rule.number] = self._met.get(rule.number, 0) + 1
            if rule.times is not None and self._struck.get(rule.number, 0) >= rule.times:
                continue
            rank = chance(self._seed, rule.number, number)
            if rank >= rule.probability or _is_taken(rule.fault, strikes):
                continue
            self._struck[rule.number] = self._struck.get(rule.number, 0) + 1
            strikes[rule.fault] = Strike(rule=rule, match=number, rank=rank)
        return Strikes(strikes.values())

    def _write(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        sql = "UPDATE fault_rule SET matched = ?, fired = ? WHERE number = ?"
        with self._store.transaction(), self._lock:
            for number in numbers:
                counts = self._met.get(number, 0), self._struck.get(number, 0)
                self._store.run(sql, *counts, number)

    def _listed(self, rule: Rule) -> JSON:
        met, struck = self._met.get(rule.number, 0), self._struck.get(rule.number, 0)
        return {**rule.as_json(), "matched": met, "fired": struck}


def chance(seed: int, rule: int, match: int) -> float:
    """Return a number from 0 to below 1 that is always the same for the same three."""
    digest = hashlib.sha256(f"{seed}:{rule}:{match}".encode()).digest()
    # 53 bits, because more would round up to 1 now and then.
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


def _is_taken(fault: str, strikes: Mapping[str, Strike]) -> bool:
    if fault in strikes or "drop" in strikes:
        return True
    return any(fault in group and group & strikes.keys() for group in (_ENDINGS, _TIMINGS))
