"""Forty shoppers want the last ten bottles."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from conftest import Live
from storefront import inventory
from storefront.database import db, transaction
from storefront.inventory import Stock
from support.shop import Shop
from support.shopper import Shopper, told

SHOPPERS = 40
UNITS = 10


def test_without_the_guard_the_same_race_oversells(shop: Shop) -> None:
    """The control experiment: look first and write later loses, so the tests below can fail."""
    shop.do(lambda: inventory.open_stock("OIL", UNITS))
    looked = threading.Barrier(SHOPPERS, timeout=60)

    def look_then_take(_: int) -> bool:
        with shop.app.app_context():
            left = inventory.available(["OIL"])["OIL"]
            db.session.rollback()  # gives the connection back: forty would not fit into the pool
            looked.wait()
            if left < 1:
                return False
            with transaction() as session:
                held = session.execute(select(Stock.held)).scalar_one()
                session.execute(update(Stock).values(held=min(held + 1, UNITS)))
            return True

    with ThreadPoolExecutor(SHOPPERS) as crowd:
        told_yes = sum(crowd.map(look_then_take, range(SHOPPERS)))
    assert told_yes > UNITS


def test_ten_units_are_held_ten_times(shop: Shop) -> None:
    shop.do(lambda: inventory.open_stock("OIL", UNITS))
    until = datetime.now(UTC) + timedelta(hours=1)
    ready = threading.Barrier(SHOPPERS, timeout=60)

    def take(number: int) -> str:
        ready.wait()
        try:
            shop.do(lambda: inventory.hold(f"order-{number}", {"OIL": 1}, until=until))
        except inventory.OutOfStock as refusal:
            return refusal.sentence
        return "held"

    with ThreadPoolExecutor(SHOPPERS) as crowd:
        answers = Counter(crowd.map(take, range(SHOPPERS)))
    assert answers == {"held": UNITS, "Sold out.": SHOPPERS - UNITS}
    assert shop.stock("OIL") == (UNITS, UNITS)
    shop.books_balance()


def test_a_stock_that_eight_open_at_once_is_opened_once(shop: Shop) -> None:
    """With a look before the insert, seven of eight fail on PostgreSQL; SQLite lets one write."""
    ready = threading.Barrier(8, timeout=60)

    def open_it(_: int) -> None:
        ready.wait()
        shop.do(lambda: inventory.open_stock("OIL", UNITS))

    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(open_it, range(8)))
    assert shop.stock("OIL") == (UNITS, 0)
    shop.books_balance()


@pytest.mark.parametrize("sku_count", [1, 3])
def test_forty_shoppers_for_ten_units_through_http(live: Live, sku_count: int) -> None:
    """Exactly ten paid orders, thirty plain refusals, no error page, books in balance."""
    skus = [f"OIL-{n}" for n in range(sku_count)]
    for sku in skus:
        live.shop.product(sku, stock=UNITS)
    ready = threading.Barrier(SHOPPERS, timeout=120)

    def buy(number: int) -> str:
        shopper = Shopper(live.url)
        # Half of them fill their carts the other way round, which would deadlock careless code.
        for sku in skus if number % 2 else reversed(skus):
            assert shopper.add(sku).status_code == 200
        ready.wait()
        answer = shopper.check_out()
        if answer.status_code == 303:
            live.box.control.complete(answer.headers["Location"].rpartition("/")[2].split("#")[0])
            return "paid"
        assert answer.status_code in {200, 422}, (answer.status_code, told(answer.text))
        words = told(answer.text)
        assert any(s in words for s in ("Sold out", "can be ordered", "has changed")), words
        return "refused"

    with ThreadPoolExecutor(SHOPPERS) as crowd:
        outcomes = Counter(crowd.map(buy, range(SHOPPERS)))
    assert live.box.control.wait_until_delivered(timeout=60)
    assert outcomes == {"paid": UNITS, "refused": SHOPPERS - UNITS}
    assert Counter(o.state for o in live.shop.orders()) == {"paid": UNITS}
    assert len(live.shop.letters()) == UNITS
    for sku in skus:
        assert live.shop.stock(sku) == (0, 0)
    live.shop.books_balance()


def test_one_cart_in_many_tabs_opens_one_payment_page(live: Live) -> None:
    live.shop.product(stock=10)
    shopper = Shopper(live.url)
    shopper.add(quantity=2)
    ready = threading.Barrier(6, timeout=60)

    def click(_: int) -> str:
        tab = Shopper(live.url)
        tab.web.cookies.update(shopper.web.cookies)
        ready.wait()
        return tab.session_id()

    with ThreadPoolExecutor(6) as tabs:
        pages = set(tabs.map(click, range(6)))
    assert len(pages) == 1
    assert len(live.shop.orders()) == 1
    assert live.shop.stock() == (10, 2)


def test_the_same_message_three_times_at_once_is_acted_on_once(live: Live) -> None:
    live.shop.product(stock=10)
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    live.box.control.webhooks("drop")
    live.box.control.complete(session_id)
    ready = threading.Barrier(6, timeout=60)

    def tell(_: int) -> int:
        ready.wait()
        return (
            Shopper(live.url)
            .web.get(f"{live.url}/checkout/return?session_id={session_id}", timeout=60)
            .status_code
        )

    with ThreadPoolExecutor(6) as crowd:
        assert set(crowd.map(tell, range(6))) == {200}
    assert [o.state for o in live.shop.orders()] == ["paid"]
    assert len(live.shop.letters()) == 1
    assert live.shop.stock() == (9, 0)
    live.shop.books_balance()


def test_a_set_and_its_parts_never_sell_the_same_bottle_twice(shop: Shop) -> None:
    """Ten oils and twelve flakes, wanted by forty as sets (1 + 2), singly and both in one order.

    Fails with unpack_for() taken out of hold(): no set is held at all, or two hold one bottle.
    """

    def fill() -> None:
        for sku, count in {"OIL": 10, "FLAKES": 12, "SET": 0}.items():
            inventory.open_stock(sku, count)
        inventory.make_kit("SET", {"OIL": 1, "FLAKES": 2})

    shop.do(fill)
    until = datetime.now(UTC) + timedelta(hours=1)
    wishes = [{"SET": 1}, {"OIL": 1}, {"FLAKES": 1}, {"SET": 1, "OIL": 1}]
    ready = threading.Barrier(SHOPPERS, timeout=60)

    def buy(number: int) -> dict[str, int]:
        ready.wait()
        reference, wish = f"order-{number}", wishes[number % 4]
        try:
            shop.do(lambda: inventory.hold(reference, wish, until=until))
        except inventory.OutOfStock:
            return {}
        shop.do(lambda: (inventory.release if number % 5 == 0 else inventory.sell)(reference))
        return {} if number % 5 == 0 else wish

    with ThreadPoolExecutor(SHOPPERS) as crowd:
        sold = sum((Counter(wish) for wish in crowd.map(buy, range(SHOPPERS))), Counter[str]())
    left = {sku: shop.stock(sku)[0] for sku in ("OIL", "FLAKES")}
    assert left == {
        "OIL": 10 - sold["OIL"] - sold["SET"],
        "FLAKES": 12 - sold["FLAKES"] - 2 * sold["SET"],
    }
    assert sold["SET"] > 0
    assert min(left.values()) >= 0
    assert {shop.stock(sku)[1] for sku in ("OIL", "FLAKES")} == {0}
    shop.books_balance()
