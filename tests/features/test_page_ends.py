"""A payment page can be opened although clocks differ and calls are repeated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from conftest import Live
from storefront import inventory
from storefront.database import db
from support.shopper import Shopper, told


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    """The shortest page that a shop may set."""
    return config | {"STOREFRONT_SESSION_MINUTES": 32}


def asked(live: Live) -> list[dict[str, Any]]:
    """The calls that asked for a page, oldest first."""
    calls = live.box.control.requests()
    return [r for r in calls if (r["method"], r["path"]) == ("POST", "/v1/checkout/sessions")]


def check_out(live: Live) -> Any:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    return shopper.check_out()


def test_the_shortest_page_opens_at_a_clock_90_seconds_ahead_after_a_lost_try(live: Live) -> None:
    """Fails with 31 minutes, which the settings refuse: Stripe would see less than 30."""
    live.box.control.advance_clock(90)
    live.box.control.add_fault("drop_request", path="/v1/checkout/sessions", times=1)
    assert check_out(live).status_code == 303
    calls = asked(live)
    assert [call["status"] for call in calls] == [None, 200]
    assert len({call["idempotency_key"] for call in calls}) == 1
    assert live.shop.stock() == (10, 1)


def test_a_page_whose_end_is_too_near_is_asked_for_once_more(live: Live) -> None:
    """Fails when the refusal of an end is taken for a Stripe that cannot be reached."""
    live.box.control.advance_clock(200)
    assert check_out(live).status_code == 303
    first, second = asked(live)
    assert (first["status"], second["status"]) == (400, 200)
    assert first["idempotency_key"] != second["idempotency_key"]
    later = int(second["params"]["expires_at"]) - int(first["params"]["expires_at"])
    assert 300 <= later < 360
    (order,) = live.shop.orders()
    assert (order.state, order.attempt) == ("pending", 2)
    assert int(order.session_expires_at.timestamp()) == int(second["params"]["expires_at"])
    assert hold_ends(live) >= order.session_expires_at + timedelta(minutes=15)
    live.box.control.complete(order.session_id or "")
    assert [order.state for order in live.shop.orders()] == ["paid"]


def test_a_clock_that_is_out_by_more_ends_the_order_with_a_sentence(live: Live) -> None:
    """Fails when the shop asks again and again."""
    live.box.control.advance_clock(3600)
    answer = check_out(live)
    assert answer.status_code == 503
    assert "The payment page could not be opened just now." in told(answer.text)
    assert [call["status"] for call in asked(live)] == [400, 400]
    assert live.shop.stock() == (10, 0)
    live.shop.books_balance()


def hold_ends(live: Live) -> datetime:
    """When the goods are given back."""
    query = sa.select(inventory.Hold.expires_at)
    ends = live.shop.ask(lambda: db.session.scalars(query).one())
    return ends.astimezone(UTC)
