"""Kits: articles that are made of others and share their stock."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from conftest import Live
from storefront import inventory
from storefront.database import db
from storefront.inventory import KitHasNoStock, KitHasUnits, KitOfKit, OutOfStock, StockMovement
from support.shop import Shop
from support.shopper import Shopper, told

SOON = datetime.now(UTC) + timedelta(minutes=50)
SET = {"FLAKES": 2, "OIL": 1}


def fill(shop: Shop, oil: int = 5, flakes: int = 7, **parts: int) -> None:
    """Two parts and a set of one oil and two flakes."""

    def make() -> None:
        for sku, count in {"OIL": oil, "FLAKES": flakes, "SET": 0}.items():
            inventory.open_stock(sku, count)
        inventory.make_kit("SET", parts or SET)

    shop.do(make)


def free(shop: Shop, sku: str = "SET", owner: str = "") -> int:
    return shop.ask(lambda: inventory.available([sku], owner=owner))[sku]


def ledger(shop: Shop, reference: str) -> list[tuple[str, int, str]]:
    def rows() -> list[tuple[str, int, str]]:
        found = db.session.query(StockMovement).filter_by(reference=reference)
        return [(m.sku, m.change, m.reason) for m in found.order_by(StockMovement.id)]

    return shop.ask(rows)


def test_as_many_kits_are_there_as_the_shortest_part_makes(shop: Shop) -> None:
    fill(shop, oil=5, flakes=7)
    assert free(shop) == 3  # 7 // 2
    shop.do(lambda: inventory.adjust("OIL", -3, reason="damaged"))
    assert free(shop) == 2
    shop.do(lambda: inventory.make_kit("SET", {}))
    assert free(shop) == 0


def test_a_kit_is_held_sold_and_put_back_as_its_parts(shop: Shop) -> None:
    fill(shop)
    shop.do(lambda: inventory.hold("order-1", {"SET": 2}, until=SOON, owner="cart-1"))
    assert (shop.stock("OIL"), shop.stock("FLAKES"), shop.stock("SET")) == ((5, 2), (7, 4), (0, 0))
    assert (free(shop), free(shop, owner="cart-1")) == (1, 3)
    assert shop.do(lambda: inventory.sell("order-1")) is True
    assert ledger(shop, "order-1") == [("FLAKES", -4, "sold"), ("OIL", -2, "sold")]
    shop.do(lambda: inventory.put_back("order-1", {"SET": 1}))
    assert ledger(shop, "order-1")[2:] == [("FLAKES", 2, "returned"), ("OIL", 1, "returned")]
    assert shop.ask(lambda: inventory.units_out("order-1")) == {"FLAKES": 2, "OIL": 1}
    shop.books_balance()


def test_a_kit_and_its_part_in_one_order_must_fit_together(shop: Shop) -> None:
    fill(shop, oil=3, flakes=9)
    with pytest.raises(OutOfStock) as refusal:
        shop.do(lambda: inventory.hold("order-1", {"SET": 2, "OIL": 2}, until=SOON))
    assert (refusal.value.sku, refusal.value.wanted, refusal.value.left) == ("OIL", 4, 3)
    assert (shop.stock("OIL"), shop.stock("FLAKES")) == ((3, 0), (9, 0))
    assert shop.count(inventory.KitSold) == 0
    shop.do(lambda: inventory.hold("order-1", {"SET": 2, "OIL": 1}, until=SOON))
    assert shop.stock("OIL") == (3, 3)
    assert shop.do(lambda: inventory.release("order-1")) is True
    assert (shop.stock("OIL"), shop.stock("FLAKES")) == ((3, 0), (9, 0))
    shop.books_balance()


def test_an_order_gives_back_the_parts_that_it_was_sold_with(shop: Shop) -> None:
    """Fails with the parts of today: FLAKES would come back once instead of twice."""
    fill(shop)
    shop.do(lambda: inventory.hold("order-1", {"SET": 1}, until=SOON))
    shop.do(lambda: inventory.make_kit("SET", {"FLAKES": 1, "OIL": 3}))
    shop.do(lambda: inventory.sell("order-1"))
    shop.do(lambda: inventory.put_back("order-1", {"SET": 1}))
    assert (shop.stock("OIL"), shop.stock("FLAKES")) == ((5, 0), (7, 0))
    shop.do(lambda: inventory.make_kit("SET", {}))
    assert shop.ask(lambda: inventory.parts_as_sold("order-1", {"SET": 3})) == {
        "FLAKES": 6,
        "OIL": 3,
    }


def test_paid_after_expiry_takes_the_parts_that_were_ordered(shop: Shop) -> None:
    fill(shop)
    shop.do(lambda: inventory.hold("order-1", {"SET": 1}, until=SOON))
    shop.do(lambda: inventory.release("order-1"))
    shop.do(lambda: inventory.make_kit("SET", {"OIL": 5}))
    shop.do(lambda: inventory.take_again("order-1", {"SET": 1, "OIL": 1}))
    assert ledger(shop, "order-1") == [("FLAKES", -2, "sold"), ("OIL", -2, "sold")]
    with pytest.raises(OutOfStock):
        shop.do(lambda: inventory.take_again("order-2", {"SET": 1}))
    assert shop.stock("OIL") == (3, 0)
    shop.books_balance()


def test_a_kit_has_no_stock_of_its_own(shop: Shop) -> None:
    fill(shop)
    with pytest.raises(KitHasNoStock, match="SET is a kit"):
        shop.do(lambda: inventory.adjust("SET", 4, reason="received"))
    with pytest.raises(KitHasNoStock):
        shop.do(lambda: inventory.count("SET", 4, reason="counted"))
    with pytest.raises(IntegrityError):
        shop.do(
            lambda: db.session.execute(
                update(inventory.Stock).where(inventory.Stock.sku == "SET").values(on_hand=1)
            )
        )
    assert shop.stock("SET") == (0, 0)


def test_a_kit_of_a_kit_or_of_itself_is_refused(shop: Shop) -> None:
    fill(shop)
    shop.do(lambda: inventory.open_stock("BOX", 0))
    for sku, parts in (("BOX", {"SET": 1}), ("BOX", {"BOX": 1})):
        with pytest.raises(KitOfKit):
            shop.do(lambda s=sku, p=parts: inventory.make_kit(s, p))
    shop.do(lambda: inventory.count("OIL", 0, reason="counted"))
    with pytest.raises(KitOfKit, match="OIL is a part of another kit"):
        shop.do(lambda: inventory.make_kit("OIL", {"BOX": 1}))
    assert shop.ask(lambda: inventory.parts_of(["SET", "BOX", "OIL"])) == {"SET": SET}


def test_what_still_stands_on_the_shelf_cannot_become_a_kit(shop: Shop) -> None:
    fill(shop)
    shop.do(lambda: inventory.open_stock("BOX", 2))
    with pytest.raises(KitHasUnits, match="There are still 2 of BOX on the shelf"):
        shop.do(lambda: inventory.make_kit("BOX", {"OIL": 1}))
    with pytest.raises(inventory.UnknownStock):
        shop.do(lambda: inventory.make_kit("SET", {"TEA": 1}))
    assert shop.ask(lambda: inventory.parts_of(["SET", "BOX"])) == {"SET": SET}


def sell_a_set(live: Live, *, oil: int = 3, flakes: int = 4) -> None:
    live.shop.product("OIL", stock=oil)
    live.shop.product("FLAKES", stock=flakes)
    live.shop.product("SET", stock=0)
    live.shop.do(lambda: inventory.make_kit("SET", SET))


def test_a_cart_never_holds_a_kit_and_more_of_its_part_than_there_is(live: Live) -> None:
    """Fails when each line is measured alone: the cart then promises what no hold can take."""
    sell_a_set(live)
    shopper = Shopper(live.url)
    assert shopper.add("OIL", 2).status_code == 200
    refused = shopper.add("SET", 2)
    assert refused.status_code == 422
    assert "Only 1 left." in told(refused.text)
    assert shopper.add("SET").status_code == 200
    assert shopper.check_out().status_code == 303
    assert live.shop.stock("OIL") == (3, 3)
    other = Shopper(live.url)
    assert "Sold out." in told(other.add("SET").text)
    live.shop.books_balance()


def test_a_cart_that_no_longer_fits_says_so_and_sells_what_is_left(live: Live) -> None:
    sell_a_set(live)
    shopper = Shopper(live.url)
    shopper.add("OIL", 2)
    shopper.add("SET")
    live.shop.do(lambda: inventory.adjust("OIL", -1, reason="damaged"))
    page = told(shopper.web.get(f"{live.url}/cart").text)
    assert "Sold out since it was put here" in page
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    assert (live.shop.stock("OIL"), live.shop.stock("FLAKES")) == ((0, 0), (4, 0))


def test_what_is_in_the_cart_by_itself_is_no_longer_there_for_the_set(live: Live) -> None:
    sell_a_set(live)
    shopper = Shopper(live.url)
    shopper.add("OIL", 3)
    words = told(shopper.add("SET").text)
    assert "What is left of this is in your cart already, by itself or in a set." in words


def test_pages_and_lists_of_a_kit_go_by_its_parts(app: Flask, shop: Shop) -> None:
    client = app.test_client()
    for sku, stock in (("OIL", 2), ("FLAKES", 4), ("SET", 0)):
        shop.product(sku, stock=stock, name=f"Article {sku}")
    assert "Sold out" in told(client.get("/products/set").text)
    shop.do(lambda: inventory.make_kit("SET", SET))
    assert "Only 2 left" in told(client.get("/products/set").text)
    assert "Article SET" in told(client.get("/products/?in_stock=1&sort=price").text)
    shop.do(lambda: inventory.adjust("FLAKES", -3, reason="damaged"))
    assert "Sold out" in told(client.get("/products/set").text)
    assert "Article SET" not in told(client.get("/products/?in_stock=1").text)
