"""The ledger and its holds."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from storefront import inventory
from storefront.database import db
from storefront.inventory import OutOfStock, Stock, UnknownStock
from support.shop import Shop

SOON = datetime.now(UTC) + timedelta(minutes=50)


def fill(shop: Shop, **counts: int) -> None:
    shop.do(lambda: [inventory.open_stock(sku, count) for sku, count in counts.items()])


def test_a_hold_sets_units_aside_and_a_sale_takes_them(shop: Shop) -> None:
    fill(shop, OIL=5)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    assert shop.stock("OIL") == (5, 2)
    assert shop.do(lambda: inventory.sell("order-1")) is True
    assert shop.stock("OIL") == (3, 0)
    shop.books_balance()


def test_holds_are_released_once_and_never_after_a_sale(shop: Shop) -> None:
    fill(shop, OIL=5)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    assert shop.do(lambda: inventory.release("order-1")) is True
    assert shop.do(lambda: inventory.release("order-1")) is False
    assert shop.do(lambda: inventory.sell("order-1")) is False
    assert shop.stock("OIL") == (5, 0)
    shop.books_balance()


def test_a_hold_of_several_articles_takes_all_or_none(shop: Shop) -> None:
    fill(shop, FLAKES=5, OIL=1)
    with pytest.raises(OutOfStock) as refusal:
        shop.do(lambda: inventory.hold("order-1", {"FLAKES": 2, "OIL": 2}, until=SOON))
    assert (refusal.value.sku, refusal.value.wanted, refusal.value.left) == ("OIL", 2, 1)
    assert refusal.value.sentence == "Only 1 left."
    assert shop.stock("FLAKES") == (5, 0)
    assert shop.stock("OIL") == (1, 0)
    shop.books_balance()


def test_what_a_cart_holds_itself_is_free_for_that_cart_alone(shop: Shop) -> None:
    fill(shop, OIL=3)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 3}, until=SOON, owner="cart-1"))
    assert shop.ask(lambda: inventory.available(["OIL"])) == {"OIL": 0}
    assert shop.ask(lambda: inventory.available(["OIL"], owner="cart-2")) == {"OIL": 0}
    assert shop.ask(lambda: inventory.available(["OIL"], owner="cart-1")) == {"OIL": 3}


def test_a_count_books_the_difference_and_a_second_one_nothing(shop: Shop) -> None:
    fill(shop, OIL=5)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    runner = shop.app.test_cli_runner()
    words = ["shop", "count-stock", "OIL", "40", "--reason", "received", "--actor", "Ida"]
    assert runner.invoke(args=words).output == "OIL: 40 on the shelf, +35.\n"
    assert runner.invoke(args=words).output == "OIL: as it was.\n"
    assert shop.stock("OIL") == (40, 2)
    shop.books_balance()


def test_a_count_that_leaves_less_than_is_held_is_refused(shop: Shop) -> None:
    fill(shop, OIL=5)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    runner = shop.app.test_cli_runner()
    refused = runner.invoke(args=["shop", "count-stock", "OIL", "1"])
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: Open payments hold 2 of OIL.")
    unknown = runner.invoke(args=["shop", "count-stock", "TEA", "1"])
    assert unknown.output == "Error: There is no stock under the SKU TEA.\n"
    assert shop.stock("OIL") == (5, 2)
    shop.books_balance()


def test_an_adjustment_never_takes_held_units(shop: Shop) -> None:
    fill(shop, OIL=3)
    shop.do(lambda: inventory.hold("order-1", {"OIL": 2}, until=SOON))
    with pytest.raises(OutOfStock):
        shop.do(lambda: inventory.adjust("OIL", -2, reason="damaged"))
    assert shop.stock("OIL") == (3, 2)
    shop.do(lambda: inventory.adjust("OIL", -1, reason="damaged"))
    assert shop.stock("OIL") == (2, 2)
    shop.books_balance()


def test_an_unknown_sku_is_refused_by_name(shop: Shop) -> None:
    with pytest.raises(UnknownStock):
        shop.do(lambda: inventory.hold("order-1", {"NOTHING": 1}, until=SOON))


def test_the_database_itself_refuses_negative_stock_and_holds_beyond_it(shop: Shop) -> None:
    fill(shop, OIL=1)
    for values in ({"held": 2}, {"on_hand": -1}, {"held": -1}):
        with pytest.raises(IntegrityError):
            shop.do(lambda v=values: db.session.execute(update(Stock).values(**v)))
    assert shop.stock("OIL") == (1, 0)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE shop_stock_movement SET change = 99", "DELETE FROM shop_stock_movement"],
)
def test_the_ledger_can_only_be_added_to(shop: Shop, statement: str) -> None:
    fill(shop, OIL=1)
    with pytest.raises(DatabaseError, match="append-only|only be added|never"):
        shop.do(lambda: db.session.execute(text(statement)))
    shop.books_balance()


def test_a_stock_that_lost_its_ledger_is_reported(shop: Shop) -> None:
    fill(shop, OIL=4)
    shop.do(lambda: db.session.execute(update(Stock).values(on_hand=9)))
    assert shop.ask(inventory.disagreements) == [("OIL", 9, 4, 0, 0)]
