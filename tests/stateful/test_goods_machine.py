"""Deliveries, lots, sets, orders, parcels and stock-takes in any order: every unit is somewhere.

Hypothesis plays a shelf of two articles and a set of both: goods come with lots and without, are
held, sold, given back, packed, unpacked, sent back, counted, broken and moved; lots are blocked,
released, grow too old, begin and end. After each step the books must agree with each other and
with a shelf that is counted here by hand; an order is taken exactly if its goods are there, and no
unit of a blocked lot is ever packed.

GOODS_MACHINE_EXAMPLES=2000 plays longer, and other games than the ones that always come.

That it finds what it is for was seen with bugs put in by hand:
- hold() that does not take off what is blocked: an order is taken whose goods are quarantined;
- _usable() without its look at the state: units of a blocked lot are packed;
- book_in_lots() without refresh_blocked(): units that come into a blocked lot count as free;
- allocate() that takes what is asked for without a look at what is out: packed twice.
"""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from conftest import fresh_database
from storefront import inventory
from storefront.database import db
from storefront.errors import Refusal
from storefront.inventory import ArrivedGoods, Entry, Lot, Stock, StockCountLine
from storefront.inventory.lots import today
from support.machine import POSTGRES_URL
from support.shop import Shop

LONGER = int(os.environ.get("GOODS_MACHINE_EXAMPLES", "0"))
GAMES, DAYS = 12 if POSTGRES_URL else 40, 3  # an empty PostgreSQL takes its time
SET = {"OIL": 1, "FLAKES": 2}
ARTICLES = tuple(SET)
DAYS_LEFT = {"A": 10, "B": 60, "C": 400, "": None}  # of the lot with this code
SOON = datetime.now(UTC) + timedelta(hours=1)
T = TypeVar("T")

articles = st.sampled_from(ARTICLES)
few = st.integers(1, 4)
which = st.integers(0, 9)

#: What may happen, how often beside the others, and with what.
ACTS: dict[str, tuple[int, dict[str, st.SearchStrategy[Any]]]] = {
    "goods_come": (
        2,
        {"article": articles, "units": few, "code": st.sampled_from(tuple(DAYS_LEFT))},
    ),
    "a_delivery_is_taken_back": (1, {"which": which}),
    "somebody_orders": (
        2,
        {"oils": st.integers(0, 2), "flakes": st.integers(0, 2), "sets": st.integers(0, 2),
         "is_paid": st.booleans()},
    ),
    "somebody_wants_the_last_ones": (
        1, {"article": articles, "more": st.sampled_from((1, 1, 1, 0))}
    ),
    "a_payment_ends": (3, {"which": which, "is_paid": st.sampled_from((True, True, False))}),
    "orders_are_packed": (3, {"share": st.sampled_from((0.5, 1, 1))}),
    "an_order_is_unpacked": (1, {"which": which, "share": st.sampled_from((0, 0, 0.5))}),
    "goods_are_sent_back": (1, {"which": which, "article": articles, "units": few}),
    "a_lot_is_blocked_or_released": (2, {"which": which, "is_released": st.booleans()}),
    "a_lot_is_blocked_before_its_units_are_packed": (2, {"which": which}),
    "lots_grow_older": (1, {"article": articles, "days": st.sampled_from((0, 30, 90))}),
    "lots_begin_or_end": (
        1, {"article": articles, "is_begun": st.sampled_from((True, True, True, False))}
    ),
    "something_breaks_or_is_found": (
        1, {"article": articles, "change": st.sampled_from((-2, -1, 1, 2))}
    ),
    "units_of_a_lot_are_booked_out": (1, {"which": which, "units": few}),
    "units_are_of_another_lot": (1, {"which": which, "units": few}),
    "the_shelf_is_counted": (1, {"article": articles, "off": st.integers(-2, 2)}),
}  # fmt: skip
DAY = st.lists(
    st.one_of(
        st.tuples(st.just(name), st.fixed_dictionaries(values))
        for name, (times, values) in ACTS.items()
        for _ in range(times)
    ),
    min_size=12,
    max_size=24,
)


@dataclass
class Bought:
    """An order: what was ordered, and how many of each article are packed and were sent back."""

    reference: str
    wish: dict[str, int]
    state: str = "held"
    returned: Counter[str] = field(default_factory=Counter)

    @property
    def units(self) -> Counter[str]:
        """Articles that it takes from the shelf."""
        found: Counter[str] = Counter()
        for name, quantity in self.wish.items():
            for article, each in (SET if name == "SET" else {name: 1}).items():
                found[article] += quantity * each
        return found


class GoodsMachine(RuleBasedStateMachine):
    """A game: some days in which much happens to one shelf."""

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.shelf: Counter[str] = Counter()  # what somebody would count
        self.orders: list[Bought] = []
        self.receipts: list[tuple[int, str, int]] = []
        self.numbers = count(1)

    @initialize(oils=st.integers(2, 9), flakes=st.integers(4, 12), kept=st.sets(articles))
    def open_the_shelf(self, oils: int, flakes: int, kept: set[str]) -> None:
        def fill() -> None:
            inventory.open_stock("OIL", oils)
            inventory.open_stock("FLAKES", flakes)
            inventory.open_stock("SET")
            inventory.make_kit("SET", SET)
            for article in sorted(kept):
                inventory.keep_in_lots(article)

        self.shop.do(fill)
        self.shelf.update({"OIL": oils, "FLAKES": flakes})

    def goods_come(self, article: str, units: int, code: str) -> None:
        days = DAYS_LEFT[code]
        expires_on = None if days is None else self.shop.ask(today) + timedelta(days=days)
        goods = ArrivedGoods(article, units, lot=code, expires_on=expires_on)
        token = f"form-{next(self.numbers)}"
        delivery = self.shop.do(lambda: inventory.receive([goods], token=token))
        assert delivery is not None
        assert self.shop.do(lambda: inventory.receive([goods], token=token)) is None
        receipt = self.shop.ask(
            lambda: db.session.scalars(
                select(inventory.Receipt.id).where(inventory.Receipt.delivery_id == delivery)
            ).one()
        )
        self.receipts.append((receipt, article, units))
        self.shelf[article] += units

    def a_delivery_is_taken_back(self, which: int) -> None:
        if self.receipts:
            receipt, article, units = self.receipts[-1 - which % len(self.receipts)]
            if self.tried(lambda: inventory.undo_receipt(receipt)) is not None:
                self.shelf[article] -= units

    def somebody_orders(self, oils: int, flakes: int, sets: int, is_paid: bool) -> None:
        self.order({"OIL": oils, "FLAKES": flakes, "SET": sets})
        if is_paid:
            self.a_payment_ends(-1, is_paid=True)

    def somebody_wants_the_last_ones(self, article: str, more: int) -> None:
        """All that can be sold, or one too many."""
        self.order({article: max(self.free(article), 0) + more})

    def a_payment_ends(self, which: int, is_paid: bool) -> None:
        for order in self.in_state("held", which):
            assert self.shop.do(
                lambda: (inventory.sell if is_paid else inventory.release)(order.reference)  # noqa: B023
            )
            order.state = "sold" if is_paid else "released"
            if is_paid:
                self.shelf.subtract(order.units)

    def orders_are_packed(self, share: float) -> None:
        for order in self.in_state("sold"):
            total = {n: -(-units * share // 1) for n, units in order.wish.items()}
            wanted = {sku: int(units) for sku, units in total.items()}
            usable = {lot.id: lot for lot in self.lots() if not lot.is_blocked}
            picks, refusal = self.packed(order, wanted)
            if refusal:
                there = sum(lot.units for lot in usable.values() if lot.sku == refusal.sku)
                assert (refusal.left, there < refusal.wanted) == (there, True)
            assert {pick.lot_id for pick in picks} <= usable.keys()
            for pick in picks:
                self.came_before_what_expires_later(pick, usable)

    def an_order_is_unpacked(self, which: int, share: float) -> None:
        for order in self.in_state("sold", which):
            stays = {n: int(units * share) for n, units in order.wish.items()}
            self.shop.do(lambda: inventory.deallocate(order.reference, stays))  # noqa: B023

    def goods_are_sent_back(self, which: int, article: str, units: int) -> None:
        for order in self.in_state("sold", which):
            bought = order.wish.get(article, 0)  # of sets nobody sends a part back
            back = min(units, bought - order.returned[article])
            if back > 0:
                goods = {article: back}
                self.shop.do(lambda: inventory.put_back(order.reference, goods))  # noqa: B023
                order.returned[article] += back
                self.shelf[article] += back

    def a_lot_is_blocked_or_released(self, which: int, is_released: bool) -> None:
        for lot in self.some_lot(which):
            verb = inventory.release_lot if is_released else inventory.quarantine
            self.shop.do(lambda: verb(lot.id))  # noqa: B023

    def a_lot_is_blocked_before_its_units_are_packed(self, which: int) -> None:
        self.a_lot_is_blocked_or_released(which, is_released=False)
        self.orders_are_packed(1)

    def lots_grow_older(self, article: str, days: int) -> None:
        """A longer shelf life is asked for, or the day comes on which a lot is too old."""
        if self.stock(article).lots_from is not None:
            self.shop.do(lambda: inventory.set_shelf_life(article, days))
            self.shop.do(lambda: inventory.block_short_lots(today() + timedelta(days=days // 3)))

    def lots_begin_or_end(self, article: str, is_begun: bool) -> None:
        verb = inventory.keep_in_lots if is_begun else inventory.end_lots
        self.tried(lambda: verb(article))

    def something_breaks_or_is_found(self, article: str, change: int) -> None:
        adjust = partial(inventory.adjust, article, change, reason="counted")
        if self.tried(adjust) is not None:
            self.shelf[article] += change

    def units_of_a_lot_are_booked_out(self, which: int, units: int) -> None:
        for lot in self.some_lot(which):
            out = partial(inventory.book_out, lot.id, units, reason="damaged", seen=lot.units)
            if self.is_done(out):
                self.shelf[lot.sku] -= units

    def units_are_of_another_lot(self, which: int, units: int) -> None:
        for lot in self.some_lot(which):
            for other in [one for one in self.lots() if one.sku == lot.sku and one.id != lot.id]:
                self.tried(
                    lambda: inventory.move_units(lot.id, other.id, units, seen=lot.units)  # noqa: B023
                )

    def the_shelf_is_counted(self, article: str, off: int) -> None:
        counted = max(0, self.shelf[article] + off)

        def take() -> None:
            number = inventory.start_count("Game", [article], actor="ida")
            line = db.session.scalars(
                select(StockCountLine.id).where(StockCountLine.count_id == number)
            ).one()
            at = datetime.now(UTC)
            inventory.enter_counts(number, [Entry(line, counted, None)], at=at, actor="ida")
            inventory.book_count(number, actor="ida")

        if self.is_done(take):
            self.shelf[article] = counted

    @rule(acts=DAY)
    def the_day_goes_on(self, acts: list[tuple[str, dict[str, Any]]]) -> None:
        """A list, because single rules made games in which nobody came to buy anything."""
        for name, values in acts:
            getattr(self, name)(**values)
            self.the_books_agree()
            self.the_shelf_is_what_somebody_would_count()
        self.no_order_has_more_of_a_lot_than_it_bought()

    def the_books_agree(self) -> None:
        self.shop.books_balance()

    def the_shelf_is_what_somebody_would_count(self) -> None:
        for article in ARTICLES:
            stock = self.stock(article)
            held = sum(one.units[article] for one in self.orders if one.state == "held")
            assert (stock.on_hand, stock.held) == (self.shelf[article], held)
            assert 0 <= stock.held <= stock.on_hand

    def no_order_has_more_of_a_lot_than_it_bought(self) -> None:
        for order in self.orders:
            out = Counter[str]()
            for pick in self.shop.ask(partial(inventory.lots_in, order.reference)):
                out[pick.sku] += pick.units
            for article in ARTICLES:
                most = order.units[article] - order.returned[article]
                assert 0 <= out[article] <= most * (order.state == "sold")

    def order(self, wish: dict[str, int]) -> None:
        """An order is taken exactly if its goods are there."""
        order = Bought(
            f"order-{next(self.numbers)}", {n: units for n, units in wish.items() if units}
        )
        if not order.wish:
            return
        is_there = all(self.free(one) >= units for one, units in order.units.items())
        hold = partial(inventory.hold, order.reference, order.wish, until=SOON)
        assert self.is_done(hold) == is_there
        if is_there:
            self.orders.append(order)

    def free(self, article: str) -> int:
        """Units that can be sold, counted from the lots and not from their sum."""
        stock = self.stock(article)
        blocked = sum(lot.units for lot in self.lots() if lot.sku == article and lot.is_blocked)
        return stock.on_hand - stock.held - blocked

    def came_before_what_expires_later(self, pick: inventory.Pick, usable: dict[int, Lot]) -> None:
        """What is packed expires first: a lot is opened when those before it are empty."""
        taken = usable[pick.lot_id]
        for lot in self.lots():
            if lot.sku == taken.sku and lot.id in usable and lot.units and taken.code:
                first, second = lot.expires_on, taken.expires_on
                assert lot.id == taken.id or first is None or not lot.code or first >= second  # type: ignore[operator]

    def stock(self, article: str) -> Stock:
        found = self.shop.ask(lambda: db.session.get(Stock, article))
        assert found is not None
        return found

    def lots(self) -> list[Lot]:
        return self.shop.ask(lambda: list(db.session.scalars(select(Lot).order_by(Lot.id))))

    def some_lot(self, which: int) -> list[Lot]:
        found = self.lots()
        return [found[which % len(found)]] if found else []

    def in_state(self, state: str, which: int | None = None) -> list[Bought]:
        """All orders in a state, or one of them."""
        found = [order for order in self.orders if order.state == state]
        return found if which is None or not found else [found[which % len(found)]]

    def packed(
        self, order: Bought, wanted: dict[str, int]
    ) -> tuple[list[inventory.Pick], inventory.NoUsableLot | None]:
        """What left the lots, or why nothing did."""
        try:
            return self.shop.do(lambda: inventory.allocate(order.reference, wanted)), None
        except inventory.NoUsableLot as refusal:
            return [], refusal

    def tried(self, work: Callable[[], T]) -> T | None:
        """What it returns; None when it is refused, and then nothing has changed."""
        with suppress(Refusal):
            return self.shop.do(work)
        return None

    def is_done(self, work: Callable[[], object]) -> bool:
        """Whether it was done rather than refused."""
        return self.tried(lambda: (work(), True)) is not None


@pytest.mark.timeout(600)  # twenty seconds of work, on a machine that may have other work
def test_every_unit_is_somewhere_whatever_happens(
    shop: Shop, database_template: str, tmp_path: Path
) -> None:
    def new_game() -> GoodsMachine:
        with shop.app.app_context():
            db.engine.dispose()
        for rest in tmp_path.glob("shop.sqlite3-*"):
            rest.unlink()
        fresh_database(database_template, tmp_path)
        return GoodsMachine(shop)

    run_state_machine_as_test(
        new_game,
        settings=settings(
            max_examples=LONGER or GAMES,
            stateful_step_count=DAYS,
            derandomize=not LONGER,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
