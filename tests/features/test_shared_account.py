"""Two shops on one Stripe account: neither lists, counts or settles the other's money."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from conftest import Live, new_database, settings_for
from storefront import orders, payments
from storefront.database import db
from support.shop import Shop, seen_key
from support.shopper import Shopper


@pytest.fixture
def other(live: Live, tmp_path: Path, start_shop: Callable[[dict[str, object]], Flask]) -> Flask:
    """A shop with its own address and database that asks the same Stripe."""
    live.shop.product(stock=50)
    live.box.control.webhooks("drop")
    settings = settings_for(new_database("other", tmp_path), tmp_path / "other")
    app = start_shop(
        settings
        | {"STRIPE_API_BASE": live.box.url, "STOREFRONT_PUBLIC_URL": "https://soap.example"}
    )
    Shop(app).product(stock=50)
    return app


def pay_at(live: Live, app: Flask) -> str:
    """Somebody pays in that shop, which does not hear of it; returns the payment."""
    visitor = app.test_client()
    visitor.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"})
    seen = seen_key(visitor.get("/cart").text)
    page = visitor.post("/checkout", data={"seen": seen}).headers["Location"]
    session_id = re.search(r"cs_test_\w+", page)
    assert session_id
    return str(live.box.control.complete(session_id.group())["payment_intent"])


def reconcile(app: Flask, *options: str) -> dict[str, Any]:
    answer = app.test_cli_runner().invoke(args=["shop", "reconcile", "--json", *options])
    found: dict[str, Any] = json.loads(answer.output)
    assert answer.exit_code == (1 if found["left"] else 0)
    return found


def test_each_shop_mends_and_counts_its_own(live: Live, other: Flask) -> None:
    """Fails when the names in a payment are not asked for the shop."""
    ours, theirs = pay_at(live, live.app), [pay_at(live, other) for _ in range(2)]
    live.box.control.refund(theirs[0], amount=100)
    live.box.control.dispute(theirs[1])
    assert [one["kind"] for one in reconcile(live.app)["left"]] == ["page"]
    assert [one["kind"] for one in reconcile(other)["left"]] == [
        "page",
        "page",
        "refund",
        "dispute",
    ]
    for app, count, refunded, disputed in ((live.app, 1, 0, 0), (other, 2, 100, 1780)):
        assert reconcile(app, "--apply")["left"] == []
        sums = reconcile(app)["currencies"]["EUR"]
        assert sums["shop"] == sums["stripe"]
        assert sums["stripe"]["payments"] == {"count": count, "cents": 1780 * count}
        assert sums["stripe"]["refunds"]["cents"] == refunded
        assert sums["stripe"]["disputes"]["cents"] == disputed
    assert [order.payment_id for order in live.shop.orders()] == [ours]
    assert [order.payment_id for order in Shop(other).orders()] == theirs
    assert live.shop.count(payments.Payment) == 1
    assert live.shop.ask(payments.open_cases) == []


def test_a_payment_without_its_order_is_listed_by_its_own_shop_alone(
    live: Live, other: Flask
) -> None:
    """Fails when every payment that no order here has gets a case."""
    payment_id = pay_at(live, other)
    Shop(other).do(_forget_everything)
    assert reconcile(live.app, "--apply")["left"] == []
    (left,) = reconcile(other, "--apply")["left"]
    assert (left["kind"], left["subject"]) == ("payment", payment_id)
    assert [case.subject for case in Shop(other).ask(payments.open_cases)] == [payment_id]
    assert live.shop.ask(payments.open_cases) == []


def test_a_shop_that_has_moved_still_knows_its_payments(live: Live, other: Flask) -> None:
    """Fails when the address alone tells whose a payment is."""
    payment_id = pay_at(live, live.app)
    assert reconcile(live.app, "--apply")["left"] == []
    live.box.control.refund(payment_id, amount=100)
    assert pay_at(live, other)
    state = live.app.extensions["storefront"]
    state.settings = replace(state.settings, STOREFRONT_PUBLIC_URL="https://elsewhere.example")
    sums = reconcile(live.app, "--apply")["currencies"]["EUR"]
    assert sums["shop"]["payments"] == {"count": 1, "cents": 1780}
    assert sums["shop"]["refunds"] == sums["stripe"]["refunds"] == {"count": 1, "cents": 100}


def test_a_payment_of_no_shop_is_nobodys(live: Live, other: Flask) -> None:
    client = live.app.extensions["storefront"].stripe
    shopper = Shopper(live.url)
    shopper.add()
    shopper.session_id()
    page = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://invoices.example",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 5000,
                        "product_data": {"name": "An invoice"},
                    },
                }
            ],
        }
    )
    live.box.control.complete(page.id)
    for app in (live.app, other):
        assert reconcile(app)["currencies"] == {}


def _forget_everything() -> None:
    for table in (orders.OrderLine, orders.OrderEvent, orders.Order):
        db.session.execute(sa.delete(table))
