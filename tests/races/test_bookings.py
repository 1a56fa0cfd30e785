"""Files of stock and stock-takes that are booked while somebody else books or sells."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from conftest import Live
from storefront import inventory
from storefront.database import db
from storefront.inventory import StockCountLine, counting
from support.desk import Desk
from support.shop import Shop
from support.together import refusals, slowly, together

SOON = datetime.now(UTC) + timedelta(hours=1)
FILE = "sku,on_hand,was,reason\nOIL-100,34,10,received\n"


def test_a_file_that_is_booked_ten_times_at_once_is_booked_once(live: Live) -> None:
    """Fails with booked_at taken out of the update in claim_file()."""
    live.shop.product(stock=10)
    desk = Desk(live)
    kept = live.shop.do(lambda: inventory.keep_file("stock.csv", FILE, actor="ida"))
    answers = desk.together(f"/staff/stock-file/{kept}", [{}] * 10)
    assert {answer.status_code for answer in answers} == {200}
    said = Counter("Nothing was done twice" in answer.text for answer in answers)
    assert said == {False: 1, True: 9}
    assert live.shop.stock() == (34, 0)
    lines = live.shop.ask(lambda: inventory.whole_history("OIL-100"))
    assert [line.change for line in lines] == [24, 10]
    live.shop.books_balance()


def counted(shop: Shop, units: int, *skus: str) -> int:
    """A stock-take in which somebody has counted so many units of each of these."""

    def take() -> int:
        number = inventory.start_count("All", skus, actor="ida")
        rows = db.session.query(StockCountLine.id).filter_by(count_id=number)
        entries = [inventory.Entry(row.id, units, None) for row in rows]
        inventory.enter_counts(number, entries, at=datetime.now(UTC), actor="ida")
        return number

    return shop.do(take)


def test_a_stock_take_that_is_booked_eight_times_among_sales_is_booked_once(shop: Shop) -> None:
    """What is sold while it is booked stays sold. Fails with the state out of _end_or_keep()."""
    shop.do(lambda: [inventory.open_stock(sku, 20) for sku in ("OIL", "SALT")])
    number = counted(shop, 18, "SALT", "OIL")
    for n in range(8):
        goods = {"OIL": 1, "SALT": 2} if n % 2 else {"SALT": 2, "OIL": 1}
        shop.do(partial(inventory.hold, f"order-{n}", goods, until=SOON))
    answers = together(
        shop,
        *[partial(inventory.book_count, number, actor="ida")] * 8,
        *[partial(inventory.sell, f"order-{n}") for n in range(8)],
    )
    assert refusals(answers) == ["CountOver"] * 7
    assert (shop.stock("OIL"), shop.stock("SALT")) == ((10, 0), (2, 0))
    lines = shop.ask(lambda: inventory.whole_history("OIL"))
    assert [line.change for line in lines if line.reason == "counted"] == [-2]
    shop.books_balance()


def test_two_stock_takes_of_the_same_shelf_book_one_difference(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without the lock in _refuse_if_counted_since(): both are booked."""
    look = counting._refuse_if_counted_since
    monkeypatch.setattr(counting, "_refuse_if_counted_since", slowly(look))
    for _ in range(3):
        shop.do(lambda: inventory.open_stock("OIL", 20))
        before = shop.stock("OIL")[0]
        both = [counted(shop, before - 2, "OIL") for _ in range(2)]
        answers = together(shop, *[partial(inventory.book_count, n, actor="ida") for n in both])
        assert refusals(answers) == ["CountedAgain"]
        assert shop.stock("OIL") == (before - 2, 0)
    shop.books_balance()
