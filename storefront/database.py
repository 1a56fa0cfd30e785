"""The shop's session on the site's engine, and the one way to write: `with transaction():`.

The shop keeps a session of its own, so that a host's half-done work is never committed by a sale
and a sale never by the host. The engine is the host's (Flask-SQLAlchemy's), or ours standalone.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask, current_app, g
from sqlalchemy import (
    CursorResult,
    DateTime,
    Engine,
    Executable,
    MetaData,
    Result,
    Select,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

log = logging.getLogger("storefront")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC time in both databases; a naive one is refused instead of guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the shop are aware UTC; this one is naive")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Every table of the shop; names begin with shop_, so that a host's tables never collide."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment}


class Database:
    """The shop's engine and session for the current app context."""

    Model = Model

    @property
    def engine(self) -> Engine:
        """The site's engine, seen through the shop's own begin rule."""
        engine: Engine = current_app.extensions["storefront"].engine
        return engine

    @property
    def session(self) -> Session:
        """The session of this request, command or task; closed when its app context ends."""
        if "shop_session" not in g:
            _close_reader()
            g.shop_session = Session(self.engine, expire_on_commit=False)
        session: Session = g.shop_session
        return session

    def read(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Result[*tuple[Any, ...]]:
        """Rows for a page; sees what this request has written.

        A page that only reads does so on a plain connection, which costs half of what a session
        does; once there is a session, reads go through it, and there is never one beside the other.
        """
        if "shop_session" in g:
            return self.session.execute(statement, parameters)
        if "shop_reader" not in g:
            g.shop_reader = self.engine.connect()
        reader: Connection = g.shop_reader
        return reader.execute(statement, parameters)


db = Database()


def now() -> datetime:
    """The moment it is, aware UTC."""
    return datetime.now(UTC)


def was_changed(result: Result[Any]) -> bool:
    """Whether a statement found the rows its condition wanted: the database has decided."""
    return cast("CursorResult[Any]", result).rowcount > 0


def insert_into(table: type[Model]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the database in use, which can say what becomes of rows that are there."""
    is_postgres = require_transaction().get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgres else sqlite.insert(table)


def one_page(
    wanted: Select[*tuple[Any, ...]], page: int, *, per_page: int
) -> tuple[Select[*tuple[Any, ...]], int, int, int]:
    """A page of what is wanted in its order, to be asked for; and, in one statement, how many rows
    there are, which page it is, and how many pages. One past the end becomes the last.
    """
    rows = wanted.order_by(None).subquery()
    total = db.session.scalar(select(func.count()).select_from(rows)) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    return wanted.limit(per_page).offset((page - 1) * per_page), total, page, pages


def attach_engine(engine: Engine, *, is_own: bool) -> Engine:
    """Returns the shop's view of an engine: same pool, but writers on SQLite queue from the start.

    A deferred SQLite transaction that reads first and writes later fails with "database is
    locked" instead of waiting; BEGIN IMMEDIATE takes the write lock at once and waits its turn.
    """
    if engine.dialect.name != "sqlite":
        return engine
    event.listen(engine, "connect", _prepare_sqlite if is_own else _prepare_hosted_sqlite)
    shop_engine = engine.execution_options()
    event.listen(shop_engine, "begin", _begin_sqlite)
    return shop_engine


def _prepare_hosted_sqlite(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 30000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _prepare_sqlite(connection: Any, record: object) -> None:
    _prepare_hosted_sqlite(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")  # a paid order survives a power cut
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # Readers begin nothing: like PostgreSQL's default, each statement sees what is committed.
    if connection.get_execution_options().get("shop_writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits when the block ends, rolls back when it raises, never nests.

    Reads made earlier in the request are thrown away first, so nothing is decided on old rows.
    Work given to after_commit() runs once the commit is done, and is dropped on rollback; the same
    work runs once, however often it was given.
    """
    session = db.session
    if session.info.get("shop_in_transaction"):
        raise RuntimeError("transaction() does not nest: let the entry point open the only one")
    session.rollback()
    session.expire_all()
    session.info["shop_in_transaction"] = True
    session.info["shop_after_commit"] = {}
    try:
        session.connection(execution_options={"shop_writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        session.info["shop_after_commit"] = {}
        raise
    finally:
        session.info["shop_in_transaction"] = False
    _run_after_commit(session)


def require_transaction() -> Session:
    """The session, for operations that only make sense inside transaction()."""
    session = db.session
    if not session.info.get("shop_in_transaction"):
        raise RuntimeError("open `with transaction():` in the entry point before changing anything")
    return session


def take_turn(at: str) -> None:
    """Lets one transaction at a time do what has this name; the others wait for its end.

    For work that touches many rows, of which some are not known before. It comes before every
    lock of a row. SQLite has one writer at a time anyway.
    """
    session = require_transaction()
    if session.get_bind().dialect.name == "postgresql":
        key = func.pg_advisory_xact_lock(func.hashtext("storefront"), func.hashtext(at))
        session.execute(select(key))


def after_commit(work: Callable[[], object]) -> None:
    """Runs work once the current transaction is committed; a failure there is logged, not raised.

    What must not be lost belongs into a table (the outbox), not here: the process may die between
    the commit and this call.
    """
    require_transaction().info["shop_after_commit"].setdefault(work)


def forbid_transaction() -> None:
    """Stands before every network call: raises inside transaction(), and ends an open read.

    A connection that waits for somebody else's server would be missing for everybody else's pages.
    """
    _close_reader()
    if "shop_session" not in g:
        return
    if g.shop_session.info.get("shop_in_transaction"):
        raise RuntimeError("no network call inside a transaction: leave the block first")
    g.shop_session.commit()  # and not rollback(), which would forget the rows that were read


def close_session(_: BaseException | None = None) -> None:
    """Ends the session of this app context; whatever was not committed is gone."""
    _close_reader()
    session = g.pop("shop_session", None)
    if session is not None:
        session.close()


def _close_reader() -> None:
    reader = g.pop("shop_reader", None)
    if reader is not None:
        reader.close()


def init_database(app: Flask) -> None:
    """Closes the shop's session with every app context."""
    app.teardown_appcontext(close_session)


def _run_after_commit(session: Session) -> None:
    for work in session.info.pop("shop_after_commit", ()):
        try:
            work()
        except Exception:
            log.exception("work after a commit failed; the commit itself stands")
