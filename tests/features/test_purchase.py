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
        {"payment_status": "unpaid"},
        {"status": "expired", "payment_status": "unpaid"},
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


@pytest.mark.parametrize("state", ["expired", "cancelled"])
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
    assert "goes back by itself" in now.attention
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
    assert "Do not ship" in now.attention
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


def test_an_order_on_hold_keeps_its_sentence_beside_every_later_one(
    app: Flask, shop: Shop, order: orders.Order
) -> None:
    """Fails when flag writes over what stands there, or writes the same twice."""
    settle(app, paid(order, amount_cents=3069))
    settle(app, paid(order, id="cs_2", payment_id="pi_2"))
    settle(app, paid(order, id="cs_3", payment_id="pi_3"))
    (now,) = shop.orders()
    again = "Paid a second time; the second payment goes back by itself."
    first, second = now.attention.splitlines()
    assert first.endswith("Do not ship before this is clear.")
    assert second == again
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    visitor = app.test_client()
    visitor.post("/staff/sign-in", data={"email": "ida@shop.example", "password": "right-password"})
    assert f"{first}<br>{again}</li>" in visitor.get("/staff/").text
    doctor = app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert f"Order {now.number} is on_hold: {first} {again}\n" in doctor.output


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

    monkeypatch.setattr("storefront.checkout.purchase.write_confirmation", crash)
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
