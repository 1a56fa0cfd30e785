"""The database keeps UTC; people read and write the time of the shop's own clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from storefront import catalog, insights, payments
from storefront.database import db
from storefront.display import show_day, show_moment
from storefront.local_time import local, midnight, read_moment, today
from support.desk import browser_of_ida
from support.shop import Shop


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_TIME_ZONE": "America/New_York"}


@pytest.fixture
def clock(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("clock")
def test_moments_are_shown_by_the_clock_of_the_shop() -> None:
    late = datetime(2026, 7, 2, 3, 30, tzinfo=UTC)
    assert show_moment(late) == "1 July 2026, 23:30 EDT"
    assert show_day(late) == "1 July 2026"
    assert show_day(date(2026, 7, 2)) == "2 July 2026"
    assert today() == local(datetime.now(UTC)).date()


@pytest.mark.usefixtures("clock")
def test_what_is_written_is_the_time_on_the_wall() -> None:
    """Of the hour that the clock goes back it is the first, and the hour it leaves out is later."""
    assert read_moment("2026-12-24T08:00") == datetime(2026, 12, 24, 13, tzinfo=UTC)
    assert read_moment("2026-11-01T01:30") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_moment("2026-03-08T02:30") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert midnight(date(2026, 7, 2)) == datetime(2026, 7, 2, 4, tzinfo=UTC)
    for text in ("soon", "", "0001-01-01T00:00+99", "9999-12-31T23:59", "2030-01-01T08:00+09:00"):
        with pytest.raises(ValueError, match="^"):
            read_moment(text)


def test_a_day_of_takings_begins_at_the_midnight_of_the_shop(shop: Shop) -> None:
    """Fails with days of UTC: at 21:00 in New York its next day has begun."""
    now = datetime(2026, 7, 2, 1, 0, tzinfo=UTC)  # the first of July there, nine in the evening

    def pay(number: int, cents: int, hour: int, day: int) -> None:
        row = payments.Payment(
            id=f"pi_{number}",
            order_reference=f"r{number}",
            session_id=f"cs_{number}",
            amount_cents=cents,
            currency="EUR",
            paid_at=datetime(2026, 7, day, hour, 0, tzinfo=UTC),
        )
        shop.do(lambda: db.session.add(row))

    pay(1, 500, 0, 2)  # this evening at eight
    pay(2, 300, 4, 1)  # as the day began
    pay(3, 200, 3, 1)  # an hour before: yesterday
    today, week, _ = shop.ask(lambda: insights.takings(now, currency="EUR"))
    assert (today.cents, today.payments, today.cents_before) == (800, 2, 0)
    assert (today.bars[0].cents, today.bars[20].cents) == (300, 500)
    assert [bar.cents for bar in week.bars][-2:] == [200, 800]


def test_a_price_is_planned_by_the_clock_of_the_shop(app: Flask, shop: Shop) -> None:
    shop.product(price_cents=1490)
    office = browser_of_ida(app)
    assert "By the clock of America/New_York." in office.get("/staff/products/1/prices").text
    office.post(
        "/staff/products/1/prices",
        data={"sku": "OIL-100", "price": "12.90", "starts_at": "2030-01-02T08:00"},
    )
    (plan,) = shop.ask(lambda: db.session.query(catalog.PlannedPrice).all())
    assert plan.starts_at == datetime(2030, 1, 2, 13, tzinfo=UTC)
    assert "from 2 January 2030, 08:00 EST" in office.get("/staff/products/1/prices").text
