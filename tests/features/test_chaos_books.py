"""The audit after a storm finds what is wrong: each kind of damage is done by hand here."""

from collections.abc import Mapping

import pytest
from sqlalchemy import delete, update

from conftest import Live
from scripts.chaos_books import audit, let_time_pass
from storefront import inventory, mail, orders, payments
from storefront.checkout import tasks
from storefront.database import db
from support.shopper import Shopper

STOCKED = {"OIL-100": 5}


@pytest.fixture
def sold(live: Live) -> Live:
    """A shop that has sold two jars of five to two people, and sent both letters."""
    live.shop.product(stock=5)
    for _ in range(2):
        shopper = Shopper(live.url)
        shopper.add()
        live.box.control.complete(shopper.session_id())
    assert live.box.control.wait_until_delivered()
    with live.app.app_context():
        mail.send_waiting(live.app.extensions["storefront"].settings)
    return live


def wrong(live: Live) -> Mapping[str, list[str]]:
    """What the audit says, without the kinds of which there is nothing."""
    box = live.box.control
    found = audit(live.app, sessions=box.sessions(), refunds=box.refunds(), stocked=STOCKED)
    return {kind: sentences for kind, sentences in found.items() if sentences}


def test_books_that_balance_are_called_so(sold: Live) -> None:
    assert wrong(sold) == {}


def test_money_without_an_order_is_lost(sold: Live) -> None:
    first = update(orders.Order).where(orders.Order.id == 1).values(state="cancelled")
    sold.shop.do(lambda: db.session.execute(first))
    (sentence,) = wrong(sold)["lost"]
    assert sentence.endswith("of order 1001: cancelled, 1780 came, 0 back, 0 at banks")


def test_an_order_without_its_money_is_lost(sold: Live) -> None:
    first = update(orders.Order).where(orders.Order.id == 1).values(payment_id="pi_made_up")
    sold.shop.do(lambda: db.session.execute(first))
    assert len(wrong(sold)["lost"]) == 2  # the payment has no order, and the order no payment


def test_a_payment_that_the_shop_did_not_write_down_is_lost(sold: Live) -> None:
    sold.shop.do(lambda: db.session.execute(delete(payments.Payment)))
    ids = sorted(session["payment_intent"] for session in sold.box.control.sessions())
    assert wrong(sold) == {"lost": [f"payment {id_}: Stripe says 1780, we None" for id_ in ids]}


def test_a_refund_that_the_shop_did_not_write_down_is_lost(sold: Live) -> None:
    page = sold.box.control.sessions()[0]["payment_intent"]
    sold.box.control.webhooks("drop")
    refund = sold.box.control.refund(page, amount=500)
    assert wrong(sold) == {"lost": [f"refund {refund['id']}: Stripe says (500, 'done'), we None"]}


def test_a_refund_that_failed_is_not_counted(sold: Live) -> None:
    box, shop = sold.box.control, sold.app
    failed = {**box.refund(box.sessions()[0]["payment_intent"], amount=500), "status": "failed"}
    assert box.wait_until_delivered()
    found = audit(shop, sessions=box.sessions(), refunds=[failed], stocked=STOCKED)
    assert found["lost"] == [
        f"refund {failed['id']}: Stripe says (500, 'failed'), we (500, 'done')"
    ]


def test_a_part_that_went_back_and_is_written_down_balances(sold: Live) -> None:
    box = sold.box.control
    box.refund(box.sessions()[0]["payment_intent"], amount=500)
    assert sold.box.control.wait_until_delivered()
    with sold.app.app_context():
        mail.send_waiting(sold.app.extensions["storefront"].settings)
    assert wrong(sold) == {}


def test_a_lost_dispute_takes_money_and_leaves_no_paid_order(sold: Live) -> None:
    box = sold.box.control
    page = box.sessions()[0]
    payment = page["payment_intent"]
    taken = {"id": "du_1", "payment_intent": payment, "amount": 1780, "status": "lost"}
    found = audit(sold.app, sessions=box.sessions(), refunds=[], disputes=[taken], stocked=STOCKED)
    assert found["lost"] == [
        "dispute du_1: Stripe says (1780, 'lost'), we None",
        f"{payment} of order 1001: paid, 1780 came, 0 back, 1780 at banks",
    ]


def test_an_order_that_waits_for_its_bank_is_stuck(sold: Live) -> None:
    first = update(orders.Order).where(orders.Order.id == 1).values(state="processing")
    sold.shop.do(lambda: db.session.execute(first))
    assert wrong(sold)["stuck"] == ["order 1001 is processing"]


def test_a_missing_letter_is_found(sold: Live) -> None:
    sold.shop.do(lambda: db.session.execute(delete(mail.Letter).where(mail.Letter.id == 1)))
    assert wrong(sold) == {"duplicate": ["order 1001 has 0 of 1 order_confirmation"]}


def test_a_refund_that_was_made_twice_is_found(sold: Live) -> None:
    box = sold.box.control
    payment = box.sessions()[0]["payment_intent"]
    made = {
        "payment_intent": payment, "amount": 1, "status": "succeeded",
        "metadata": {"asked_by": "form:one"},
    }  # fmt: skip
    twice = [{**made, "id": "re_1"}, {**made, "id": "re_2"}]
    found = audit(sold.app, sessions=box.sessions(), refunds=twice, stocked=STOCKED)
    assert found["duplicate"] == ["form:one was sent back 2 times"]


def test_goods_that_were_put_back_without_a_refund_are_found(sold: Live) -> None:
    reference = sold.shop.orders()[0].reference
    sold.shop.do(lambda: inventory.put_back(reference, {"OIL-100": 1}))
    assert wrong(sold) == {"duplicate": ["order 1001: 1 of OIL-100 sold, 1 put back"]}


def test_a_jar_that_is_not_on_the_shelf_is_found(sold: Live) -> None:
    sold.shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    assert wrong(sold) == {"oversold": ["OIL-100: 3 should be left, 2 are"]}


def test_what_still_waits_is_stuck_until_time_has_passed(sold: Live) -> None:
    shopper = Shopper(sold.url)
    shopper.add()
    sold.box.control.webhooks("drop")
    sold.box.control.expire(shopper.session_id())
    assert wrong(sold) == {"stuck": ["order 1003 is pending", "1 units are held"]}
    let_time_pass(sold.app)
    with sold.app.app_context():
        assert tasks.release_holds() == 1
    assert wrong(sold) == {}
