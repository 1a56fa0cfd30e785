"""The stock's part of the back office under much: ten thousand SKUs, and a table of 5,000 rows."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from storefront import catalog, inventory
from storefront.database import db
from storefront.staff.stock.commands import load_stock

SIZES = 10_000
SALES_OF_EACH = 20
ROWS = 5_000
MOST_SECONDS = 10
PAGES = {
    "stock": "/staff/stock",
    "stock, page 150": "/staff/stock?page=150",
    "stock, searched": "/staff/stock?q=bal9",
    "stock, low": "/staff/stock?show=low&sort=available",
    "stock, by cover": "/staff/stock?sort=cover",
    "stock, one SKU": "/staff/stock/BALM-00042",
}


def fill_stock() -> None:
    """Ten thousand sizes of a thousand products, and what they sold in forty days."""
    session = db.session
    shelf = catalog.Category(slug="balm", name="Balm")
    session.add(shelf)
    session.flush()
    products = [
        {"slug": f"balm-{n}", "name": f"Balm {n % 97} of the shelf", "category_id": shelf.id,
         "state": "published", "position": n}
        for n in range(SIZES // 10)
    ]  # fmt: skip
    session.execute(sa.insert(catalog.Product), products)
    ids = session.scalars(sa.select(catalog.Product.id).order_by(catalog.Product.id)).all()
    skus = [f"BALM-{n:05}" for n in range(SIZES)]
    sizes = [
        {"product_id": ids[n // 10], "sku": sku, "name": f"{n % 10}00 ml", "price_cents": 1290,
         "currency": "EUR", "position": n % 10}
        for n, sku in enumerate(skus)
    ]  # fmt: skip
    session.execute(sa.insert(catalog.Variant), sizes)
    session.execute(
        sa.insert(inventory.Stock), [{"sku": sku, "on_hand": n % 90} for n, sku in enumerate(skus)]
    )
    session.execute(sa.insert(inventory.StockMovement), list(_ledger(skus)))


def _ledger(skus: list[str]) -> Iterator[dict[str, object]]:
    start = datetime.now(UTC) - timedelta(days=40)
    for n, sku in enumerate(skus):
        opening = n % 90 + SALES_OF_EACH
        yield {"sku": sku, "change": opening, "reason": "opening", "moved_at": start}
        for sale in range(SALES_OF_EACH):
            at = start + timedelta(days=2 * sale, seconds=n)
            yield {"sku": sku, "change": -1, "reason": "sold", "moved_at": at}


def book_table(app: Flask) -> bool:
    """Prints how long import-stock --apply takes; True when it misses its goal."""
    rows = "\n".join(f"BALM-{n:05},{n % 7 + 1},received" for n in range(ROWS))
    text = f"sku,change,reason\n{rows}\n"
    with app.app_context():
        before = time.perf_counter()
        reading = catalog.read_stock_file(text)
        assert not reading.problems
        load_stock(reading, "bench.csv", text, actor="bench")
        seconds = time.perf_counter() - before
    note = "  missed its goal" if seconds > MOST_SECONDS else ""
    print(f"{ROWS:,} rows of stock booked in {seconds:.1f} s{note}", flush=True)
    return seconds > MOST_SECONDS
