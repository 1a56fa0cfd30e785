"""The audit after a storm finds what is wrong: each kind of damage is done by hand here."""

from collections.abc import Mapping

import pytest
from sqlalchemy import delete, update

from conftest import Live
from scripts.chaos_books import audit, let_time_pass
from storefront import inventory, mail, orders
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
    found = wrong(sold)
    assert [sentence.split(": ")[1] for sentence in found["lost"]] == ["1780 taken, no paid order"]


def test_an_order_without_its_money_is_lost(sold: Live) -> None:
    first = update(orders.Order).where(orders.Order.id == 1).values(payment_id="pi_made_up")
    sold.shop.do(lambda: db.session.execute(first))
    assert len(wrong(sold)["lost"]) == 2  # the payment has no order, and the order no payment


def test_a_missing_letter_is_found(sold: Live) -> None:
    sold.shop.do(lambda: db.session.execute(delete(mail.Letter).where(mail.Letter.id == 1)))
    assert wrong(sold) == {"duplicate": ["order 1001 is paid and has not 1 letter"]}


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
