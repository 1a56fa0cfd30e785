"""What goes wrong around one order must not reach the others."""

from datetime import UTC, datetime, timedelta

import pytest

from conftest import Live
from storefront import inventory, orders, payments
from storefront.checkout import tasks
from support.shopper import Shopper, told


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def test_a_name_of_any_length_is_settled(live: Live) -> None:
    """Fails on PostgreSQL when what was typed at Stripe is not cut to our columns."""
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id(), name="Ida " * 80)
    assert [o.state for o in live.shop.orders()] == ["paid"]


def test_one_broken_order_does_not_stop_the_others(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when reconcile lets the failure of one order through."""
    live.shop.product()
    live.box.control.webhooks("drop")
    for _ in range(2):
        shopper = Shopper(live.url)
        shopper.add()
        live.box.control.complete(shopper.session_id(), email="ida@example.org")
    first = live.shop.orders()[0]
    real = tasks.follow

    def stumble(session: payments.PaymentSession, *, event_type: str = "") -> bool:
        if session.reference == first.reference:
            raise ValueError("no room for ida@example.org")
        return real(session, event_type=event_type)

    monkeypatch.setattr(tasks, "follow", stumble)
    with live.app.app_context():
        found = tasks.reconcile(lately())
    assert sorted(f.is_mended for f in found) == [False, True]
    assert [o.state for o in live.shop.orders()] == ["pending", "paid"]
    assert "ida@example.org" not in caplog.text


def test_a_late_payment_for_sold_goods_goes_back_with_a_letter(live: Live) -> None:
    live.shop.product(stock=1)
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.webhooks("drop")
    live.box.control.complete(shopper.session_id())
    (order,) = live.shop.orders()
    with live.app.app_context():
        from storefront.checkout import release_purchase

        release_purchase(order.id)
    live.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    with live.app.app_context():
        tasks.reconcile(lately())
        assert tasks.make_refunds() == 1
        assert tasks.make_refunds() == 0
    assert live.shop.orders()[0].state == "refunded"
    (refund,) = live.box.control.refunds()
    assert refund["amount"] == order.total_cents
    assert len(live.shop.letters("order_refunded")) == 1
    assert live.shop.letters() == []


def test_a_refund_made_by_hand_counts(live: Live) -> None:
    """Fails when charge_already_refunded is taken for a failure."""
    live.shop.product(stock=1)
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.webhooks("drop")
    live.box.control.complete(shopper.session_id())
    (order,) = live.shop.orders()
    with live.app.app_context():
        from storefront.checkout import release_purchase

        release_purchase(order.id)
    live.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    with live.app.app_context():
        tasks.reconcile(lately())
        (due,) = payments.refunds_due(datetime.now(UTC))
        payments.refund_payment(due.payment_id, key="a-person-in-the-dashboard")
        assert tasks.make_refunds() == 1
    assert live.shop.orders()[0].state == "refunded"
    assert len(live.box.control.refunds()) == 1


def test_an_unconfirmed_payment_is_never_sent_to_its_dead_page(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when a page that was completed without money counts as open."""
    live.shop.product(stock=2)
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    slow = payments.PaymentSession(
        id=session_id, url="", status="complete", payment_status="unpaid",
        reference=live.shop.orders()[0].reference, amount_cents=1780, currency="EUR",
        payment_id="pi_slow", email="", ship_name="", ship_address="", ship_country="",
    )  # fmt: skip
    monkeypatch.setattr(payments, "retrieve_session", lambda _: slow)
    monkeypatch.setattr(payments, "expire_session", lambda _: slow)
    answer = shopper.check_out()
    assert answer.status_code == 422
    assert "still being confirmed" in told(answer.text)
    assert live.shop.stock() == (2, 1)


def test_staff_see_the_order_that_needs_them(live: Live) -> None:
    live.shop.product(stock=2)
    shopper = Shopper(live.url)
    shopper.add()
    shopper.session_id()
    (order,) = live.shop.orders()

    def put_aside() -> None:
        orders.move(order.id, "on_hold")
        orders.flag(order.id, "Paid another amount.")

    live.shop.do(put_aside)
    assert [o.attention for o in live.shop.ask(orders.in_need)] == ["Paid another amount."]
    result = live.app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert result.exit_code == 1
    assert f"Order {order.number} is on_hold" in result.output
