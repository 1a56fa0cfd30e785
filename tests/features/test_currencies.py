"""An amount is the same from the price in the catalogue to the line in the books."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy as sa
from babel.numbers import get_currency_precision

from conftest import Live, running_shop
from storefront import checkout, payments
from storefront.catalog import fields
from storefront.catalog.drafts import BadField
from storefront.config_checks import _COUNTED_OTHERWISE
from storefront.database import db
from storefront.payments.currencies import MINIMUM_CENTS
from storefront.stripe_box.money import CURRENCIES, decimals_of
from storefront.stripe_box.settings import MINIMUM_AMOUNTS
from support.catalogue import Catalogue
from support.shopper import Shopper, told

Open = Callable[..., AbstractContextManager[Live]]


@pytest.fixture
def shop_in(config: dict[str, object]) -> Open:
    """A running shop that sells in a currency; delivery is free unless it is given."""

    @contextmanager
    def start(currency: str, price: str, delivery_cents: int = 0) -> Iterator[Live]:
        found = config | {
            "STOREFRONT_CURRENCY": currency,
            "STOREFRONT_DELIVERY_CENTS": delivery_cents,
            "STOREFRONT_FREE_DELIVERY_FROM_CENTS": 2_000_000_000,
        }
        with running_shop(found) as live:
            Catalogue(live.app).product("oil", {"sku": "OIL-100", "price": price})
            yield live

    return start


def reconcile(live: Live, *options: str) -> list[str]:
    answer = live.app.test_cli_runner().invoke(args=["shop", "reconcile", *options])
    assert answer.exit_code == 0, answer.output
    return [line for line in answer.output.splitlines() if line and "UTC" not in line]


@pytest.mark.parametrize(
    ("currency", "price", "delivery", "unit_cents", "shown", "table"),
    [
        ("JPY", "1290", 490, 1290, "¥1,290", ["3070", "3070", "1290", "1290"]),
        ("EUR", "12.90", 490, 1290, "€12.90", ["30.70", "30.70", "12.90", "12.90"]),
        ("KWD", "1.290", 490, 1290, "KWD1.290", ["3.070", "3.070", "1.290", "1.290"]),
    ],
)
def test_a_price_is_charged_refunded_and_counted_as_it_is_written(
    shop_in: Open,
    currency: str,
    price: str,
    delivery: int,
    unit_cents: int,
    shown: str,
    table: list[str],
) -> None:
    with shop_in(currency, price, delivery) as live:
        assert shown in told(live.app.test_client().get("/products/oil").text)
        shopper = Shopper(live.url)
        shopper.add(quantity=2)
        assert shown in told(shopper.web.get(f"{live.url}/cart", timeout=60).text)
        session = live.box.control.complete(shopper.session_id())
        assert (session["amount_total"], session["currency"]) == (3070, currency.lower())
        (order,) = live.shop.orders()
        assert (order.state, order.total_cents, order.currency) == ("paid", 3070, currency)
        wish = checkout.RefundWish(
            payment_id=order.payment_id or "", amount_cents=unit_cents, token="t"
        )
        live.shop.do(lambda: checkout.ask_refund(order.reference, wish))
        reconcile(live, "--apply")
        (refund,) = live.box.control.refunds()
        assert (refund["amount"], refund["currency"]) == (unit_cents, currency.lower())
        rows = reconcile(live)
        assert [rows[1].split()[2], rows[1].split()[4]] == table[:2]
        assert [rows[2].split()[2], rows[2].split()[4]] == table[2:]
        assert [row.split()[-1] for row in rows[1:6]] == ["agree"] * 5


def test_every_currency_has_as_many_decimals_here_as_at_stripe_or_is_refused() -> None:
    differing = {
        code.upper()
        for code in CURRENCIES
        if get_currency_precision(code.upper()) != decimals_of(code)
    }
    assert differing | {"UGX"} == set(_COUNTED_OTHERWISE)


def test_the_least_charges_are_those_of_stripe() -> None:
    assert len(MINIMUM_CENTS) == 24
    assert {code.lower(): cents for code, cents in MINIMUM_CENTS.items()} == dict(MINIMUM_AMOUNTS)


@pytest.mark.parametrize(
    ("currency", "price", "is_enough"),
    [
        ("EUR", "0.49", False),
        ("EUR", "0.50", True),
        ("JPY", "49", False),
        ("JPY", "50", True),
        ("HUF", "174.99", False),
        ("KWD", "0.010", True),
    ],
)
def test_less_than_stripe_charges_is_said_before_any_redirect(
    shop_in: Open, currency: str, price: str, is_enough: bool
) -> None:
    with shop_in(currency, price) as live:
        shopper = Shopper(live.url)
        shopper.add()
        answer = shopper.check_out()
        if is_enough:
            assert answer.status_code == 303
            return
        assert answer.status_code == 422
        assert "The total is too small to be paid by card." in told(answer.text)
        assert live.box.control.requests() == []
        assert live.shop.orders() == []


def test_what_stripe_finds_too_small_is_said_in_the_same_words(shop_in: Open) -> None:
    """Fails when amount_too_small reads as a Stripe that cannot be reached."""
    with shop_in("KWD", "0.010") as live:
        live.box.control.add_fault(
            "status", path="/v1/checkout/sessions", status=400, code="amount_too_small"
        )
        shopper = Shopper(live.url)
        shopper.add()
        answer = shopper.check_out()
        assert (answer.status_code, live.shop.stock()) == (422, (10, 0))
        assert "The total is too small to be paid by card." in told(answer.text)


def test_a_free_order_goes_over_the_page_and_is_paid_once(shop_in: Open) -> None:
    with shop_in("EUR", "0.00") as live:
        shopper = Shopper(live.url)
        shopper.add()
        session = live.box.control.complete(shopper.session_id())
        assert live.box.control.wait_until_delivered()
        assert (session["payment_status"], session["payment_intent"]) == (
            "no_payment_required",
            None,
        )
        for _ in range(2):
            shopper.web.get(f"{live.url}/checkout/return?session_id={session['id']}", timeout=60)
        (order,) = live.shop.orders()
        assert (order.state, order.total_cents, order.payment_id) == ("paid", 0, None)
        assert len(live.shop.letters()) == 1
        assert live.shop.stock() == (9, 0)
        assert live.shop.count(payments.Payment) == 0
        assert reconcile(live) == ["Shop and Stripe agree."]


def test_a_free_order_of_which_no_message_came_is_settled_by_reconcile(shop_in: Open) -> None:
    with shop_in("EUR", "0") as live:
        live.box.control.webhooks("drop")
        shopper = Shopper(live.url)
        shopper.add()
        live.box.control.complete(shopper.session_id())
        assert reconcile(live, "--apply")[-1] == "1 mended. Shop and Stripe agree."
        assert [order.state for order in live.shop.orders()] == ["paid"]
        assert len(live.shop.letters()) == 1


@pytest.mark.parametrize(("ending", "state"), [("expired", "refunded"), ("cancelled", "cancelled")])
def test_a_free_order_that_cannot_be_had_any_more_ends_quietly(
    shop_in: Open, ending: str, state: str
) -> None:
    """Fails when a refund of nothing is asked for."""
    with shop_in("EUR", "0") as live:
        live.box.control.webhooks("drop")
        shopper = Shopper(live.url)
        shopper.add()
        session_id = shopper.session_id()
        live.box.control.complete(session_id)
        (order,) = live.shop.orders()
        with live.app.app_context():
            assert checkout.release_purchase(order.id, state=ending)
        empty = sa.text("UPDATE shop_stock SET on_hand = 0 WHERE sku = 'OIL-100'")
        if ending == "expired":
            live.shop.do(lambda: db.session.execute(empty))
        with live.app.app_context():
            checkout.settle_purchase(payments.retrieve_session(session_id))
        assert [order.state for order in live.shop.orders()] == [state]
        assert live.shop.count(payments.Refund) == 0
        assert reconcile(live)[-1] == "Shop and Stripe agree."


@pytest.mark.parametrize(
    ("currency", "price", "sentence"),
    [
        ("KWD", "1.255", "Let the last of its three decimals be 0, as in 1.250."),
        ("KWD", "much", "Write it like 12.900."),
        ("JPY", "12.90", "Write it like 1290."),
        ("EUR", "12.905", "Write it like 12.90."),
    ],
)
def test_a_price_that_cannot_be_charged_is_refused_by_the_import(
    currency: str, price: str, sentence: str
) -> None:
    with pytest.raises(BadField) as refused:
        fields.price(currency)(price)
    assert refused.value.instead == sentence
