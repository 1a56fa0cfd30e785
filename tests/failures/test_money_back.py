"""Refunds, disputes and warnings, from the shop and from Stripe's Dashboard, in any order."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from conftest import Live, running_shop
from storefront import checkout, inventory, orders, payments
from storefront.checkout import tasks
from storefront.database import db, transaction

from .hands import message, opened_page, paid_twice, refund_turn, sold_once, tell
from .till import ask, cases, hear, refunds, sold, state

LATE_REFUND, FAILING_REFUND = "4000000000007726", "4000000000005126"


def test_a_refund_pressed_twice_at_once_is_made_once(live: Live) -> None:
    """Failure 18. Fails when asked_by is not unique, or the form's token is not in it."""
    order = sold(live)

    def press(_: int) -> bool:
        with live.app.app_context(), transaction():
            wish = checkout.RefundWish(
                payment_id=order.payment_id or "", amount_cents=500, token="one form"
            )
            return checkout.ask_refund(order.reference, wish)

    with ThreadPoolExecutor(4) as staff:
        assert sorted(staff.map(press, range(4))) == [False, False, False, True]
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: live.shop.ask(tasks.make_refunds), range(2)))
    assert [refund["amount"] for refund in live.box.control.refunds()] == [500]
    assert refunds(live) == [(500, "done")]
    assert len(live.shop.letters("refund")) == 1


def test_a_refund_is_heard_of_before_its_answer(live: Live) -> None:
    """Failure 18. Fails when a refund is known by Stripe's id alone: it would be written twice."""
    order = sold(live)
    ask(live, order, 500)
    live.box.control.add_fault("drop_response", method="POST", path="/v1/refunds", times=3)
    assert refund_turn(live) == 0
    (made,) = live.box.control.refunds()
    for event_id in ("evt_1", "evt_2"):
        hear(live, "refund.created", made, event_id=event_id)
    assert refunds(live) == [(500, "done")]
    assert [refund_turn(live) for _ in range(2)] == [0, 0]
    assert len(live.box.control.refunds()) == 1
    assert len(live.shop.letters("refund")) == 1


def test_refunds_of_the_dashboard_and_of_the_shop_add_up(live: Live) -> None:
    """Failure 19. Fails when only one refund of a payment is kept, or the Dashboard's are not."""
    order = sold(live)
    ask(live, order, 500)
    assert refund_turn(live) == 1
    for n, cents in enumerate((300, 70)):
        made = live.box.control.refund(order.payment_id or "", amount=cents)
        hear(live, "charge.refunded", {"id": made["charge"], "object": "charge"}, event_id=f"e{n}")
    assert sorted(refunds(live)) == [(70, "done"), (300, "done"), (500, "done")]
    assert state(live) == "paid"
    assert live.shop.ask(lambda: payments.going_back_cents(order.payment_id or "")) == 870
    with pytest.raises(payments.TooMuchBack):
        ask(live, order, 2201, token="too much")
    assert ask(live, order, 2200, token="the rest")
    assert state(live) == "refunding"
    assert refund_turn(live) == 1
    assert state(live) == "refunded"
    assert len(live.shop.letters("refund")) == 4
    assert sum(refund["amount"] for refund in live.box.control.refunds()) == 3070


def test_lines_are_refunded_once_and_go_back_on_the_shelf(live: Live) -> None:
    """Failure 19. Fails when refunded units are not counted, or put back beyond what was sold."""
    order = sold(live)
    (line,) = live.shop.ask(lambda: orders.lines_of(order.id))
    one = {"line_units": {line.id: 1}, "is_restocked": True}
    ask(live, order, 1290, **one)
    assert live.shop.stock() == (9, 0)
    live.shop.do(lambda: checkout.put_all_back(order.reference, by="ida"))
    ask(live, order, 1290, token="t2", **one)
    assert live.shop.stock() == (10, 0)
    with pytest.raises(orders.NotThatMany):
        ask(live, order, 100, token="t3", **one)
    assert live.shop.stock() == (10, 0)
    assert refunds(live) == [(1290, "due"), (1290, "due")]
    live.shop.books_balance()


def test_a_whole_refund_in_the_dashboard_ends_the_order_and_asks_about_the_goods(
    live: Live,
) -> None:
    """Failure 19. Fails when the order stays paid, or goods are put back that may be gone."""
    order = sold(live)
    made = live.box.control.refund(order.payment_id or "")
    for n in range(2):
        hear(live, "refund.updated", made, event_id=f"evt_{n}")
    assert (state(live), live.shop.stock(), cases(live)) == (
        "refunded",
        (8, 0),
        ["refunded_elsewhere"],
    )
    (case,) = live.shop.ask(payments.open_cases)
    press = [live.shop.do(lambda: checkout.handle_case(case.id, by="ida")) for _ in range(2)]
    assert (press, live.shop.stock(), cases(live)) == ([True, False], (10, 0), [])
    live.shop.books_balance()


def test_a_refund_of_one_of_two_payments_leaves_the_order_paid(live: Live) -> None:
    """Failure 16. Fails when any refund of an order counts for the order's own payment."""
    made = live.box.control.refund(paid_twice(live))  # a person is faster than the shop
    hear(live, "charge.refunded", {"id": made["charge"], "object": "charge"}, event_id="evt_back")
    refund_turn(live)
    assert len(live.box.control.refunds()) == 1
    sold_once(live)
    assert sorted(refunds(live)) == [(1780, "done"), (1780, "void")]
    assert cases(live) == ["paid_twice"]


def test_a_refund_that_stays_pending_keeps_the_order_on_its_way(live: Live) -> None:
    """Failure 19. Fails when a refund that the bank has not made counts as back."""
    order = sold(live, card=LATE_REFUND)
    ask(live, order, 3070)
    assert refund_turn(live) == 1
    assert (state(live), refunds(live)) == ("refunding", [(3070, "sent")])
    (made,) = live.box.control.refunds()
    live.box.control.settle_refund(made["id"])
    hear(live, "refund.updated", made, event_id="evt_1")
    assert (state(live), refunds(live)) == ("refunded", [(3070, "done")])
    assert len(live.shop.letters("refund")) == 1


def test_a_refund_that_the_bank_sends_back_is_money_that_needs_somebody(live: Live) -> None:
    """Failure 19. Fails when a refund that failed counts as back, or its order stays refunded."""
    order = sold(live, card=FAILING_REFUND)
    ask(live, order, 3070)
    assert (refund_turn(live), state(live)) == (1, "refunded")
    (made,) = live.box.control.refunds()
    live.box.control.fail_refund(made["id"])
    for n, kind in enumerate(("refund.failed", "charge.refund.updated", "refund.created")):
        hear(live, kind, made, event_id=f"evt_{n}")
    assert (state(live), refunds(live)) == ("refunding", [(3070, "failed")])
    (case,) = live.shop.ask(payments.open_cases)
    assert case.kind == "refund_failed"
    assert live.shop.do(lambda: checkout.handle_case(case.id, by="ida"))
    assert refund_turn(live) == 1
    assert (state(live), cases(live)) == ("refunded", [])
    assert live.shop.ask(lambda: payments.going_back_cents(order.payment_id or "")) == 3070


@pytest.mark.parametrize("ending", ["won", "lost"])
def test_a_dispute_is_followed_to_its_end_and_moves_no_goods(live: Live, ending: str) -> None:
    """Failure 20. Fails when a dispute is not followed, or puts goods back on the shelf."""
    order = sold(live)
    dispute = live.box.control.dispute(order.payment_id or "")
    for n, kind in enumerate(("created", "funds_withdrawn", "created")):
        hear(live, f"charge.dispute.{kind}", dispute, event_id=f"evt_{n}")
    assert (state(live), cases(live), live.shop.stock()) == ("disputed", ["dispute"], (8, 0))
    with pytest.raises(checkout.MoneyAtTheBank):
        ask(live, order, 3070)
    if ending == "won":
        live.box.control.win(dispute["id"])
    else:
        live.box.control.lose(dispute["id"])
    hear(live, "charge.dispute.closed", dispute, event_id="evt_closed")
    hear(live, "charge.dispute.created", dispute, event_id="evt_late")
    after = {"won": ("paid", []), "lost": ("charged_back", ["dispute_lost"])}
    assert (state(live), cases(live)) == after[ending]
    assert live.shop.stock() == (8, 0)
    assert len(live.shop.letters()) == 1


def test_a_dispute_that_is_heard_of_before_the_payment_finds_its_order(live: Live) -> None:
    """Failure 20. Fails when an unknown payment is passed over: a dispute has no metadata."""
    _, session_id = opened_page(live)
    live.box.control.pay(session_id)
    payment_id = live.box.control.session(session_id)["payment_intent"]
    dispute = live.box.control.dispute(payment_id)
    hear(live, "charge.dispute.created", dispute, event_id="evt_1")
    assert (state(live), cases(live)) == ("disputed", ["dispute"])
    assert len(live.shop.letters()) == 1
    assert live.shop.stock() == (9, 0)


def test_an_inquiry_takes_nothing_and_the_refund_still_goes(live: Live) -> None:
    """Failure 20. Fails when a question of the bank's counts as its decision."""
    order = sold(live)
    dispute = live.box.control.dispute(order.payment_id or "", is_inquiry=True)
    hear(live, "charge.dispute.created", dispute, event_id="evt_1")
    assert (state(live), cases(live)) == ("paid", ["inquiry"])
    ask(live, order, 3070)
    assert refund_turn(live) == 1
    assert state(live) == "refunded"


def test_a_warning_of_fraud_is_told_once_with_the_refund_at_hand(live: Live) -> None:
    """Failure 20. Fails when a warning is passed over, or its button sends more than there is."""
    order = sold(live, card="4000000000005423")
    (event,) = live.box.control.events("radar.early_fraud_warning.created")
    for n in range(2):
        hear(live, event["type"], event["data"]["object"], event_id=f"evt_{n}")
    (case,) = live.shop.ask(payments.open_cases)
    assert (case.kind, state(live)) == ("fraud_warning", "paid")
    ask(live, order, 70)
    assert live.shop.do(lambda: checkout.handle_case(case.id, by="ida"))
    assert refund_turn(live) == 2
    assert (state(live), sorted(refunds(live))) == ("refunded", [(70, "done"), (3000, "done")])
    (asked,) = live.shop.ask(payments.open_cases)
    assert (asked.kind, live.shop.stock()) == ("goods_out", (8, 0))
    assert live.shop.do(lambda: checkout.handle_case(asked.id, by="ida"))
    assert (cases(live), live.shop.stock()) == ([], (10, 0))
    live.shop.books_balance()


def test_a_refund_that_stripe_refuses_is_told_and_still_made_later(live: Live) -> None:
    """Failure 20. Fails when a refusal of Stripe's ends the refund, or repeats its answer."""
    order = sold(live)
    ask(live, order, 500)
    dispute = live.box.control.dispute(order.payment_id or "")
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    assert cases(live) == ["dispute", "refund_stuck"]
    live.box.control.win(dispute["id"])
    assert refund_turn(live) == 1
    assert cases(live) == []
    assert (state(live), refunds(live)) == ("paid", [(500, "done")])


def test_an_order_that_costs_nothing_is_paid_with_nothing_once(config: dict[str, object]) -> None:
    """Failure 21. Fails when a page without a payment is taken for an error, or never for paid."""
    with running_shop(config | {"STOREFRONT_FREE_DELIVERY_FROM_CENTS": 0}) as live:
        _, session_id = opened_page(live, price_cents=0)
        assert live.box.control.complete(session_id)["payment_intent"] is None
        for event_id in ("evt_1", "evt_2"):
            assert tell(live, message(session_id, event_id=event_id)).text == "done"
        assert sold_once(live).payment_id is None
        assert live.shop.count(payments.Payment) == 0


def test_a_free_order_whose_goods_are_gone_ends_without_a_refund(
    config: dict[str, object],
) -> None:
    """Failure 21. Fails when nothing is to be sent back and a refund of nothing is written."""
    with running_shop(config | {"STOREFRONT_FREE_DELIVERY_FROM_CENTS": 0}) as live:
        _, session_id = opened_page(live, stock=1, price_cents=0)
        live.shop.ask(lambda: checkout.release_purchase(live.shop.orders()[0].id))
        live.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
        live.box.control.complete(session_id)
        assert tell(live, message(session_id)).text == "done"
        assert (state(live), live.shop.count(payments.Refund)) == ("refunded", 0)


def test_a_total_that_differs_is_never_sent_before_a_person_has_decided(live: Live) -> None:
    """Failure 23. Fails when the amount is not compared, or an accepted order is accepted twice."""
    _, session_id = opened_page(live)
    dearer = sa.update(orders.Order).values(
        subtotal_cents=orders.Order.subtotal_cents + 100,
        total_cents=orders.Order.total_cents + 100,
    )
    live.shop.do(lambda: db.session.execute(dearer))
    live.box.control.complete(session_id)
    assert tell(live, message(session_id)).text == "done"
    assert (state(live), cases(live), live.shop.letters()) == ("on_hold", ["paid_otherwise"], [])
    (order,) = live.shop.orders()
    accept = [
        live.shop.do(lambda: checkout.accept_amount(order.reference, by="ida")) for _ in range(2)
    ]
    assert (accept, state(live), cases(live)) == ([True, False], "paid", [])
    assert len(live.shop.letters()) == 1
    assert live.shop.stock() == (9, 0)


def test_a_shopper_who_never_returns_is_served_by_the_message_alone(live: Live) -> None:
    """Failure 5. Fails when only the way back settles an order."""
    _, session_id = opened_page(live)
    live.box.control.webhooks("on")
    live.box.control.complete(session_id, wait_seconds=60)
    sold_once(live)


@pytest.mark.parametrize("rescue", ["the way back", "the reconciler"])
def test_without_any_message_one_other_way_is_enough(live: Live, rescue: str) -> None:
    """Failure 6. Fails when the way back, or the reconciler, waits for a message to come first."""
    shopper, session_id = opened_page(live)
    live.box.control.complete(session_id)
    if rescue == "the way back":
        shopper.web.get(f"{live.url}/checkout/return?session_id={session_id}", timeout=60)
    else:
        live.shop.ask(checkout.keep_in_line)
    sold_once(live)
