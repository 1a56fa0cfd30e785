"""The shop's tables brought up to date, in a version table of the shop's own, whoever the host is.

Alembic is called directly. A host's own migrations never see the shop's tables, and the shop's
never see the host's: only names beginning with shop_ are looked at.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, text
from sqlalchemy.engine import Connection

from .assets import folder
from .database import Model, Moment

VERSION_TABLE = "shop_alembic_version"
BRANCH = "storefront"
_PACKAGE = Path(__file__).parent
_FULL_TEXT = "shop_search_text"  # each database has its own, which no model speaks of
_LOCK = 7_305_811_402  # any number; two migrations of one PostgreSQL database wait for each other


def upgrade(connection: Connection) -> bool:
    """Brings the tables up to date and commits; False when they were. Needs an idle connection.

    All of it happens or nothing; a second process that migrates at the same moment waits.
    """
    if connection.in_transaction():
        raise RuntimeError("upgrade() opens its own transaction: call it on an idle connection")
    with _alone(connection):
        if current_revision(connection) == head_revision():
            return False
        command.upgrade(alembic_config(connection), f"{BRANCH}@head")
    return True


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at, or None before the first migration."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


@cache
def head_revision() -> str:
    """The newest revision that this version of the shop brings."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {folder('migrations')}: install the shop again")
    return head


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly the tables that this version of the shop needs."""
    return current_revision(connection) == head_revision()


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic needs to know; env.py takes the connection from its attributes."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def metadata() -> MetaData:
    """Every table of the shop, with the models of all features loaded."""
    for models in sorted(_PACKAGE.glob("*/models.py")):
        import_module(f"{__package__}.{models.parent.name}.models")
    return Model.metadata


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Alembic's include_name: the shop looks at its own tables only, and at those with a model."""
    if str(name).startswith(_FULL_TEXT):
        return False
    if kind == "table":
        return bool(name) and str(name).startswith("shop_") and name != VERSION_TABLE
    return kind != "schema" or name is None


def render_type(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """Alembic's render_item: a migration names plain SQL types, never the shop's own classes."""
    is_moment = kind == "type" and isinstance(thing, Moment)
    return "sa.DateTime(timezone=True)" if is_moment else False


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    begin = {"sqlite": _begin_on_sqlite, "postgresql": _begin_on_postgresql}
    restore = begin[connection.dialect.name](connection)
    try:
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield
    finally:
        restore()


def _begin_on_postgresql(connection: Connection) -> Callable[[], None]:
    return lambda: None


def _begin_on_sqlite(connection: Connection) -> Callable[[], None]:
    """Takes the write lock at once; foreign keys rest while a table is copied to change it."""
    connection.execution_options(shop_writes=True)
    cursor = connection.connection.cursor()
    (was_on,) = cursor.execute("PRAGMA foreign_keys").fetchone()
    cursor.execute("PRAGMA foreign_keys = OFF")

    def restore() -> None:
        cursor.execute(f"PRAGMA foreign_keys = {was_on}")
        cursor.close()
        connection.execution_options(shop_writes=False)

    return restore
