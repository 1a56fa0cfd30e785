"""Two shops in one process: whatever the one knows, remembers or sells, the other does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from redis import Redis

from conftest import new_database, settings_for
from storefront import StaffPerson, Storefront, cart, create_app
from storefront.database import db
from storefront.limits import TooMany, limit
from support.host import Hosts
from support.machine import REDIS_URL
from support.shop import Shop, seen_key
from support.shopper import told

CARD = {"sku": "OIL-100", "quantity": "2"}


@dataclass
class Pair:
    """Two sites, each with a shop that sells the same SKU its own way."""

    tea: Flask
    soap: Flask


def facts(name: str, currency: str) -> dict[str, object]:
    return {"STOREFRONT_NAME": name, "STOREFRONT_CURRENCY": currency, "STOREFRONT_LOGO": ""}


@pytest.fixture
def pair(config: dict[str, object], tmp_path: Path) -> Iterator[Pair]:
    """One extension object in two hosts, with other databases, names, currencies and layouts."""
    hosts = Hosts(config, tmp_path / "host")
    hosts.template("site.html", "the tea house {% block content %}{% endblock %}")
    shop = Storefront(url_prefix="/shop")
    tea = hosts.make(STOREFRONT_LAYOUT="site.html", **facts("Leaf", "EUR"))
    shop.init_app(tea)
    soap = hosts.make(
        SQLALCHEMY_DATABASE_URI=new_database("other", tmp_path),
        STOREFRONT_INSTANCE=str(tmp_path / "other"),
        STOREFRONT_PUBLIC_URL="https://soap.example",
        **facts("Lather", "CHF"),
    )
    Storefront(soap, url_prefix="/fine/soap", staff_person=lambda: StaffPerson("bo"))
    Shop(tea).product(name="Green Tea", price_cents=450, stock=5)
    Shop(soap).product(name="Black Soap", price_cents=980, stock=3)
    Shop(soap).do(lambda: db.session.execute(sa.text("UPDATE shop_variant SET currency = 'CHF'")))
    yield Pair(tea, soap)
    hosts.end()


def test_pages_show_their_own_shop_however_they_are_mixed(pair: Pair) -> None:
    tea, soap = pair.tea.test_client(), pair.soap.test_client()
    for _ in range(2):
        page = tea.get("/shop/products/oil-100")
        assert page.text.startswith("the tea house")
        assert 'action="/shop/cart/lines"' in page.text
        assert [w in told(page.text) for w in ("Green Tea", "€4.50", "Black Soap")] == [1, 1, 0]
        page = soap.get("/fine/soap/products/oil-100")
        assert "<title>Black Soap, 100 ml · Lather</title>" in page.text
        assert 'action="/fine/soap/cart/lines"' in page.text
        assert [w in told(page.text) for w in ("Black Soap", "CHF9.80", "€")] == [1, 1, 0]
    assert tea.get("/fine/soap/").status_code == 404
    assert soap.get("/shop/").text == "the host has no such page"


def test_a_cart_of_one_shop_is_nothing_in_the_other(pair: Pair) -> None:
    tea, soap = pair.tea.test_client(), pair.soap.test_client()
    tea.post("/shop/cart/lines", data=CARD)
    token = tea.get_cookie("shop_cart", path="/shop/")
    assert token is not None
    soap.set_cookie("shop_cart", token.value, path="/fine/soap/")
    assert "Your cart is empty" in told(soap.get("/fine/soap/cart").text)
    assert soap.post("/fine/soap/cart/lines", data=CARD).status_code == 303
    assert Shop(pair.tea).count(cart.CartLine) == 1
    assert Shop(pair.soap).count(cart.CartLine) == 1
    assert "€9.00" in told(tea.get("/shop/cart").text)
    assert "CHF19.60" in told(soap.get("/fine/soap/cart").text)


def test_goods_held_in_one_shop_are_still_there_in_the_other(pair: Pair) -> None:
    soap = pair.soap.test_client()
    soap.post("/fine/soap/cart/lines", data=CARD)
    seen = seen_key(soap.get("/fine/soap/cart").text)
    answer = soap.post("/fine/soap/checkout", data={"seen": seen})
    assert answer.status_code == 503, "no payment page can be opened, so all of it is undone"
    assert [o.state for o in Shop(pair.soap).orders()] == ["expired"]
    assert Shop(pair.tea).orders() == []
    assert (Shop(pair.tea).stock(), Shop(pair.soap).stock()) == ((5, 0), (3, 0))


def test_who_is_staff_in_one_shop_is_not_in_the_other(pair: Pair) -> None:
    assert pair.soap.test_client().get("/fine/soap/staff/").status_code == 200
    answer = pair.tea.test_client().get("/shop/staff/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/shop/staff/sign-in")


def test_both_hand_out_their_files(pair: Pair) -> None:
    for site, prefix in ((pair.tea, "/shop"), (pair.soap, "/fine/soap")):
        state = site.extensions["storefront"]
        version = state.assets.version("css/shop.css")
        answer = site.test_client().get(f"{prefix}/static/css/shop.css?v={version}")
        assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{version}"')


def test_a_job_of_one_shop_waits_in_its_own_queue(pair: Pair) -> None:
    tea, soap = (site.extensions["storefront"] for site in (pair.tea, pair.soap))
    tea.jobs["send_letters"]()
    assert (len(tea.queue), len(soap.queue)) == (1, 0)


def test_pages_in_the_cache_of_one_shop_are_not_shown_by_the_other(
    config: dict[str, object], tmp_path: Path
) -> None:
    other = settings_for(new_database("other", tmp_path), tmp_path / "other")
    leaf = create_app(config | facts("Leaf", "EUR"))
    lather = create_app(other | facts("Lather", "EUR"))
    Shop(leaf).product(name="Green Tea")
    Shop(lather).product(name="Black Soap")
    for _ in range(2):  # the second time from the caches of pages, components and addresses
        for app, name, sold in ((leaf, "Leaf", "Green Tea"), (lather, "Lather", "Black Soap")):
            page = app.test_client().get("/products/").text
            assert f'<span class="shop-brand shop-brand--name">{name}</span>' in page
            assert [thing in page for thing in ("Green Tea", "Black Soap")].count(True) == 1
            assert sold in page
    for app in (leaf, lather):
        with app.app_context():
            app.extensions["storefront"].engine.dispose()


@pytest.mark.redis
def test_shops_that_share_a_redis_share_neither_limits_nor_jobs_nor_stamps(
    config: dict[str, object], tmp_path: Path
) -> None:
    shared = config | {"REDIS_URL": REDIS_URL, "STOREFRONT_RATE_LIMITS": True}
    urls = [f"https://{word}-{tmp_path.name}.example" for word in ("leaf", "lather")]
    leaf, lather, leafs_worker = (
        create_app(shared | {"STOREFRONT_PUBLIC_URL": url, "STOREFRONT_INSTANCE": str(folder)})
        for url, folder in zip([*urls, urls[0]], (tmp_path / n for n in "abc"), strict=True)
    )
    states = [app.extensions["storefront"] for app in (leaf, lather, leafs_worker)]
    before = [state.pages.stamp.current()[1] for state in states]
    try:
        with leaf.test_request_context():
            limit("try", "1/hour")
            with pytest.raises(TooMany):
                limit("try", "1/hour")
        with lather.test_request_context():
            limit("try", "1/hour")
        states[0].jobs["send_letters"]()
        assert [len(state.queue) for state in states] == [1, 0, 1]
        states[0].pages.stamp.bump()
        for state in states:
            state.pages.stamp._looked_at = 0.0  # look now, not in a second
        after = [state.pages.stamp.current()[1] for state in states]
        assert [b - a for a, b in zip(before, after, strict=True)] == [1, 0, 1]
    finally:
        with Redis.from_url(REDIS_URL) as redis:
            for state in states:
                state.queue.flush()
                for key in redis.scan_iter(f"*{state.name}*"):
                    redis.delete(key)
        for state in states:
            state.queue.storage.conn.connection_pool.disconnect()
        for app in (leaf, lather, leafs_worker):
            with app.app_context():
                app.extensions["storefront"].engine.dispose()
