"""What every test stands on: a fresh shop on SQLite, or on PostgreSQL by TEST_DATABASE_URL."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from storefront import create_app, schema
from storefront.stripe_box import BoxServer
from support.overheard import conversations_that_fit
from support.shop import Shop

pytest_plugins = ["support.machine", "support.markup", "support.quick_shops"]
POSTGRES = os.environ.get("TEST_DATABASE_URL", "").replace("postgresql://", "postgresql+psycopg://")

# Numbers begin at 1 again, even those that were drawn by what was rolled back.
_RESTART = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""

_GROWN = 1_000_000  # bytes, with the rows that were deleted

Starter = Callable[[dict[str, object]], Flask]


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, empty database: a SQLite file to copy, or the URL of one to empty."""
    if POSTGRES:
        return _make_postgres("shop")
    return new_database("shop", tmp_path_factory.mktemp("template")).removeprefix("sqlite:///")


@pytest.fixture
def database_url(database_template: str, tmp_path: Path) -> str:
    """An empty database of this test's own."""
    return fresh_database(database_template, tmp_path)


def fresh_database(template: str, folder: Path) -> str:
    """The URL of an empty database: a copy in the folder, or PostgreSQL's one, emptied."""
    if POSTGRES:
        _empty(template)
        return template
    path = folder / "shop.sqlite3"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def settings_for(database_url: str, instance: Path) -> dict[str, object]:
    """Settings of a test's shop."""
    return {
        "TESTING": True,
        "SECRET_KEY": "a-secret-of-the-tests-that-is-long-enough",
        "DATABASE_URL": database_url,
        "STOREFRONT_INSTANCE": str(instance),
        "STRIPE_API_BASE": "http://127.0.0.1:1",
        "STRIPE_SECRET_KEY": "sk_test_offlineStripeBox",
        "STRIPE_WEBHOOK_SECRET": "whsec_box_test",
        "STOREFRONT_PUBLIC_URL": "http://127.0.0.1",
        "WTF_CSRF_ENABLED": False,
    }


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> dict[str, object]:
    """Settings of the test's shop; a test may change them before it asks for `app`."""
    return settings_for(database_url, tmp_path / "instance")


@pytest.fixture
def start_shop() -> Iterator[Starter]:
    """Starts as many shops as a test wants, and closes them at its end."""
    started: list[Flask] = []

    def start(config: dict[str, object]) -> Flask:
        started.append(create_app(config))
        return started[-1]

    yield start
    for app in started:
        with app.app_context():
            app.extensions["storefront"].engine.dispose()


@pytest.fixture
def app(config: dict[str, object], start_shop: Starter) -> Flask:
    """The shop, empty."""
    return start_shop(config)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor."""
    return app.test_client()


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Ways to fill the shop and to look into it."""
    return Shop(app)


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class _Later:
    """A WSGI application that is put in when the rest is ready."""

    app: Callable[..., object] | None = None

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        assert self.app is not None
        return self.app(environ, start_response)


class Live:
    """A running shop and its box."""

    def __init__(self, url: str, app: Flask, shop: Shop, box: BoxServer) -> None:
        self.url, self.app, self.shop, self.box = url, app, shop, box


@contextmanager
def running_shop(
    config: dict[str, object],
    make: Callable[[dict[str, object]], Flask] = create_app,
    *,
    site: str = "",
    mount: str = "",
) -> Iterator[Live]:
    """The shop behind a real server, with a Stripe box that pays and sends webhooks to it.

    make may make a host's app instead, with its shop at mount, behind a proxy that serves it at
    site.
    """
    later = _Later()
    server = make_server("127.0.0.1", 0, later, threaded=True, request_handler=_QuietHandler)
    url = f"http://127.0.0.1:{server.port}"
    webhook_url = f"{url}{site}{mount}/webhooks/stripe"
    with BoxServer(webhook_url=webhook_url) as box, conversations_that_fit(box.url):
        config.setdefault("WEB_THREADS", 64)  # this server has a thread for everybody
        config |= {
            "STRIPE_API_BASE": box.url,
            "STRIPE_WEBHOOK_SECRET": box.webhook_secret,
            "STOREFRONT_PUBLIC_URL": f"{url}{site}",
        }
        app = make(config)
        later.app = DispatcherMiddleware(NotFound(), {site: app}) if site else app
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Live(f"{url}{site}", app, Shop(app), box)
        finally:  # else a test that fails inside would keep the whole run alive
            server.shutdown()
            thread.join()
            server.server_close()
    with app.app_context():
        app.extensions["storefront"].engine.dispose()


@pytest.fixture
def live(config: dict[str, object]) -> Iterator[Live]:
    """A running shop of this test's own, empty."""
    with running_shop(config) as found:
        yield found


def new_database(name: str, folder: Path) -> str:
    """The URL of a migrated, empty database of the kind that is tested."""
    if POSTGRES:
        return _make_postgres(name)
    url = f"sqlite:///{folder / name}.sqlite3"
    _migrate(url)
    return url


def _make_postgres(suffix: str) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    url = sa.make_url(POSTGRES)
    name = f"{url.database}_{worker}_{suffix}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    own = url.set(database=name).render_as_string(hide_password=False)
    _migrate(own)
    _leave_uncounted(own)
    return own


def _leave_uncounted(url: str) -> None:
    """Lets nothing be counted behind the tests' back.

    What was counted between two tests, when a table was empty, makes plans for one row; a test of
    a thousand products then waits for minutes.
    """
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
    engine.dispose()


def _migrate(url: str) -> None:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        schema.upgrade(connection)
    engine.dispose()


def _empty(url: str) -> None:
    """Empties what was written to, which is far quicker than TRUNCATE of all tables.

    Only what has grown is cut off, as nobody clears it up behind the tests' back. As a replica's,
    so that neither foreign keys nor the books that refuse to forget are asked.
    """
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        tables = [t for t in sa.inspect(connection).get_table_names() if t.startswith("shop_")]
        tables.remove(schema.VERSION_TABLE)
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        queries = (
            f"SELECT '{t}', pg_relation_size('{t}') > {_GROWN} WHERE EXISTS (SELECT FROM {t})"  # noqa: S608
            for t in tables
        )
        for table, has_grown in connection.execute(sa.text(" UNION ".join(queries))).all():
            empty = "TRUNCATE {} CASCADE" if has_grown else "DELETE FROM {}"
            connection.execute(sa.text(empty.format(table)))
        connection.execute(sa.text(_RESTART))
    engine.dispose()
