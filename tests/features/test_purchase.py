"""settle_purchase and release_purchase against everything a payment can say."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from storefront import cart, checkout, inventory, orders, payments, staff
from storefront.database import db, transaction
from storefront.payments import PaymentSession
from support.shop import Shop

LATER = datetime.now(UTC) + timedelta(minutes=35)


@pytest.fixture
def order(shop: Shop) -> orders.Order:
    """A pending order for two oils, its goods held, its page cs_1 open."""
    shop.product(stock=5)

    def place() -> orders.Order:
        mine, _ = cart.open_cart()
        cart.add(mine.id, "OIL-100", 2)
        placed = orders.place(
            orders.NewOrder(
                cart_id=mine.id,
                content_key="k",
                currency="EUR",
                lines=[orders.NewLine("OIL-100", "Oil", "100 ml", 2, 1290, 1900)],
                delivery_name="Standard delivery",
                delivery_cents=490,
                vat_cents=490,
                session_expires_at=LATER,
            )
        )
        inventory.hold(placed.reference, {"OIL-100": 2}, until=LATER, owner=cart.owner_of(mine.id))
        orders.remember_session(placed.id, attempt=1, session_id="cs_1", url="https://pay/1")
        return placed

    return shop.do(place)


def paid(order: orders.Order, **changes: object) -> PaymentSession:
    """What Stripe says of a paid page of this order."""
    session = PaymentSession(
        id="cs_1",
        url="",
        status="complete",
        payment_status="paid",
        reference=order.reference,
        amount_cents=3070,
        currency="EUR",
        payment_id="pi_1",
        email="ida@example.org",
        ship_name="Ida",
        ship_address="Weg 1\n26122 Oldenburg",
        ship_country="DE",
    )
    return replace(session, **changes)  # type: ignore[arg-type]


def case_kinds(shop: Shop) -> list[str]:
    """What is on the staff's list of money, oldest first."""
    return [case.kind for case in shop.ask(payments.open_cases)]


def settle(app: Flask, session: PaymentSession) -> bool:
    with app.app_context():
        return checkout.settle_purchase(session)


def release(app: Flask, order: orders.Order, **how: str) -> bool:
    with app.app_context():
        return checkout.release_purchase(order.id, **how)


def test_a_payment_is_settled_once(app: Flask, shop: Shop, order: orders.Order) -> None:
    assert settle(app, paid(order)) is True
    assert settle(app, paid(order)) is False
    (now,) = shop.orders()
    assert (now.state, now.email, now.ship_country) == ("paid", "ida@example.org", "DE")
    assert shop.stock() == (3, 0)
    assert len(shop.letters()) == 1
    assert shop.count(cart.CartLine) == 0
    assert shop.count(payments.Refund) == 0
    shop.books_balance()


@pytest.mark.parametrize(
    "session",
    [
        {"status": "open", "payment_status": "unpaid"},
        {"reference": "somebody-else"},
    ],
)
def test_nothing_is_settled_without_money_for_this_order(
    app: Flask, shop: Shop, order: orders.Order, session: dict[str, str]
) -> None:
    assert settle(app, paid(order, **session)) is False
    assert shop.orders()[0].state == "pending"
    assert shop.stock() == (5, 2)
    assert shop.letters() == []


def test_a_release_happens_once_and_never_to_a_paid_order(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    assert release(app, order) is True
    assert release(app, order) is False
    assert shop.stock() == (5, 0)
    assert settle(app, paid(order)) is True
    assert release(app, order) is False
    assert shop.orders()[0].state == "paid"
    shop.books_balance()


@pytest.mark.parametrize("state", ["expired", "failed"])
def test_paid_after_the_end_takes_the_goods_again_when_they_are_there(
    app: Flask, shop: Shop, order: orders.Order, state: str
) -> None:
    release(app, order, state=state)
    assert settle(app, paid(order)) is True
    assert shop.orders()[0].state == "paid"
    assert shop.stock() == (3, 0)
    assert len(shop.letters()) == 1
    shop.books_balance()


def test_paid_after_the_goods_are_gone_sends_the_money_back_once(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    release(app, order)
    shop.do(lambda: inventory.adjust("OIL-100", -4, reason="damaged"))
    settle(app, paid(order))
    settle(app, paid(order))
    (now,) = shop.orders()
    assert now.state == "refunding"
    assert case_kinds(shop) == ["sold_out"]
    (refund,) = shop.ask(lambda: payments.refunds_due(datetime.now(UTC)))
    assert (refund.payment_id, refund.amount_cents, refund.reason) == ("pi_1", 3070, "sold_out")
    assert shop.stock() == (1, 0)
    assert shop.letters() == []
    shop.books_balance()


@pytest.mark.parametrize("odd", [{"amount_cents": 3069}, {"currency": "USD"}])
def test_another_amount_or_currency_is_never_shipped_silently(
    app: Flask, shop: Shop, order: orders.Order, odd: dict[str, object]
) -> None:
    settle(app, paid(order, **odd))
    (now,) = shop.orders()
    assert now.state == "on_hold"
    assert case_kinds(shop) == ["paid_otherwise"]
    assert shop.letters() == []
    assert shop.stock() == (3, 0)
    shop.books_balance()


def test_a_second_payment_for_one_order_goes_back_and_the_order_stays_paid(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    settle(app, paid(order))
    for _ in range(2):
        settle(app, paid(order, id="cs_2", payment_id="pi_2"))
    assert shop.orders()[0].state == "paid"
    assert shop.orders()[0].payment_id == "pi_1"
    (refund,) = shop.ask(lambda: payments.refunds_due(datetime.now(UTC)))
    assert (refund.payment_id, refund.reason) == ("pi_2", "paid_twice")
    assert len(shop.letters()) == 1
    shop.books_balance()


def test_every_odd_payment_of_an_order_is_a_case_of_its_own(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    """Fails when a case is known by its order and not by its payment, or is written twice."""
    for _ in range(2):
        settle(app, paid(order, amount_cents=3069))
        settle(app, paid(order, id="cs_2", payment_id="pi_2"))
        settle(app, paid(order, id="cs_3", payment_id="pi_3"))
    odd, second, third = shop.ask(payments.open_cases)
    number = shop.orders()[0].number
    assert odd.sentence == (
        f"Order {number} was paid with €30.69, but comes to €30.70. Do not send it before this is"
        " clear."
    )
    assert (
        second.sentence
        == third.sentence
        == (f"Order {number} was paid a second time. The second payment goes back by itself.")
    )
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    visitor = app.test_client()
    visitor.post("/staff/sign-in", data={"email": "ida@shop.example", "password": "right-password"})
    assert visitor.get("/staff/").text.count(second.sentence) == 2
    doctor = app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert odd.sentence in doctor.output
    assert second.sentence not in doctor.output  # it needs nobody


def test_a_slow_payment_keeps_its_goods_for_as_long_as_it_takes(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    """Fails when the hold keeps the end of the payment page, or the cart stays full."""
    slow = paid(order, payment_status="unpaid")
    assert settle(app, slow) is True
    assert settle(app, slow) is False
    assert shop.orders()[0].state == "processing"
    hours = timedelta(hours=5)
    assert shop.ask(lambda: inventory.overdue_holds(datetime.now(UTC) + hours)) == []
    assert shop.stock() == (5, 2)
    assert shop.count(cart.CartLine) == 0
    assert [letter.kind for letter in shop.letters("payment_under_way")] == ["payment_under_way"]
    assert settle(app, paid(order)) is True
    assert (shop.orders()[0].state, shop.stock()) == ("paid", (3, 0))
    assert len(shop.letters()) == 1
    shop.books_balance()


def test_what_is_in_the_cart_when_a_slow_payment_arrives_stays_there(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    """Fails when a cart is emptied a second time, of what was put there days later."""
    settle(app, paid(order, payment_status="unpaid"))
    shop.do(lambda: cart.add(order.cart_id or 0, "OIL-100", 1))
    settle(app, paid(order))
    assert shop.count(cart.CartLine) == 1


def test_a_slow_payment_that_fails_gives_goods_and_cart_back(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    settle(app, paid(order, payment_status="unpaid"))
    failed = paid(order, payment_status="unpaid", has_failed=True)
    assert settle(app, failed) is True
    assert settle(app, failed) is False
    assert (shop.orders()[0].state, shop.stock()) == ("failed", (5, 0))
    lines = shop.ask(lambda: cart.basket(order.cart_id).lines)
    assert [(line.sku, line.quantity) for line in lines] == [("OIL-100", 2)]
    assert len(shop.letters("payment_failed")) == 1
    shop.books_balance()


def test_the_end_of_another_page_says_nothing_about_the_order(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    """Fails when any page of an order may end it."""
    for ended in ({"status": "expired"}, {"has_failed": True}, {}):
        session = paid(order, id="cs_2", payment_status="unpaid", **ended)
        assert settle(app, session) is False
    assert (shop.orders()[0].state, shop.stock()) == ("pending", (5, 2))


def test_a_click_waits_three_seconds_for_the_page_that_another_click_is_opening(
    app: Flask, shop: Shop, order: orders.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when a web thread stands still for longer, or when the waiting changes something."""
    shop.do(lambda: db.session.execute(update(orders.Order).values(session_url=None)))
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with app.app_context(), pytest.raises(checkout.PageIsOpening):
        checkout.start_purchase(order.cart_id or 0, seen_key="k")
    assert sum(pauses) == pytest.approx(3)
    assert [o.state for o in shop.orders()] == ["pending"]
    assert shop.stock() == (5, 2)


def test_what_was_added_to_the_cart_meanwhile_stays_in_it(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    shop.do(lambda: cart.add(order.cart_id or 0, "OIL-100", 1))
    settle(app, paid(order))
    lines = shop.ask(lambda: cart.basket(order.cart_id).lines)
    assert [(line.sku, line.quantity) for line in lines] == [("OIL-100", 1)]


def test_a_crash_while_settling_leaves_everything_for_the_next_try(
    app: Flask, shop: Shop, order: orders.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: int) -> bool:
        raise RuntimeError("the process died here")

    monkeypatch.setattr("storefront.checkout.letters.write_confirmation", crash)
    with pytest.raises(RuntimeError):
        settle(app, paid(order))
    assert shop.orders()[0].state == "pending"
    assert shop.stock() == (5, 2)
    monkeypatch.undo()
    assert settle(app, paid(order)) is True
    assert len(shop.letters()) == 1
    shop.books_balance()


def test_a_cart_has_one_pending_order_by_the_word_of_the_database(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    from sqlalchemy.exc import IntegrityError

    with app.app_context(), pytest.raises(IntegrityError), transaction():
        orders.place(
            orders.NewOrder(
                cart_id=order.cart_id or 0,
                content_key="k",
                currency="EUR",
                lines=[orders.NewLine("OIL-100", "Oil", "100 ml", 1, 1290, 1900)],
                delivery_name="",
                delivery_cents=0,
                vat_cents=0,
                session_expires_at=LATER,
            )
        )
    assert len(shop.orders()) == 1
