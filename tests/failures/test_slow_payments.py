"""Methods whose money comes days after the click, or never: SEPA Direct Debit here."""

from datetime import timedelta

import sqlalchemy as sa

from conftest import Live
from storefront import inventory, orders
from storefront.checkout import tasks
from storefront.database import db
from support.shopper import Shopper, told

from .hands import history, message, opened_page, sold_once, tell

SUCCEEDS = "DE89370400440532013000"
FAILS = "DE62370400440532013001"
SUCCEEDED = "checkout.session.async_payment_succeeded"
FAILED = "checkout.session.async_payment_failed"


def debited(live: Live, iban: str) -> tuple[Shopper, str]:
    """A shopper who has just paid by debit, in a shop that no message reaches."""
    shopper, session_id = opened_page(live)
    live.box.control.pay(session_id, iban=iban)
    return shopper, session_id


def hours_pass(live: Live, hours: int) -> None:
    """The books grow older, and the worker looks after holds and payments."""
    ages = timedelta(hours=hours)

    def age() -> None:
        for model, column in ((orders.Order, "placed_at"), (inventory.Hold, "expires_at")):
            for row in db.session.scalars(sa.select(model)):
                setattr(row, column, getattr(row, column) - ages)

    live.shop.do(age)
    live.shop.ask(tasks.release_holds)


def test_a_debit_under_way_is_neither_paid_nor_failed_and_keeps_its_goods(live: Live) -> None:
    """Failure 10. Fails when completed+unpaid counts as paid, or the hold ends with the page."""
    shopper, session_id = debited(live, SUCCEEDS)
    for event_id in ("evt_1", "evt_2"):
        assert tell(live, message(session_id, event_id=event_id)).text == "done"
    (order,) = live.shop.orders()
    assert (order.state, live.shop.stock()) == ("processing", (10, 1))
    assert live.shop.letters() == []
    assert len(live.shop.letters("payment_under_way")) == 1
    hours_pass(live, 72)
    assert (live.shop.orders()[0].state, live.shop.stock()) == ("processing", (10, 1))
    again = shopper.check_out()
    assert "Your cart is empty." in told(again.text)
    live.box.control.settle(session_id)
    for event_id in ("evt_3", "evt_4"):
        assert tell(live, message(session_id, SUCCEEDED, event_id=event_id)).text == "done"
    assert sold_once(live).id == order.id


def test_a_debit_whose_every_message_is_lost_is_settled_by_the_worker(live: Live) -> None:
    """Failures 6 and 10. Fails when nobody asks about an order that waits for a bank."""
    _, session_id = debited(live, SUCCEEDS)
    hours_pass(live, 2)
    assert live.shop.orders()[0].state == "processing"
    live.box.control.settle(session_id)
    hours_pass(live, 8)
    sold_once(live)


def test_a_debit_that_fails_gives_the_goods_back_and_says_so_once(live: Live) -> None:
    """Failure 11. Fails when the goods stay held, or nobody tells the shopper."""
    shopper, session_id = debited(live, FAILS)
    assert tell(live, message(session_id)).text == "done"
    live.box.control.fail(session_id)
    for event_id in ("evt_2", "evt_3"):
        assert tell(live, message(session_id, FAILED, event_id=event_id)).text == "done"
    (order,) = live.shop.orders()
    assert (order.state, live.shop.stock()) == ("failed", (10, 0))
    (letter,) = live.shop.letters("payment_failed")
    assert "nothing was charged" in letter.text
    live.box.control.complete(shopper.session_id())  # from the cart that was filled again
    assert tell(live, message(live.shop.orders()[1].session_id or "", event_id="evt_4")).ok
    assert [found.state for found in live.shop.orders()] == ["failed", "paid"]
    assert live.shop.stock() == (9, 0)
    live.shop.books_balance()


def test_a_failure_that_overtakes_the_payment_page_is_believed(live: Live) -> None:
    """Failure 11. Fails when a step is left out because the one before it was not heard of."""
    _, session_id = debited(live, FAILS)
    live.box.control.fail(session_id)
    assert tell(live, message(session_id, FAILED, event_id="evt_2")).text == "done"
    assert tell(live, message(session_id, event_id="evt_1")).text == "done"
    (order,) = live.shop.orders()
    assert history(live, order) == ["placed", "failed"]
    assert live.shop.stock() == (10, 0)
    assert live.shop.letters("payment_under_way") == []


def test_a_success_that_overtakes_the_payment_page_sells_once(live: Live) -> None:
    """Failure 10. Fails when the older message is believed, and a paid order may wait again."""
    _, session_id = debited(live, SUCCEEDS)
    live.box.control.settle(session_id)
    assert tell(live, message(session_id, SUCCEEDED, event_id="evt_2")).text == "done"
    assert tell(live, message(session_id, event_id="evt_1")).text == "done"
    sold_once(live)
    assert live.shop.letters("payment_under_way") == []
