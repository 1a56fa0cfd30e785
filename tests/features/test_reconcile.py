"""What is wrong between shop and Stripe is told until it is right, and nothing else is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from conftest import Live
from storefront import orders, payments
from storefront.checkout import tasks
from storefront.database import db
from support.shopper import Shopper

DASHBOARD = "look at it in Stripe's Dashboard."
AGREE = "Shop and Stripe agree.\n"


def reconcile(live: Live, *options: str) -> Result:
    """What a person, or cron, sees."""
    return live.app.test_cli_runner().invoke(args=["shop", "reconcile", *options])


def opened_page(live: Live) -> str:
    """A payment page that is open, of a shop whose webhooks are lost."""
    live.shop.product()
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    return shopper.session_id()


def forget_orders(live: Live) -> None:
    """The database as a backup from before the order has it."""

    def delete() -> None:
        for table in (orders.OrderLine, orders.OrderEvent, orders.Order):
            db.session.execute(sa.delete(table))

    live.shop.do(delete)


def grow_older(live: Live) -> None:
    """All orders were placed long enough ago to be looked at by themselves."""
    before = datetime.now(UTC) - timedelta(minutes=2)
    live.shop.do(lambda: db.session.execute(sa.update(orders.Order).values(placed_at=before)))


def refuse_refunds(live: Live, *, times: int) -> None:
    """Lets a refund be tried so often, as if its waiting time were over each time."""
    for _ in range(times):
        now = datetime.now(UTC)
        live.shop.do(
            lambda at=now: db.session.execute(sa.update(payments.Refund).values(due_at=at))
        )
        assert live.shop.ask(tasks.make_refunds) == 0


def owe(live: Live, order: orders.Order, payment_id: str) -> None:
    live.shop.do(
        lambda: payments.owe_refund(
            order.reference, payment_id, amount_cents=1780, currency="EUR", reason="paid_twice"
        )
    )


def test_a_payment_without_its_order_is_named_until_it_has_gone_back(live: Live) -> None:
    """Fails when a session whose order is not in the database is passed over."""
    session_id = opened_page(live)
    (order,) = live.shop.orders()
    payment_id = live.box.control.complete(session_id)["payment_intent"]
    forget_orders(live)
    for _ in range(2):
        answer = reconcile(live)
        assert answer.exit_code == 1
        assert answer.output == (
            f"Stripe has a payment for order {order.reference} that is not in this database"
            f" (1780 EUR in minor units, {payment_id}): enter the order by hand, or refund it in"
            " Stripe's Dashboard.\n0 mended, 1 left.\n"
        )
    (found,) = json.loads(reconcile(live, "--json").output)
    assert (found["order"], found["is_mended"]) == (order.reference, False)
    with live.app.app_context():
        payments.refund_payment(payment_id, key="a-person-in-the-dashboard")
    assert (reconcile(live).exit_code, reconcile(live).output) == (0, AGREE)


def test_half_a_payment_that_went_back_is_still_named(live: Live) -> None:
    """Fails when any refund counts as the whole of it."""
    payment_id = live.box.control.complete(opened_page(live))["payment_intent"]
    forget_orders(live)
    with live.app.app_context():
        client = live.app.extensions["storefront"].stripe
        client.v1.refunds.create({"payment_intent": payment_id, "amount": 1779})
        assert payments.returned_cents(payment_id) == 1779
    assert reconcile(live).exit_code == 1


def test_an_unpaid_page_without_its_order_and_a_payment_of_another_software_are_no_finding(
    live: Live,
) -> None:
    """Fails when is_paid or is_for_an_order is not asked."""
    session_id = opened_page(live)
    forget_orders(live)
    assert (reconcile(live).exit_code, reconcile(live).output) == (0, AGREE)
    with live.app.app_context():
        client = live.app.extensions["storefront"].stripe
        client.v1.checkout.sessions.update(session_id, {"metadata": {"order_reference": ""}})
    live.box.control.complete(session_id)
    assert (reconcile(live).exit_code, reconcile(live).output) == (0, AGREE)


@pytest.mark.parametrize("is_old", [True, False])
def test_an_order_that_could_not_be_checked_is_no_agreement(
    live: Live, monkeypatch: pytest.MonkeyPatch, *, is_old: bool
) -> None:
    """Fails when a failure is thrown away with the orders that agree."""
    session_id = opened_page(live)
    live.box.control.complete(session_id)
    if is_old:
        grow_older(live)
    (order,) = live.shop.orders()

    def stumble(_: payments.PaymentSession) -> bool:
        raise ValueError

    monkeypatch.setattr(tasks, "follow", stumble)
    name = f"order {order.number}" if is_old else session_id
    answer = reconcile(live)
    assert answer.exit_code == 1
    assert answer.output == (
        f"{name} could not be checked, left for the next turn\n0 mended, 1 left.\n"
    )
    assert live.shop.orders()[0].state == "pending"
    monkeypatch.undo()
    answer = reconcile(live)
    assert answer.exit_code == 0
    assert answer.output == (
        f"order {order.number}: shop said pending, Stripe says complete, paid; now paid\n"
        "1 mended.\n"
    )
    assert (reconcile(live).exit_code, reconcile(live).output) == (0, AGREE)


def test_when_stripe_cannot_be_asked_the_command_ends_with_2(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["shop", "reconcile"])
    assert answer.exit_code == 2
    assert answer.output.startswith("Stripe cannot be asked: APIConnectionError")


def test_reconcile_acts_on_events_that_wait_so_that_cron_needs_no_worker(live: Live) -> None:
    """Fails when reconcile does not call retry_events, as --hours 0 sees no session."""
    session_id = opened_page(live)
    live.box.control.complete(session_id)
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)

    def receive() -> None:
        kind = "checkout.session.completed"
        event = payments.Event(id="evt_1", type=kind, object_id=session_id, is_live=False)
        payments.record_event(event)
        db.session.execute(sa.update(payments.StripeEvent).values(received_at=minute_ago))

    live.shop.do(receive)
    answer = reconcile(live, "--hours", "0")
    assert (answer.exit_code, answer.output) == (0, AGREE)
    assert live.shop.orders()[0].state == "paid"
    assert live.shop.ask(lambda: payments.events_to_retry(datetime.now(UTC))) == []


def test_an_event_that_could_not_be_acted_on_is_left(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when the events that failed again are not named."""
    session_id = opened_page(live)
    live.box.control.complete(session_id)
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)

    def receive() -> None:
        event = payments.Event(id="evt_1", type="x", object_id=session_id, is_live=False)
        payments.record_event(event)
        db.session.execute(sa.update(payments.StripeEvent).values(received_at=minute_ago))

    live.shop.do(receive)

    def stumble(session: payments.PaymentSession, *, event_type: str = "") -> bool:
        if event_type:
            raise ValueError
        return False

    monkeypatch.setattr(tasks, "follow", stumble)
    answer = reconcile(live)
    assert answer.exit_code == 1
    assert answer.output == (
        "event evt_1 could not be acted on, left for the next turn\n0 mended, 1 left.\n"
    )


def test_a_refund_that_stripe_keeps_refusing_is_named_to_staff_and_by_the_doctor(
    live: Live,
) -> None:
    """Fails when a refund stays 'due' for ever, or is given up."""
    session_id = opened_page(live)
    live.box.control.complete(session_id)
    assert reconcile(live).exit_code == 0
    (order,) = live.shop.orders()
    owe(live, order, "pi_gone")
    refuse_refunds(live, times=2)
    assert live.shop.orders()[0].attention == ""
    answer = reconcile(live)
    assert answer.exit_code == 1
    assert answer.output == (
        f"order {order.number}: a refund is not made yet, left for the next turn\n"
        "0 mended, 1 left.\n"
    )
    refuse_refunds(live, times=3)
    (refund,) = live.shop.ask(payments.refunds_owed)
    assert (refund.state, refund.attempts) == ("failed", 5)
    said = "Stripe has not made the refund of payment pi_gone in {} tries (Request req_"
    attention = live.shop.orders()[0].attention
    assert attention.startswith(said.format(3))
    assert attention.endswith(DASHBOARD)
    assert "\n" not in attention
    doctor = live.app.test_cli_runner().invoke(args=["shop", "doctor"])
    assert doctor.exit_code == 1
    assert f"Order {order.number}: {said.format(5)}" in doctor.output
    assert f"order {order.number}: {said.format(5)}" in reconcile(live).output


def test_a_refund_that_failed_for_long_is_still_made_and_staff_read_so(live: Live) -> None:
    """Fails when a failed refund is not tried any more."""
    session_id = opened_page(live)
    payment_id = live.box.control.complete(session_id)["payment_intent"]
    assert reconcile(live).exit_code == 0
    (order,) = live.shop.orders()
    owe(live, order, "pi_gone")
    refuse_refunds(live, times=3)
    mend = sa.update(payments.Refund).values(payment_id=payment_id, due_at=datetime.now(UTC))
    live.shop.do(lambda: db.session.execute(mend))
    answer = reconcile(live)
    assert (answer.exit_code, answer.output) == (0, AGREE)
    assert live.shop.ask(payments.refunds_owed) == []
    first, second = live.shop.orders()[0].attention.splitlines()
    assert first.startswith("Stripe has not made the refund of payment pi_gone in 3 tries")
    assert second == f"The refund of payment {payment_id} has gone through after all."
    assert len(live.box.control.refunds()) == 1
