"""Prices by the clock, by hand and in bulk, while everybody presses at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import catalog
from storefront.catalog import bulk, editing, operations, price_clock
from storefront.database import db, now
from storefront.errors import Refusal
from support.catalogue import Catalogue
from support.shop import Shop
from support.together import refusals, slowly, together

ROUNDS = 6
TENTH_OFF = catalog.Wish("percent", "-10")


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """One size that costs 12.90, and another product for 9.90."""
    found = Catalogue(app)
    found.product("oil", {"sku": "OIL"})
    found.product("salt", {"sku": "SALT", "price": "9.90"})
    return found


def price(shelf: Catalogue, sku: str = "OIL") -> int:
    """What a size costs, which is what the last line of its log says."""
    (row,) = [row for row in shelf.rows(catalog.Variant) if row["sku"] == sku]
    assert log(shelf, sku)[-1] == row["price_cents"]
    cents: int = row["price_cents"]
    return cents


def log(shelf: Catalogue, sku: str = "OIL") -> list[int]:
    """All prices that a size had, in the order in which they were written."""
    lines = [row for row in shelf.rows(catalog.PriceChange) if row["sku"] == sku]
    return [row["price_cents"] for row in lines]


def plan(shelf: Catalogue, *, begins: float = 0.0, ends: float = 60.0, sku: str = "OIL") -> int:
    """Plans 8.80 for a size from so many hours from now until so many later."""
    hour, moment = timedelta(hours=1), now()

    def add() -> int:
        made = catalog.PlannedPrice(
            sku=sku, price_cents=880, currency="EUR",
            starts_at=moment + begins * hour, ends_at=moment + ends * hour,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        return made.id

    number: int = shelf.run(add)
    return number


def states(shelf: Catalogue) -> list[str]:
    return [row["state"] for row in shelf.rows(catalog.PlannedPrice)]


def when(*, hours: float) -> Callable[[], object]:
    """What the clock does when so many hours have passed."""
    return partial(price_clock.apply_due, now() + timedelta(hours=hours))


def tenth_off(seen: str) -> Callable[[], object]:
    return partial(catalog.change_many, [1, 2], TENTH_OFF, seen=seen, actor="ida")


def seen(shop: Shop) -> str:
    """What somebody saw who wants a tenth off everything."""
    return shop.ask(lambda: bulk.version(bulk.would_change([1, 2], TENTH_OFF)))


def test_a_plan_that_eight_processes_begin_at_once_begins_once(
    shop: Shop, shelf: Catalogue
) -> None:
    """Fails on PostgreSQL with the turn taken out of apply_due() and the state out of _take()."""
    for number in range(ROUNDS):
        plan(shelf, begins=-2, ends=-1)
        assert sorted(together(shop, *[price_clock.apply_due] * 8)) == [0] * 7 + [2]
        assert price(shelf) == 1290
        assert log(shelf).count(880) == number + 1
    assert set(states(shelf)) == {"done"}


def test_a_plan_that_is_withdrawn_while_it_begins_leaves_no_trace_of_itself(
    shop: Shop, shelf: Catalogue
) -> None:
    """Begun and ended, or never begun: the old price is there either way."""
    for _ in range(ROUNDS):
        number = plan(shelf, begins=1)
        together(
            shop,
            when(hours=1.5),
            partial(catalog.withdraw_plan, number, skus=["OIL"]),
            partial(catalog.withdraw_plan, number, skus=["OIL"]),
        )
        assert price(shelf) == 1290
    assert set(states(shelf)) <= {"withdrawn", "done"}


def test_of_eight_plans_for_the_same_time_one_is_taken(shop: Shop, shelf: Catalogue) -> None:
    """Fails on PostgreSQL without the turn: several are in force at once."""
    start = now() + timedelta(hours=1)
    wanted = [
        catalog.NewPlan("OIL", f"8.{n}0", starts_at=start, ends_at=start + timedelta(days=1))
        for n in range(8)
    ]
    answers = together(shop, *[partial(catalog.plan_price, one) for one in wanted])
    assert refusals(answers) == ["PlansOverlap"] * 7
    assert states(shelf) == ["waiting"]


def test_a_name_that_is_written_while_a_price_begins_takes_no_price_back(
    shop: Shop, shelf: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without the turn: the row that was read goes back with its old price."""
    monkeypatch.setattr(operations, "examine", slowly(operations.examine))
    for number in range(ROUNDS):
        plan(shelf, begins=1, ends=2)
        edit = partial(catalog.save_variant, "oil", "OIL", name=f"{100 + number} ml")
        together(shop, edit, when(hours=1.5))
        assert price(shelf) == 880
        shop.do(when(hours=2.5))
        assert price(shelf) == 1290


def test_a_price_by_hand_and_the_end_of_a_plan_both_come_through(
    shop: Shop, shelf: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without the turn: each waits for a row that the other has."""
    monkeypatch.setattr(price_clock, "_take", slowly(price_clock._take))
    for _ in range(ROUNDS):
        shop.do(lambda: catalog.set_price("OIL", "12.90"))
        plan(shelf, begins=-1, ends=1)
        shop.do(price_clock.apply_due)
        together(
            shop,
            when(hours=2),
            partial(catalog.set_price, "OIL", "15.00"),
        )
        assert price(shelf) == 1500
        assert "running" not in states(shelf)


def test_a_product_page_and_a_price_that_begins_both_come_through(
    shop: Shop, shelf: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without the turn in claim(): each waits for a row that the other has."""
    monkeypatch.setattr(editing, "claim", slowly(editing.claim))
    for number in range(ROUNDS):
        plan(shelf, begins=1, ends=2)
        (at,) = [r["updated_at"] for r in shelf.rows(catalog.Product) if r["slug"] == "oil"]
        facts = {"slug": "oil", "name": f"Oil {number}", "category": "oil"}
        size = {"sku": "OIL", "name": "100 ml", "price": "12.90"}
        edit = partial(catalog.edit_product, 1, facts, [size], seen=at, actor="ida")
        answers = together(shop, edit, when(hours=1.5))
        assert answers[1] == 1
        assert price(shelf) == 880
        shop.do(when(hours=2.5))


def test_an_edit_of_many_and_one_by_hand_never_undo_each_other(
    shop: Shop, shelf: Catalogue
) -> None:
    """The many are changed as they were seen, or not at all; the one is what was typed.

    Fails on PostgreSQL without the turn: each waits for a row that the other has.
    """
    for _ in range(ROUNDS):
        shop.do(lambda: catalog.set_price("SALT", "9.90"))
        shop.do(lambda: catalog.set_price("OIL", "12.90"))
        answers = together(shop, tenth_off(seen(shop)), partial(catalog.set_price, "OIL", "15.00"))
        many_came_second = refusals(answers) == ["ChangedMeanwhile"]
        assert (price(shelf), price(shelf, "SALT")) == (1500, 990 if many_came_second else 891)


def test_of_eight_edits_of_many_that_saw_the_same_one_is_made(shop: Shop, shelf: Catalogue) -> None:
    """Fails on PostgreSQL without the turn: a tenth goes off several times."""
    answers = together(shop, *[tenth_off(seen(shop))] * 8)
    assert refusals(answers) == ["ChangedMeanwhile"] * 7
    assert (price(shelf), price(shelf, "SALT")) == (1161, 891)


def test_an_edit_of_many_and_a_price_that_begins_leave_what_the_log_says(
    shop: Shop, shelf: Catalogue
) -> None:
    """Whoever is second has seen what the first did: the plan brings back what it found.

    Fails on PostgreSQL without the turn.
    """
    for _ in range(ROUNDS):
        shop.do(lambda: catalog.set_price("OIL", "12.90"))
        shop.do(lambda: catalog.set_price("SALT", "9.90"))
        plan(shelf, begins=1, ends=2)
        answers = together(shop, tenth_off(seen(shop)), when(hours=1.5))
        many_came_second = refusals(answers) == ["ChangedMeanwhile"]
        assert price(shelf) == 880
        shop.do(when(hours=2.5))
        assert (price(shelf), price(shelf, "SALT")) == (
            (1290, 990) if many_came_second else (1161, 891)
        )


def test_an_edit_of_many_that_is_taken_back_eight_times_is_taken_back_once(
    shop: Shop, shelf: Catalogue
) -> None:
    """Fails with undone_at taken out of the update in undo_bulk_edit()."""
    made = shop.do(tenth_off(seen(shop)))
    assert isinstance(made, catalog.BulkEdit)
    answers = together(shop, *[partial(catalog.undo_bulk_edit, made.id)] * 8)
    assert sum(isinstance(answer, Refusal) for answer in answers) == 7
    assert (price(shelf), price(shelf, "SALT")) == (1290, 990)


def test_a_price_that_eight_people_set_at_once_is_logged_once(shop: Shop, shelf: Catalogue) -> None:
    """Fails on PostgreSQL without the turn: the log says so eight times."""
    together(shop, *[partial(catalog.set_price, "OIL", "15.00")] * 8)
    assert log(shelf) == [1290, 1500]
    assert shop.ask(lambda: db.session.scalar(sa.select(catalog.Variant.prior_cents))) is None
