"""How long the back office takes over much: 100,000 orders, 10,000 SKUs, 1,000 guides.

    make bench                                    among the rest, on SQLite
    python scripts/bench_desk.py                  alone
    TEST_DATABASE_URL=postgresql://… make bench   on PostgreSQL as well, in a database of its own

Prints the statements and the median time of each page in the server, without a network, and ends
with 1 when a page takes longer than 150 ms or more than 8 statements. The report of the guides and
the list of their links read everything anew on each look, so that no kept sum can be behind the
money or the shop: they have 20 statements, and 3 s for a year of it all.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import bench_guides  # noqa: E402
import bench_stock  # noqa: E402

from storefront import create_app, inventory, orders, payments, schema, staff  # noqa: E402
from storefront.database import db, transaction  # noqa: E402
from storefront.orders.words import words_of_goods, words_of_label  # noqa: E402

ORDERS = 100_000
TRIES = 15


class Bound(NamedTuple):
    """What a page may take."""

    statements: int
    ms: int


PAGE, REPORT = Bound(8, 150), Bound(20, 3000)
EMAIL, PASSWORD = "bench@shop.example", "benches-are-long"
ORDER_PAGES = {
    "orders, newest": "/staff/orders",
    "orders, page 1,000": "/staff/orders?page=1000",
    "orders, last page": "/staff/orders?page=2000",
    "orders, paid": "/staff/orders?state=paid",
    "orders, to pack": "/staff/orders?stage=to_pack",
    "orders, shipped, page 500": "/staff/orders?stage=shipped&page=500",
    "orders, by number": "/staff/orders?q=51042",
    "orders, by a rare name": "/staff/orders?q=quay77",
    "orders, by a common name": "/staff/orders?q=marie",
    "orders, by name and surname": "/staff/orders?q=marie+quay7",
    "orders, by e-mail": "/staff/orders?q=marie.quay42%40mail",
    "orders, by a common SKU": "/staff/orders?q=oil+100",
    "orders, by nothing known": "/staff/orders?q=zzzz",
    "orders, SKU and to pack": "/staff/orders?q=oil100&stage=to_pack",
    "to pack": "/staff/packing",
    "to ship": "/staff/shipping",
}
SKUS = [f"{name}-{size}" for name in ("OIL", "FLAKES", "SALT", "POUCH") for size in (100, 250, 500)]
_SHARE_OF_GUIDES = 0.4
NAMES = ("Marie", "Ida", "Bo", "Zoe", "Karl", "Łucja", "Anna", "Jean-Paul")


def main() -> int:
    """Measures each database that is named; 1 when a page misses its goal."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for url in databases(Path(folder)):
            with url as database_url:
                missed += _measure(database_url, Path(folder))
    return 1 if missed else 0


def databases(folder: Path) -> Iterator[Any]:
    yield _sqlite(folder)
    if os.environ.get("TEST_DATABASE_URL"):
        yield _postgres(os.environ["TEST_DATABASE_URL"])


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'bench.sqlite3'}"


@contextmanager
def _postgres(given: str) -> Iterator[str]:
    url = sa.make_url(given.replace("postgresql://", "postgresql+psycopg://"))
    name = f"{url.database}_bench_{os.getpid()}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def _measure(database_url: str, folder: Path) -> int:
    app = new_shop(database_url, folder)
    backend = sa.make_url(database_url).get_backend_name()
    counts = f"{bench_stock.SIZES:,} SKUs, {bench_guides.GUIDES:,} guides"
    print(f"\n{backend}: {ORDERS:,} orders, {counts}")
    filled(app, _orders, bench_stock.fill_stock, bench_guides.fill_guides, bench_guides.fill_reads)
    client, reader = _signed_in(app), app.test_client()
    print(f"{'page':32}{'statements':>11}{'ms, median':>12}")
    last = datetime.now(UTC).date()
    pages = ORDER_PAGES | bench_stock.PAGES | {"guides": "/staff/guides"}
    missed = sum(_row(app, name, partial(client.get, path)) for name, path in pages.items())
    for name, path in bench_guides.pages(last - timedelta(days=364), last).items():
        missed += _row(app, name, partial(client.get, path), REPORT)
    page = f"/guides/{bench_guides.slug_of(7)}"
    missed += _row(app, "a guide, read (not kept)", partial(reader.get, page))
    missed += _row(app, "a reading, counted", partial(bench_guides.read_once, reader))
    missed += bench_stock.book_table(app)
    with app.app_context():
        app.extensions["storefront"].engine.dispose()
    return missed


def new_shop(database_url: str, folder: Path) -> Flask:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        schema.upgrade(connection)
    engine.dispose()
    return create_app(
        {
            "SECRET_KEY": "a-secret-of-the-bench-that-is-long-enough",
            "DATABASE_URL": database_url,
            "STOREFRONT_INSTANCE": str(folder / "instance"),
            "STOREFRONT_RATE_LIMITS": False,
            "STOREFRONT_PAGE_CACHE_SECONDS": 0,
            "STRIPE_API_BASE": "http://127.0.0.1:1",
            "WTF_CSRF_ENABLED": False,
        }
    )


def filled(app: Flask, *fillers: Callable[[], None]) -> None:
    with app.app_context():
        for fill in fillers:
            with transaction():
                fill()
        if db.engine.dialect.name == "postgresql":  # as autovacuum does a minute later
            with db.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(sa.text("VACUUM ANALYZE"))


def _orders() -> None:
    """A year of them. Most have left; some are to pack, some never paid, some were paid back."""
    chance = random.Random(1)
    for sku in SKUS:
        inventory.open_stock(sku, 1_000_000)
    start = datetime.now(UTC) - timedelta(days=364)
    tables = (
        orders.Order, orders.OrderLine, orders.OrderWord, payments.Payment, payments.Refund,
    )  # fmt: skip
    for first in range(1, ORDERS + 1, 5000):
        rows = [_order(n, chance, start) for n in range(first, first + 5000)]
        for number, table in enumerate(tables):
            db.session.execute(sa.insert(table), [one for row in rows for one in row[number]])
    if db.engine.dialect.name == "postgresql":  # the rows brought their ids along
        db.session.execute(sa.text(f"SELECT setval('shop_order_id_seq', {ORDERS})"))


def _order(n: int, chance: random.Random, start: datetime) -> tuple[list[dict[str, Any]], ...]:
    is_new = n > ORDERS - 300
    state = chance.choices(("paid", "expired", "refunded"), (88, 10, 2))[0]
    stage = "to_pack" if is_new or state == "expired" else "shipped"
    given, family = chance.choice(NAMES), f"Quay{n % 5000}"
    name, email = f"{given} {family}", f"{given}.{family}@mail.example".lower()
    sent = 1 if stage == "shipped" else 0
    skus, moment = chance.sample(SKUS, 2), start + timedelta(minutes=5 * n)
    is_paid = state != "expired"
    order = {
        "id": n, "reference": f"bench{n:019}", "cart_id": n, "content_key": "k", "state": state,
        "currency": "EUR", "subtotal_cents": 2000, "delivery_name": "Standard",
        "delivery_cents": 0, "total_cents": 2000, "vat_cents": 0, "attempt": 1, "stage": stage,
        "session_expires_at": moment, "email": email, "ship_name": name, "ship_address": "Quay 1",
        "ship_country": "IE", "placed_at": moment, "version": 1,
        "paid_at": moment if is_paid else None, "payment_id": f"pi_{n}" if is_paid else None,
    }  # fmt: skip
    from_guide = chance.random() < _SHARE_OF_GUIDES
    source = (
        (bench_guides.slug_of(chance.randrange(10_000)), "product-1") if from_guide else ("", "")
    )
    lines = [
        {
            "order_id": n, "sku": sku, "name": "Oil", "variant": "100 ml", "quantity": 1,
            "refunded_quantity": 0, "packed_quantity": sent, "shipped_quantity": sent,
            "unit_price_cents": 1000, "line_cents": 1000, "tax_basis_points": 1900,
            "guide_slug": source[0], "block": source[1],
        }
        for sku in skus
    ]  # fmt: skip
    found = [("label", words_of_label(email, name)), ("goods", words_of_goods(skus))]
    words = [{"word": w, "order_id": n, "kind": kind} for kind, ws in found for w in sorted(ws)]
    return [order], lines, words, *_money(order)


def _money(order: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was paid for an order, and what went back three days later."""
    about = {
        "order_reference": order["reference"], "amount_cents": order["total_cents"],
        "currency": "EUR",
    }  # fmt: skip
    id_, moment = order["payment_id"], order["paid_at"]
    taken = about | {"id": id_, "session_id": "", "paid_at": moment}
    back = about | {
        "payment_id": id_, "reason": "requested", "asked_by": f"bench:{id_}", "state": "done",
        "asked_at": moment and moment + timedelta(days=3),
    }  # fmt: skip
    return ([taken] if id_ else []), ([back] if order["state"] == "refunded" else [])


def _signed_in(app: Flask) -> FlaskClient:
    with app.app_context(), transaction():
        member = staff.add_member(EMAIL, PASSWORD, roles=["owner"])
        kept = {"id": member.id, "stamp": member.stamp}
    client = app.test_client()
    with client.session_transaction() as session:
        session["shop_staff"] = kept
    return client


Ask = Callable[[], TestResponse]


def _row(app: Flask, name: str, ask: Ask, bound: Bound = PAGE) -> bool:
    """Prints a page's figures; True when it misses its goal."""
    statements = _statements(app, name, ask)
    spent = []
    for _ in range(TRIES):
        before = time.perf_counter()
        ask()
        spent.append(1000 * (time.perf_counter() - before))
    median = statistics.median(spent)
    is_missed = statements > bound.statements or median > bound.ms
    note = "  missed its goal" if is_missed else ""
    print(f"{name:32}{statements:11}{median:12.1f}{note}", flush=True)
    return is_missed


def _statements(app: Flask, name: str, ask: Ask) -> int:
    sent: list[str] = []

    def listen(*args: Any) -> None:
        if not args[2].startswith("BEGIN"):
            sent.append(args[2])

    with app.app_context():
        engine = app.extensions["storefront"].engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    answer = ask()
    sa.event.remove(engine, "before_cursor_execute", listen)
    if answer.status_code not in (200, 204):
        raise SystemExit(f"{name} answered {answer.status_code}")
    return len(sent)


if __name__ == "__main__":
    raise SystemExit(main())
