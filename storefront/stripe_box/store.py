"""SQLite behind one lock: every change of the box is one transaction, and changes wait in line."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    parent TEXT,
    due INTEGER,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, sequence);
CREATE INDEX IF NOT EXISTS object_parent ON object (parent, kind, sequence) WHERE parent NOT NULL;
CREATE INDEX IF NOT EXISTS object_due ON object (due) WHERE due NOT NULL;
CREATE INDEX IF NOT EXISTS object_intent
    ON object (json_extract(body, '$.payment_intent'), kind, sequence)
    WHERE json_extract(body, '$.payment_intent') NOT NULL;
CREATE TABLE IF NOT EXISTS delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    endpoint TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL,
    created_at REAL NOT NULL,
    UNIQUE (event_id, endpoint)
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (next_at) WHERE next_at NOT NULL;
CREATE TABLE IF NOT EXISTS attempt (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL,
    endpoint TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL,
    status INTEGER,
    error TEXT NOT NULL,
    seconds REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS attempt_event ON attempt (event_id, number);
CREATE TABLE IF NOT EXISTS saved_answer (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS fault_rule (
    number INTEGER PRIMARY KEY,
    fault TEXT NOT NULL,
    asked TEXT NOT NULL,
    matched INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""


_SET_ASIDE = """
DROP INDEX delivery_due;
ALTER TABLE delivery RENAME TO older_delivery;
ALTER TABLE attempt ADD COLUMN endpoint TEXT NOT NULL DEFAULT '';
"""
_TAKE_OVER = """
INSERT INTO delivery (event_id, type, url, state, attempts, next_at, created_at)
    SELECT event_id, type, url, state, attempts, next_at, created_at FROM older_delivery
    ORDER BY rowid;
DROP TABLE older_delivery;
"""


class Store:
    """One SQLite database, in memory or in a file, safe to use from any thread.

    What is committed to a file survives the end of the process, however sudden. A power cut may
    take the newest commits, because nobody waits here for the disk.
    """

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._make_tables()

    def _make_tables(self) -> None:
        """Make what is missing, also in a file from before there were several endpoints."""
        known = {row["name"] for row in self._connection.execute("PRAGMA table_info(delivery)")}
        is_old = bool(known) and "endpoint" not in known
        if is_old:
            self._connection.executescript(_SET_ASIDE)
        self._connection.executescript(_SCHEMA)
        if is_old:
            self._connection.executescript(_TAKE_OVER)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and commit at the end of the outermost block; an exception undoes all."""
        with self._lock:
            if self._depth:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                self._after_commit.clear()
                for undo in self._after_rollback:
                    undo()
                raise
            else:
                self._connection.execute("COMMIT")
            finally:
                self._depth = 0
                self._after_rollback.clear()
            callbacks, self._after_commit = self._after_commit, []
        for callback in callbacks:
            callback()

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call back, outside the lock, once the current transaction is committed."""
        self._after_commit.append(callback)

    def after_rollback(self, undo: Callable[[], None]) -> None:
        """Call back, still inside the lock, if the current transaction is undone."""
        self._after_rollback.append(undo)

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement inside a transaction and return how many rows it touched."""
        with self.transaction():
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Read rows as dictionaries."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def setting(self, name: str) -> str | None:
        """Return what the box remembers about itself by this name."""
        rows = self.rows("SELECT value FROM setting WHERE name = ?", name)
        return str(rows[0]["value"]) if rows else None

    def set(self, name: str, value: str) -> None:
        """Remember something about the box itself, over a restart too."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, value)

    def clear(self) -> None:
        """Forget everything that happened; what is set about the box itself stays."""
        with self.transaction():
            for table in ("object", "delivery", "attempt", "saved_answer"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed names

    def close(self) -> None:
        """Close the database after the running transaction."""
        with self._lock:
            self._connection.close()
