"""Stripe's objects as JSON documents: saved by kind, found by id, read page by page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import JSON, no_such
from .store import Store

# How Stripe names a kind when it says "No such …".
_SPOKEN = {
    "item": "line item",
    "webhook_endpoint": "webhook endpoint",
    "payment_method": "PaymentMethod",
    "promotion_code": "promotion code",
}
_EVERYTHING = 100_000


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One filter of a list: a field of the document (`a.b`), a comparison and a value."""

    path: str
    value: object
    comparison: str = "="

    def clause(self) -> str:
        """Return the condition in SQL with question marks."""
        marks = f"({', '.join('?' * len(self.values()))})" if self.comparison == "IN" else "?"
        return f"json_extract(body, '$.{self.path}') {self.comparison} {marks}"

    def values(self) -> list[object]:
        """Return what the question marks stand for."""
        return list(self.value) if isinstance(self.value, list) else [self.value]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which part of a list is wanted."""

    limit: int = 10
    starting_after: str | None = None
    ending_before: str | None = None
    is_oldest_first: bool = False
    parent: str | None = None
    conditions: Sequence[Condition] = field(default=())


class Objects:
    """All documents of a box."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(
        self, kind: str, body: JSON, *, parent: str | None = None, due: float | None = None
    ) -> JSON:
        """Insert or replace a document; `parent` is remembered from the first time."""
        if due is None and body.get("status") == "open":
            due = body["expires_at"]
        self._store.run(
            "INSERT INTO object (id, kind, parent, due, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, due = excluded.due",
            *(body["id"], kind, parent, due, json.dumps(body, separators=(",", ":"))),
        )
        return body

    def remove(self, identifier: str) -> None:
        """Delete a document if it exists."""
        self._store.run("DELETE FROM object WHERE id = ?", identifier)

    def find(self, kind: str, identifier: str) -> JSON | None:
        """Return the document or None."""
        sql = "SELECT body FROM object WHERE id = ? AND kind = ?"
        rows = self._store.rows(sql, identifier, kind)
        return _document(rows[0]) if rows else None

    def is_taken(self, identifier: str) -> bool:
        """Tell whether a document of any kind has this id."""
        return bool(self._store.rows("SELECT 1 FROM object WHERE id = ?", identifier))

    def get(self, kind: str, identifier: str, *, param: str = "id") -> JSON:
        """Return the document or raise Stripe's `resource_missing` (404)."""
        body = self.find(kind, identifier)
        if body is None:
            raise no_such(_SPOKEN.get(kind, kind), identifier, param=param)
        return body

    def children(self, kind: str, parent: str) -> list[JSON]:
        """Return every document of a kind under one parent, oldest first."""
        sql = "SELECT body FROM object WHERE parent = ? AND kind = ? ORDER BY sequence"
        return [_document(row) for row in self._store.rows(sql, parent, kind)]

    def matching(self, kind: str, *conditions: Condition) -> list[JSON]:
        """Return every document of a kind that meets the conditions, oldest first."""
        window = Window(limit=_EVERYTHING, is_oldest_first=True, conditions=conditions)
        return self.page(kind, window)[0]

    def parent(self, identifier: str) -> str:
        """Return the id of the document above another one."""
        rows = self._store.rows("SELECT parent FROM object WHERE id = ?", identifier)
        return str(rows[0]["parent"])

    def overdue(self, kind: str, moment: float) -> list[str]:
        """Return the ids of a kind whose time is up, the longest overdue first."""
        sql = "SELECT id FROM object WHERE due <= ? AND kind = ? ORDER BY due, sequence"
        return [row["id"] for row in self._store.rows(sql, moment, kind)]

    def next_due(self) -> float | None:
        """Return when the time of the next document is up."""
        value: float | None = self._store.rows("SELECT MIN(due) AS due FROM object")[0]["due"]
        return value

    def page(self, kind: str, window: Window) -> tuple[list[JSON], bool]:
        """Return one page of a kind and whether more follows in the direction of reading."""
        clauses: list[str] = ["kind = ?"]
        values: list[object] = [kind]
        if window.parent is not None:
            clauses.append("parent = ?")
            values.append(window.parent)
        for condition in window.conditions:
            clauses.append(condition.clause())
            values.extend(condition.values())
        is_backwards = window.ending_before is not None
        is_ascending = window.is_oldest_first != is_backwards
        for param in ("starting_after", "ending_before"):
            cursor = getattr(window, param)
            if cursor is not None:
                clauses.append(f"sequence {'>' if is_ascending else '<'} ?")
                values.append(self._sequence(kind, cursor, param))
        sql = (
            f"SELECT body FROM object WHERE {' AND '.join(clauses)}"  # noqa: S608 - own names
            f" ORDER BY sequence {'ASC' if is_ascending else 'DESC'} LIMIT ?"
        )
        found = [_document(row) for row in self._store.rows(sql, *values, window.limit + 1)]
        chosen = found[: window.limit]
        return (chosen[::-1] if is_backwards else chosen), len(found) > window.limit

    def _sequence(self, kind: str, cursor: str, param: str) -> int:
        sql = "SELECT sequence FROM object WHERE id = ? AND kind = ?"
        rows = self._store.rows(sql, cursor, kind)
        if not rows:
            raise no_such(_SPOKEN.get(kind, kind), cursor, param=param, status=400)
        return int(rows[0]["sequence"])


def _document(row: dict[str, Any]) -> JSON:
    body: JSON = json.loads(row["body"])
    return body
