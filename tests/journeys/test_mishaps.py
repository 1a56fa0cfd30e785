"""What goes wrong around one order must not reach the others."""

from datetime import UTC, datetime, timedelta

import pytest

from conftest import Live
from storefront import inventory, payments
from storefront.checkout import settle_purchase, tasks
from storefront.checkout.reconciling import reconcile
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
    real = tasks.settle_purchase

    def stumble(session: payments.PaymentSession) -> bool:
        if session.reference == first.reference:
            raise ValueError("no room for ida@example.org")
        return real(session)

    monkeypatch.setattr(tasks, "settle_purchase", stumble)
    with live.app.app_context():
        report = reconcile(lately(), apply=True)
    assert [finding.kind for finding in report.mended] == ["page"]
    assert [finding.order for finding in report.left] == [first.number]
    assert [o.state for o in live.shop.orders()] == ["pending", "paid"]
    assert "ida@example.org" not in caplog.text


def test_a_late_payment_for_sold_goods_goes_back_with_a_letter(live: Live) -> None:
    live.shop.product(stock=1)
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.webhooks("drop")
    session_id = shopper.session_id()
    live.box.control.complete(session_id)
    (order,) = live.shop.orders()
    with live.app.app_context():
        from storefront.checkout import release_purchase

        release_purchase(order.id)
    live.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    with live.app.app_context():
        settle_purchase(payments.retrieve_session(session_id))
        assert tasks.make_refunds() == 1
        assert tasks.make_refunds() == 0
    assert live.shop.orders()[0].state == "refunded"
    (refund,) = live.box.control.refunds()
    assert refund["amount"] == order.total_cents
    assert len(live.shop.letters("refund")) == 1
    assert live.shop.letters() == []


def test_a_refund_made_by_hand_counts(live: Live) -> None:
    """Fails when charge_already_refunded is taken for a failure."""
    live.shop.product(stock=1)
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.webhooks("drop")
    session_id = shopper.session_id()
    live.box.control.complete(session_id)
    (order,) = live.shop.orders()
    with live.app.app_context():
        from storefront.checkout import release_purchase

        release_purchase(order.id)
    live.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    with live.app.app_context():
        settle_purchase(payments.retrieve_session(session_id))
        (due,) = payments.refunds_due(datetime.now(UTC))
        client = live.app.extensions["storefront"].stripe
        client.v1.refunds.create({"payment_intent": due.payment_id})
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
    (order,) = live.shop.orders()
    assert answer.headers["Location"].endswith(f"/orders/{order.reference}")
    page = shopper.web.get(f"{live.url}/orders/{order.reference}", timeout=60)
    assert "Your bank is making the payment" in told(page.text)
    assert live.shop.stock() == (2, 1)
