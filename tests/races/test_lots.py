"""Lots while everybody presses at once: a quarantine, shoppers, packers, a delivery."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from storefront import inventory
from storefront.database import db
from storefront.errors import Refusal
from storefront.inventory import ArrivedGoods, ExpectedGoods, Lot, Stock
from support.shop import Shop

SOON = datetime.now(UTC) + timedelta(minutes=50)
LATER = datetime.now(UTC).date() + timedelta(days=400)
CROWD = 16


def lot(shop: Shop, sku: str, code: str, units: int) -> int:
    def put_in() -> int:
        inventory.open_stock(sku)
        lot_id = inventory.open_lot(sku, code, expires_on=LATER)
        inventory.adjust(sku, units, reason="received", lot_id=lot_id)
        return lot_id

    return shop.do(put_in)


def at_once(shop: Shop, *deeds: Callable[[], object]) -> list[object]:
    """Does all of it at the same moment; a refusal is its answer."""
    ready = threading.Barrier(len(deeds), timeout=60)

    def do(deed: Callable[[], object]) -> object:
        ready.wait()
        try:
            return shop.do(deed)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(do, deeds))


def left(shop: Shop, lot_id: int) -> int:
    found = shop.ask(lambda: inventory.lot(lot_id))
    assert found is not None
    return found.units


def test_without_the_guard_two_packers_take_a_lot_below_what_it_has(shop: Shop) -> None:
    """The control experiment: look first and write later loses, so the tests below can fail."""
    lot_id = lot(shop, "OIL", "A", 5)
    looked = threading.Barrier(2, timeout=60)

    def look_then_take(_: int) -> None:
        with shop.app.app_context():
            there = db.session.scalars(select(Lot.units).where(Lot.id == lot_id)).one()
            db.session.rollback()
            looked.wait()
        shop.do(lambda: db.session.execute(update(Lot).values(units=there - 5)))

    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(look_then_take, range(2)))
    assert left(shop, lot_id) == 0, "five left twice, and the lot shows it once"


def test_a_quarantine_among_shoppers_leaves_nothing_to_sell(shop: Shop) -> None:
    """Whoever was faster holds units, nobody gets one afterwards, and an end gives none away."""
    lot_id = lot(shop, "OIL", "A", CROWD)
    holds = [
        partial(inventory.hold, f"order-{n}", {"OIL": 1}, until=SOON) for n in range(CROWD - 1)
    ]
    answers = at_once(shop, partial(inventory.quarantine, lot_id), *holds)
    assert answers[0] is True
    held = sum(answer is None for answer in answers[1:])
    assert shop.stock("OIL") == (CROWD, held)
    assert shop.ask(lambda: inventory.available(["OIL"])) == {"OIL": 0}
    shop.books_balance()
    ends = [partial(inventory.release, f"order-{n}") for n in range(CROWD - 1)]
    tries = [partial(inventory.hold, f"late-{n}", {"OIL": 1}, until=SOON) for n in range(4)]
    answers = at_once(shop, *ends, *tries)
    assert all(isinstance(one, inventory.OutOfStock) for one in answers[-4:])
    assert shop.stock("OIL") == (CROWD, 0)
    shop.books_balance()


def test_a_quarantine_among_packers_stops_every_one_that_is_later(shop: Shop) -> None:
    lot_id = lot(shop, "OIL", "A", CROWD)
    for number in range(CROWD - 1):
        shop.do(lambda n=number: inventory.take_again(f"order-{n}", {"OIL": 1}))  # type: ignore[misc]
    packers = [partial(inventory.allocate, f"order-{n}") for n in range(CROWD - 1)]
    answers = at_once(shop, partial(inventory.quarantine, lot_id), *packers)
    refused = sum(isinstance(answer, inventory.NoUsableLot) for answer in answers)
    packed = sum(isinstance(answer, list) for answer in answers)
    assert refused + packed == CROWD - 1
    assert left(shop, lot_id) == CROWD - packed
    assert len(shop.ask(lambda: inventory.who_got(lot_id))) == packed
    shop.books_balance()


def test_two_packers_of_one_order_take_its_units_once(shop: Shop) -> None:
    """With lock_stock() taken out of allocate(), PostgreSQL lets both take them."""
    lots = {sku: lot(shop, sku, "A", 9) for sku in ("FLAKES", "OIL")}
    shop.do(lambda: inventory.take_again("order-1", {"OIL": 3, "FLAKES": 2}))
    one = partial(inventory.allocate, "order-1", {"OIL": 3, "FLAKES": 2})
    other = partial(inventory.allocate, "order-1", {"FLAKES": 2, "OIL": 3})
    answers = at_once(shop, *[one, other] * 4)
    taken = [sum(p.units for p in answer) for answer in answers if isinstance(answer, list)]
    assert sorted(taken) == [0] * 7 + [5]
    assert (left(shop, lots["OIL"]), left(shop, lots["FLAKES"])) == (6, 7)
    shop.books_balance()


def test_packers_of_many_orders_never_take_more_than_a_lot_has(shop: Shop) -> None:
    early, late = lot(shop, "OIL", "A", 7), lot(shop, "OIL", "B", CROWD - 7)
    for number in range(CROWD):
        shop.do(lambda n=number: inventory.take_again(f"order-{n}", {"OIL": 1}))  # type: ignore[misc]
    at_once(shop, *[partial(inventory.allocate, f"order-{n}") for n in range(CROWD)])
    assert (left(shop, early), left(shop, late)) == (0, 0)
    shop.books_balance()


def test_goods_come_back_while_they_are_packed_and_unpacked(shop: Shop) -> None:
    lot_id = lot(shop, "OIL", "A", 20)
    shop.do(lambda: inventory.take_again("order-1", {"OIL": 10}))
    at_once(
        shop,
        *[partial(inventory.allocate, "order-1", {"OIL": 8})] * 3,
        *[partial(inventory.deallocate, "order-1", {"OIL": 2})] * 3,
        *[partial(inventory.put_back, "order-1", {"OIL": 1})] * 4,
    )
    shop.books_balance()
    shop.do(lambda: inventory.allocate("order-1"))
    assert (left(shop, lot_id), shop.stock("OIL")) == (14, (14, 0))
    shop.books_balance()


def test_a_delivery_that_two_people_take_in_twice_counts_once(shop: Shop) -> None:
    """With the delivery's lock taken out of receive(), PostgreSQL books both."""
    shop.do(lambda: inventory.open_stock("OIL"))
    number = shop.do(lambda: inventory.expect_delivery([ExpectedGoods("OIL", 24)], token="e"))
    goods = [ArrivedGoods("OIL", 24, lot="A", expires_on=LATER)]
    deeds = [
        partial(inventory.receive, goods, token=token, delivery_id=number)
        for token in ("ida", "ida", "bo", "bo")
    ]
    answers = Counter(
        "late" if isinstance(one, inventory.ReceivedMeanwhile) else one
        for one in at_once(shop, *deeds)
    )
    assert answers == {number: 1, None: 1, "late": 2}
    assert shop.stock("OIL") == (24, 0)
    shop.books_balance()


def test_a_press_that_comes_eight_times_receives_once_and_is_undone_once(shop: Shop) -> None:
    shop.do(lambda: inventory.open_stock("OIL"))
    goods = [ArrivedGoods("OIL", 24, lot="A")]
    answers = at_once(shop, *[partial(inventory.receive, goods, token="one")] * 8)
    assert sorted(answer is None for answer in answers) == [False] + [True] * 7
    assert shop.stock("OIL") == (24, 0)
    undone = at_once(shop, *[partial(inventory.undo_receipt, 1)] * 8)
    assert sorted(answer is None for answer in undone) == [False] + [True] * 7
    assert shop.stock("OIL") == (0, 0)
    shop.books_balance()


def test_lots_that_begin_among_sales_count_each_sale_once(shop: Shop) -> None:
    """Each sale is before the switch or after it: the stock's row is the lock of both."""
    shop.do(lambda: inventory.open_stock("OIL", CROWD))
    for number in range(CROWD):
        shop.do(lambda n=number: inventory.hold(f"order-{n}", {"OIL": 1}, until=SOON))  # type: ignore[misc]
    sales = [partial(inventory.sell, f"order-{n}") for n in range(CROWD)]
    at_once(shop, *sales[:8], partial(inventory.keep_in_lots, "OIL"), *sales[8:])
    assert shop.stock("OIL") == (0, 0)
    shop.books_balance()
    at_once(shop, *[partial(inventory.allocate, f"order-{n}") for n in range(CROWD)])
    assert shop.ask(lambda: inventory.lots_of("OIL")) == []
    assert shop.ask(lambda: db.session.scalar(select(Stock.blocked))) == 0
    shop.books_balance()
