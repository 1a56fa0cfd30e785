"""Prices by the clock, and the lowest price of 30 days that a reduction is measured by."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog
from storefront.catalog import tasks
from storefront.database import db
from support.catalogue import Catalogue
from support.desk import browser_of_ida
from support.shop import Shop
from support.shopper import told

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
SECOND = timedelta(seconds=1)
LOWEST = re.compile(r"Reduced\. Lowest price in the last 30 days: (\S+)")


@pytest.fixture
def shelf(app: Flask, shop: Shop) -> Catalogue:
    """A size that costs 14.90; its price log is still empty."""
    shop.product(price_cents=1490)
    return Catalogue(app)


def cost(shelf: Catalogue, cents: int, since: datetime) -> None:
    """Writes a line of the price log."""
    line = {"sku": "OIL-100", "price_cents": cents, "currency": "EUR", "valid_from": since}
    shelf.run(lambda: db.session.execute(sa.insert(catalog.PriceChange).values(reason="t", **line)))


def plan(
    shelf: Catalogue, cents: int, start: datetime, end: datetime | None = None, *, told: bool = True
) -> None:
    """A plan as it was made some time ago."""

    def add() -> None:
        db.session.add(
            catalog.PlannedPrice(
                sku="OIL-100", price_cents=cents, currency="EUR", is_announced=told,
                starts_at=start, ends_at=end,
            )
        )  # fmt: skip

    shelf.run(add)


def price(shelf: Catalogue) -> tuple[int, int | None]:
    """The price in force, and the one that it is measured by."""
    (row,) = shelf.rows(catalog.Variant)
    return row["price_cents"], row["prior_cents"]


def log(shelf: Catalogue) -> list[tuple[int, datetime]]:
    return [(row["price_cents"], row["valid_from"]) for row in shelf.rows(catalog.PriceChange)]


@pytest.mark.parametrize(
    ("before", "lowest"),
    [
        ([(1490, START - MONTH * 2)], 1490),  # in force when the 30 days began
        ([(1290, START - MONTH * 2), (1490, START - MONTH)], 1490),  # ended as they began
        ([(1290, START - MONTH * 2), (1490, START - MONTH + SECOND)], 1290),  # a second later
        ([(1490, START - MONTH * 2), (990, START - 9 * DAY), (1490, START - 8 * DAY)], 990),
        ([(1490, START - MONTH * 2), (990, START)], 1490),  # the reduction is not its own measure
        ([(1490, START - 2 * DAY)], 1490),  # a new product: all the days that there were
        ([], None),
    ],
)
def test_the_lowest_price_of_thirty_days_before(
    shelf: Catalogue, before: list[tuple[int, datetime]], lowest: int | None
) -> None:
    """Fails when the window is counted from today, or without the price in force at its start."""
    for cents, since in before:
        cost(shelf, cents, since)
    assert shelf.run(catalog.lowest_price, "OIL-100", before=START) == lowest


def test_a_reduction_begins_and_ends_at_its_moments_however_late_the_worker_is(
    shelf: Catalogue,
) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    plan(shelf, 1290, START, START + DAY)
    assert shelf.run(catalog.apply_due, START - SECOND) == 0
    assert price(shelf) == (1490, None)
    assert shelf.run(catalog.apply_due, START) == 1
    assert price(shelf) == (1290, 1490)
    assert shelf.run(catalog.apply_due, START + 5 * DAY) == 1
    assert price(shelf) == (1490, None)
    assert log(shelf)[1:] == [(1290, START), (1490, START + DAY)]
    assert shelf.run(catalog.apply_due, START + 9 * DAY) == 0


def test_a_worker_that_slept_through_a_reduction_leaves_the_whole_story(shelf: Catalogue) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    plan(shelf, 1290, START, START + DAY)
    plan(shelf, 1190, START + DAY, START + 2 * DAY)
    assert shelf.run(catalog.apply_due, START + 9 * DAY) == 4
    assert price(shelf) == (1490, None)
    assert log(shelf)[1:] == [
        (1290, START), (1490, START + DAY), (1190, START + DAY), (1490, START + 2 * DAY),
    ]  # fmt: skip


def test_a_reduction_upon_a_reduction_is_measured_by_the_first(shelf: Catalogue) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    plan(shelf, 1290, START, START + DAY)
    plan(shelf, 1090, START + DAY, START + 2 * DAY)
    shelf.run(catalog.apply_due, START + DAY)
    assert price(shelf) == (1090, 1290)


def test_what_is_no_reduction_is_not_announced_as_one(shelf: Catalogue) -> None:
    """Fails without is_lower: 13.50 after a week of 12.90 would look like a bargain."""
    cost(shelf, 1490, START - MONTH * 2)
    cost(shelf, 1290, START - 9 * DAY)
    cost(shelf, 1490, START - 2 * DAY)
    plan(shelf, 1350, START, START + DAY)
    shelf.run(catalog.apply_due, START)
    assert price(shelf) == (1350, None)


def test_the_database_refuses_a_prior_price_that_is_not_higher(shelf: Catalogue) -> None:
    change = sa.update(catalog.Variant).values(prior_cents=1490)
    with pytest.raises(sa.exc.IntegrityError):
        shelf.run(lambda: db.session.execute(change))


def test_a_price_set_by_hand_ends_the_reduction_that_it_replaces(shelf: Catalogue) -> None:
    """Fails without end_what_runs(): the end of the plan would bring back the old price."""
    cost(shelf, 1490, START - MONTH * 2)
    later = datetime.now(UTC) + DAY
    plan(shelf, 1290, START, later)
    shelf.run(catalog.apply_due)
    assert price(shelf) == (1290, 1490)
    shelf.run(catalog.set_price, "OIL-100", "13.90")
    assert price(shelf) == (1390, None)
    assert shelf.run(catalog.apply_due, later + DAY) == 0
    assert price(shelf) == (1390, None)


def test_what_is_due_is_done_before_a_price_is_written(shelf: Catalogue) -> None:
    plan(shelf, 1290, START, told=False)
    shelf.run(catalog.set_price, "OIL-100", "13.90")
    assert price(shelf) == (1390, None)
    assert [cents for cents, _ in log(shelf)] == [1290, 1390]


def test_the_reduction_stands_on_page_list_and_cart(
    shelf: Catalogue, client: FlaskClient, app: Flask
) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    plan(shelf, 1290, START, datetime.now(UTC) + DAY)
    shelf.run(catalog.apply_due)
    for path in ("/products/oil-100", "/products/", "/cart"):
        page = told(client.get(path).text)
        assert LOWEST.findall(page)[0] == "€14.90", path
        assert "€12.90" in page


def test_a_page_that_was_kept_shows_the_new_price_from_its_moment_on_without_a_worker(
    shelf: Catalogue, client: FlaskClient, app: Flask
) -> None:
    """Fails without due_at in PageCache.get, or without the clock before requests."""
    start = datetime.now(UTC) + timedelta(seconds=2)
    with app.app_context():
        wanted = catalog.NewPlan("OIL-100", "13.30", starts_at=start)
    shelf.run(catalog.plan_price, wanted)
    assert "€13.30" not in client.get("/products/oil-100").text
    while True:
        asked_at = datetime.now(UTC)
        page = client.get("/products/oil-100").text
        if asked_at >= start:
            break
    assert "€13.30" in page
    assert log(shelf)[-1] == (1330, start)


def test_the_cart_and_the_order_take_the_price_of_their_moment(
    shelf: Catalogue, client: FlaskClient
) -> None:
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    plan(shelf, 1290, START, told=False)
    shelf.app.extensions["storefront"].pages.prices.bump()
    page = told(client.get("/cart").text)
    assert "The price changed from €14.90 to €12.90 since it was put here." in page


def test_the_worker_begins_what_is_due_and_writes_nothing_otherwise(shelf: Catalogue) -> None:
    assert shelf.ask(tasks.start_prices) == 0
    plan(shelf, 1290, START, told=False)
    assert shelf.command("start-prices").output == "1 planned price begun or ended.\n"
    assert shelf.command("start-prices").output == "0 planned prices begun or ended.\n"
    assert price(shelf) == (1290, None)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


def send(office: FlaskClient, **form: str) -> tuple[int, str]:
    answer = office.post("/staff/products/1/prices", data={"sku": "OIL-100", **form})
    return answer.status_code, told(answer.text)


def errors(office: FlaskClient, **form: str) -> dict[str, str]:
    answer = office.post("/staff/products/1/prices", data={"sku": "OIL-100", **form})
    assert answer.status_code == 422
    return dict(re.findall(r'id="(\w+)-error">([^<]+)<', answer.text))


def test_a_price_is_planned_once_and_withdrawn(office: FlaskClient, shelf: Catalogue) -> None:
    """Fails without _meet(): the second press would plan it twice."""
    form = {"price": "12.90", "starts_at": "2027-01-02T08:00", "ends_at": "2027-01-09T08:00"}
    assert send(office, **form)[0] == 303
    status, page = send(office, **form)
    assert status == 409
    assert "from 2 January 2027, 08:00 UTC until 9 January 2027, 08:00 UTC already" in page
    assert send(office, price="13.90", starts_at="2027-01-09T08:00")[0] == 303
    for said in ("price_withdrawn", "price_over"):
        answer = office.post("/staff/products/1/prices/withdraw", data={"plan": "1"})
        assert answer.location.endswith(f"said={said}")
    assert [row["state"] for row in shelf.rows(catalog.PlannedPrice)] == ["withdrawn", "waiting"]
    assert price(shelf) == (1490, None)


def test_a_plan_is_withdrawn_on_the_page_of_its_own_product_only(
    office: FlaskClient, shelf: Catalogue, shop: Shop
) -> None:
    """Fails without the SKUs in the WHERE: the log would name a product that nothing became of."""
    shop.product("CREAM-50")
    send(office, price="12.90", starts_at="2027-01-02T08:00")
    answer = office.post("/staff/products/2/prices/withdraw", data={"plan": "1"})
    assert answer.status_code == 404
    assert [row["state"] for row in shelf.rows(catalog.PlannedPrice)] == ["waiting"]


def test_a_price_from_now_on_is_in_force_at_once_and_ended_with_one_press(
    office: FlaskClient, shelf: Catalogue
) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    assert send(office, price="12.90", ends_at="2027-01-09T08:00", is_announced="1")[0] == 303
    assert price(shelf) == (1290, 1490)
    assert "End it now" in office.get("/staff/products/1/prices").text
    office.post("/staff/products/1/prices/withdraw", data={"plan": "1"})
    assert price(shelf) == (1490, None)


def test_a_plan_that_cannot_be_is_refused_at_its_field(
    office: FlaskClient, shelf: Catalogue
) -> None:
    cost(shelf, 1490, START - MONTH * 2)
    assert errors(office, price="abc", ends_at="2020-01-01T00:00") == {
        "price": "&#39;abc&#39; is not a price. Write it like 12.90.",
        "ends_at": "This is before the start. Choose a later moment.",
    }
    assert errors(office, price="14.90") == {
        "price": "This is the price already. Write another one."
    }
    assert errors(office, price="12.90", is_announced="1") == {
        "ends_at": "This is missing. A reduction has an end; write it."
    }
    assert errors(office, price="14.90", ends_at="2027-01-01T00:00", is_announced="1") == {
        "price": "This is no reduction: 14.90 was the lowest price of the 30 days before."
        " Write a lower one, or do not announce it."
    }
    assert errors(office, price="12.90", starts_at="soon") == {
        "starts_at": "This is no moment. Write it like 2026-12-24 08:00."
    }
    assert shelf.rows(catalog.PlannedPrice) == []


def test_a_price_is_set_on_the_page_of_its_own_product_only(
    office: FlaskClient, shelf: Catalogue, shop: Shop
) -> None:
    """Fails without the look at the product's sizes: the other one's price would change."""
    shop.product("CREAM-50", price_cents=990)
    answer = office.post("/staff/products/1/prices", data={"sku": "CREAM-50", "price": "5.00"})
    assert answer.status_code == 404
    assert [row["price_cents"] for row in shelf.rows(catalog.Variant)] == [1490, 990]
