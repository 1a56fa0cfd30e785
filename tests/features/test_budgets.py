"""What a public page may cost, and that a kept one is the truth: six statements, none, the same."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import brotli
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, create_app, inventory, pages
from storefront.database import db
from storefront.page_cache import POPULAR
from support.catalogue import Catalogue
from support.guides import publish
from support.machine import REDIS_URL
from support.shop import Shop

MOST_STATEMENTS = 6
PAGES = [
    "/",
    "/products/",
    "/products/?in_stock=1&sort=price",
    "/products/in/oil",
    "/products/product-3",
    "/products/product-3?variant=SKU-3-B",
    "/guides/",
    "/guides/guide-1",
    "/guides/feed.atom",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/sitemap-guides.xml",
    "/sitemap-products-0.xml",
    "/llms.txt",
]
GUIDE = """::: product product-1
A bottle for the shelf.
:::

Take [the oil](product:product-2), [more](product:product-3) and [a seat](guide:guide-5).

::: product product-4
A bottle for the bag.
:::
"""


def fill(shop: Shop, products: int = 4, guides: int = 5) -> None:
    """Products of two sizes with a picture each, and guides that speak of four of them."""
    shop.do(lambda: db.session.add(catalog.Category(id=1, slug="oil", name="Oil")))
    put(shop, range(1, products + 1))
    shop.do(lambda: inventory.adjust("SKU-3-A", 9, reason="received"))
    for number in range(guides, 0, -1):
        publish(shop, GUIDE if number < guides else "Sit.\n", slug=f"guide-{number}")


def put(shop: Shop, numbers: range) -> None:
    def product(n: int) -> dict[str, object]:
        at = {"id": n, "slug": f"product-{n}", "name": f"Oil {n}", "position": n, "category_id": 1}
        return {**at, "state": "published", "summary": "An oil."}

    def size(n: int, letter: str) -> dict[str, object]:
        sku = {"product_id": n, "sku": f"SKU-{n}-{letter}", "name": f"Size {letter}"}
        return {**sku, "price_cents": 1290, "currency": "EUR", "net_content": 100, "net_unit": "ml"}

    def picture(n: int) -> dict[str, object]:
        kept = {"id": n, "name": f"{n:016x}", "file": f"{n}.webp", "placeholder": "data:,"}
        return {**kept, "width": 1600, "height": 1200, "widths": "480,960"}

    def rows() -> None:
        many(catalog.Product, numbers, product)
        for letter in ("A", "B"):
            many(catalog.Variant, numbers, partial(size, letter=letter))
            many(inventory.Stock, numbers, lambda n, end=letter: {"sku": f"SKU-{n}-{end}"})
        many(catalog.Picture, numbers, picture)
        many(
            catalog.ProductPicture,
            numbers,
            lambda n: {"product_id": n, "picture_id": n, "alt": "A bottle."},
        )

    shop.do(rows)


def many(table: type, numbers: range, row: Callable[[int], dict[str, object]]) -> None:
    db.session.execute(sa.insert(table), [row(number) for number in numbers])


def costs(app: Flask) -> dict[str, int]:
    """Page → number of statements, nothing being kept."""
    client, found = app.test_client(), {}
    client.get("/cart")  # a process looks at the clock of prices once, and when plans change
    for path in PAGES:
        app.extensions["storefront"].pages.stamp.bump()
        with Catalogue(app).statements() as sent:
            assert client.get(path).status_code == 200, path
        found[path] = len(sent)
    return found


def test_a_public_page_takes_at_most_six_statements_and_as_many_for_ten_products_as_for_a_thousand(
    app: Flask, shop: Shop
) -> None:
    fill(shop, 10)
    few = costs(app)

    put(shop, range(11, 1001))
    many_products = costs(app)
    with Catalogue(app).statements() as sent:
        assert "Oil 30" in app.test_client().get("/products/?page=2").text
    assert len(sent) <= MOST_STATEMENTS
    assert max(few.values()) <= MOST_STATEMENTS, few
    assert many_products == few


def test_a_kept_page_takes_no_statement_and_neither_does_the_news_that_nothing_changed(
    app: Flask, client: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    tags = {path: client.get(path).headers.get("ETag") for path in PAGES if "atom" not in path}
    with Catalogue(app).statements() as sent:
        for path, tag in tags.items():
            assert client.get(path).status_code == 200
            known = client.get(path, headers={"If-None-Match": str(tag)})
            assert (known.status_code, known.data) == (304, b"")
    assert sent == []


def test_a_page_that_many_ask_for_becomes_smaller_and_stays_the_page_that_browsers_know(
    client: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    packed = {"Accept-Encoding": "br"}
    first = client.get("/products/product-3", headers=packed)
    known = {**packed, "If-None-Match": first.headers["ETag"]}
    assert client.get("/products/product-3", headers=known).status_code == 304
    for _ in range(POPULAR):
        last = client.get("/products/product-3", headers=packed)
        assert len(last.data) <= len(first.data)
    until = time.monotonic() + 60
    while len(last.data) == len(first.data) and time.monotonic() < until:
        time.sleep(0.01)
        last = client.get("/products/product-3", headers=packed)
    assert len(last.data) < len(first.data)
    assert brotli.decompress(last.data) == brotli.decompress(first.data)
    shop.do(pages.drop_pages)
    again = client.get("/products/product-3", headers=packed)
    assert again.data == last.data
    assert last.headers["ETag"] == first.headers["ETag"]
    assert last.headers["ETag"].startswith('W/"')
    assert client.get("/products/product-3", headers=known).status_code == 304
    assert client.get("/products/product-3").data == brotli.decompress(first.data)


def test_public_pages_are_the_same_for_everybody_and_say_so(
    app: Flask, client: FlaskClient, shop: Shop
) -> None:
    fill(shop)
    buyer = app.test_client()
    buyer.post("/cart/lines", data={"sku": "SKU-3-A", "quantity": 2})
    assert buyer.get_cookie("shop_cart")
    for path in PAGES:
        app.extensions["storefront"].pages.stamp.bump()
        strangers = client.get(path)
        app.extensions["storefront"].pages.stamp.bump()
        buyers = buyer.get(path)
        assert buyers.data == strangers.data, path
        assert "Set-Cookie" not in buyers.headers, path
        assert "csrf" not in buyers.text, path
        if not path.endswith(".atom"):
            assert buyers.headers["Vary"] == "Accept-Encoding", path
            assert "no-store" not in buyers.headers["Cache-Control"], path


@pytest.mark.parametrize("path", ["/cart", "/orders/find", "/staff/sign-in", "/checkout/cancelled"])
def test_private_pages_are_kept_by_nobody(client: FlaskClient, path: str) -> None:
    assert "no-store" in client.get(path).headers["Cache-Control"]


def price(app: Flask) -> None:
    Catalogue(app).run(catalog.save_variant, "product-3", "SKU-3-A", price="77.70")


def stock(app: Flask) -> None:
    Catalogue(app).run(inventory.adjust, "SKU-3-A", -7, reason="damaged")


def held(app: Flask) -> None:
    end = datetime.now(UTC) + timedelta(minutes=5)
    Catalogue(app).run(inventory.hold, "o-1", {"SKU-3-A": 6}, until=end)


def text(app: Flask) -> None:
    Catalogue(app).run(catalog.save_product, "product-3", name="Night Oil")


@pytest.mark.parametrize(
    ("change", "shown"),
    [(price, "77.70"), (stock, "Only 2 left"), (held, "Only 3 left"), (text, "Night Oil")],
)
def test_a_kept_page_is_dropped_when_what_it_shows_changes(
    app: Flask, client: FlaskClient, shop: Shop, change: Callable[[Flask], None], shown: str
) -> None:
    fill(shop)
    before = client.get("/products/product-3")
    assert shown not in before.text
    change(app)
    after = client.get("/products/product-3", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert shown in after.text


def test_a_change_by_another_process_drops_the_pages_of_this_one(
    app: Flask, client: FlaskClient, shop: Shop, config: dict[str, object]
) -> None:
    fill(shop)
    assert "Only" not in client.get("/products/product-3").text
    script = (
        "import json, sys\n"
        "from storefront import create_app, inventory\n"
        "from storefront.database import transaction\n"
        "with create_app(json.loads(sys.argv[1])).app_context(), transaction():\n"
        "    inventory.adjust('SKU-3-A', -6, reason='damaged')\n"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script, json.dumps(config)], check=True, cwd=root)
    assert "Only 3 left" in client.get("/products/product-3").text


def test_two_apps_of_one_shop_share_the_news(
    app: Flask, client: FlaskClient, shop: Shop, config: dict[str, object]
) -> None:
    fill(shop)
    other = create_app(config)
    assert "Only" not in client.get("/products/product-3").text
    Catalogue(other).run(inventory.adjust, "SKU-3-A", -8, reason="damaged")
    assert "Only 1 left" in client.get("/products/product-3").text
    with other.app_context():
        other.extensions["storefront"].engine.dispose()


@pytest.mark.redis
def test_several_machines_share_the_news_through_redis(
    shop: Shop, config: dict[str, object], tmp_path: Path
) -> None:
    """Each machine has an instance folder of its own, so no file tells them."""
    fill(shop)
    both = config | {"REDIS_URL": REDIS_URL}
    here = create_app(both | {"STOREFRONT_INSTANCE": str(tmp_path / "here")})
    there = create_app(both | {"STOREFRONT_INSTANCE": str(tmp_path / "there")})
    client = here.test_client()
    assert "Only" not in client.get("/products/product-3").text
    Catalogue(there).run(inventory.adjust, "SKU-3-A", -8, reason="damaged")
    time.sleep(1.1)  # a machine looks once a second
    assert "Only 1 left" in client.get("/products/product-3").text
    for app in (here, there):
        with app.app_context():
            app.extensions["storefront"].engine.dispose()


def test_of_many_who_wait_for_the_same_page_only_the_first_has_it_made(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without the turn of public_page, and without its second look into the cache."""
    monkeypatch.setattr(pages, "_PATIENCE_SECONDS", 60)
    fill(shop)
    app.test_client().get("/products/product-3")
    app.extensions["storefront"].pages.stamp.bump()
    ready = threading.Barrier(8, timeout=60)

    def look(_: int) -> int:
        ready.wait()
        return app.test_client().get("/products/product-3").status_code

    with Catalogue(app).statements() as sent, ThreadPoolExecutor(8) as crowd:
        assert list(crowd.map(look, range(8))) == [200] * 8
    assert len(sent) == 4
