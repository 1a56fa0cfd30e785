"""Money that could be stuck, sent twice, or told of for ever: races, restarts and odd answers."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from conftest import Live
from storefront import checkout, payments
from storefront.checkout import sending_back, tasks
from storefront.database import db, transaction
from support.shop import Shop

from .hands import message, opened_page, refund_turn, tell
from .test_events import crash_once
from .till import ask, cases, hear, refunds, sold, state

LATE_REFUND, WARNED = "4000000000007726", "4000000000005423"


def the_case(live: Live) -> payments.MoneyCase:
    (found,) = live.shop.ask(payments.open_cases)
    return found


def asked(live: Live, method: str, path: str) -> int:
    """How often Stripe was asked for something."""
    wanted = (method, path)
    return sum((r["method"], r["path"]) == wanted for r in live.box.control.requests())


def hours_pass(live: Live, hours: int) -> None:
    """Everything about refunds happened so many hours earlier."""
    rows = sa.select(payments.Refund)

    def age() -> None:
        for row in db.session.scalars(rows):
            row.asked_at -= timedelta(hours=hours)
            row.due_at -= timedelta(hours=hours)

    live.shop.do(age)
    live.box.control.advance_clock(hours * 3600)


def test_a_refund_that_stripe_never_answers_is_told_after_three_tries(live: Live) -> None:
    """Failure 28. Fails when a look at the books that fails is not counted as a try."""
    ask(live, sold(live), 500)
    live.box.control.add_fault("drop_request")
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    assert cases(live) == ["refund_stuck"]
    live.box.control.clear_faults()
    assert refund_turn(live) == 1
    assert (cases(live), refunds(live)) == ([], [(500, "done")])


def test_a_refund_of_a_payment_that_this_account_does_not_have_is_told(live: Live) -> None:
    """Failure 25. Fails when the look after a refusal may end the turn before it is counted."""
    ask(live, sold(live), 500)
    for table, column in ((payments.Payment, "id"), (payments.Refund, "payment_id")):
        other = sa.update(table).values({column: "pi_ofAnotherAccount"})
        live.shop.do(lambda statement=other: db.session.execute(statement))
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    assert cases(live) == ["refund_stuck"]


def test_a_refund_for_an_order_that_is_not_here_is_made_once_and_its_case_closes(
    live: Live,
) -> None:
    """Failure 25. Fails when only refunds of known orders are looked for, or end their case."""
    ask(live, sold(live), 500)
    for table in (payments.Payment, payments.Refund):
        gone = sa.update(table).values(order_reference="of a lost backup")
        live.shop.do(lambda statement=gone: db.session.execute(statement))
    live.box.control.add_fault("drop_response", method="POST", path="/v1/refunds")
    live.box.control.add_fault("drop_request", method="GET")
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    assert cases(live) == ["refund_stuck"]
    live.box.control.clear_faults()
    hours_pass(live, 25)
    assert refund_turn(live) == 1
    assert (refunds(live), cases(live)) == ([(500, "done")], [])
    assert [refund["amount"] for refund in live.box.control.refunds()] == [500]


def test_a_refund_that_is_stuck_again_is_told_again_unless_it_was_put_aside(live: Live) -> None:
    """Failure 8. Fails when a case that was settled once never comes back."""
    order = sold(live)
    ask(live, order, 500)
    live.box.control.dispute(order.payment_id or "", is_inquiry=False)
    for press in (checkout.handle_case, checkout.dismiss_case):
        assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
        assert cases(live) == ["dispute", "refund_stuck"]
        case = live.shop.ask(payments.open_cases)[1]
        assert live.shop.do(lambda by=press, about=case: by(about.id, by="ida"))
        assert cases(live) == ["dispute"]
    assert [refund_turn(live) for _ in range(4)] == [0, 0, 0, 0]
    assert cases(live) == ["dispute"]


def test_a_refund_that_a_lost_dispute_has_overtaken_comes_to_rest(live: Live) -> None:
    """Failure 20. Fails when the order stays on its way back, or the refund is asked for for ever.

    Also when the case about it outlives it.
    """
    order = sold(live)
    ask(live, order, 3070)
    dispute = live.box.control.dispute(order.payment_id or "")
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    assert (state(live), cases(live)) == ("refunding", ["dispute", "refund_stuck"])
    live.box.control.lose(dispute["id"])
    hear(live, "charge.dispute.closed", dispute, event_id="evt_1")
    assert state(live) == "charged_back"
    refund_turn(live)
    assert (refunds(live), cases(live)) == ([(3070, "void")], ["dispute_lost"])
    tries = asked(live, "POST", "/v1/refunds")
    refund_turn(live)
    assert asked(live, "POST", "/v1/refunds") == tries
    assert live.box.control.refunds() == []


def test_another_amount_that_the_bank_takes_back_leaves_nothing_to_decide(live: Live) -> None:
    """Failures 20 and 23. Fails when the order stays on hold, where it can still be accepted."""
    order = paid_otherwise(live)
    dispute = live.box.control.dispute(order.payment_id or "")
    live.box.control.lose(dispute["id"])
    hear(live, "charge.dispute.closed", dispute, event_id="evt_1")
    assert (state(live), cases(live)) == ("charged_back", ["dispute_lost"])
    assert not live.shop.do(lambda: checkout.accept_amount(order.reference, by="ida"))


def paid_otherwise(live: Live) -> Any:
    """An order that was paid with a euro too little."""
    _, session_id = opened_page(live)
    dearer = "UPDATE shop_order SET subtotal_cents = subtotal_cents + 100,"
    dearer += " total_cents = total_cents + 100"
    live.shop.do(lambda: db.session.execute(sa.text(dearer)))
    live.box.control.complete(session_id)
    assert tell(live, message(session_id, event_id="evt_paid")).text == "done"
    (order,) = live.shop.orders()
    assert (order.state, cases(live)) == ("on_hold", ["paid_otherwise"])
    return order


@pytest.mark.parametrize("where", ["in the Dashboard", "in the shop"])
def test_a_case_that_would_send_money_back_closes_once_it_has_gone(live: Live, where: str) -> None:
    """Failure 23. Fails when its button stays and can only be refused."""
    order = paid_otherwise(live)
    if where == "in the shop":
        ask(live, order, 1780)
        assert cases(live) == []
        refund_turn(live)
    else:
        made = live.box.control.refund(order.payment_id or "")
        hear(live, "refund.created", made, event_id="evt_back")
        assert cases(live) == ["refunded_elsewhere"]
    assert state(live) == "refunded"


def test_a_warning_about_money_that_has_gone_back_asks_for_nothing(live: Live) -> None:
    """Failure 20. Fails when a warning is told although nothing is left to send back."""
    order = sold(live, card=WARNED)
    (event,) = live.box.control.events("radar.early_fraud_warning.created")
    ask(live, order, 3070)
    hear(live, event["type"], event["data"]["object"], event_id="evt_1")
    assert cases(live) == []


def test_refunds_that_others_name_alike_are_kept_apart(live: Live) -> None:
    """Failure 19. Fails when metadata that anybody can write decide which row a refund has."""
    order = sold(live)
    with live.app.app_context():
        client = live.app.extensions["storefront"].stripe.v1.refunds
        for n, name in enumerate(("Ida", "Ida", "x" * 400)):
            made = client.create(
                {
                    "payment_intent": order.payment_id,
                    "amount": 200 + n,
                    "metadata": {"asked_by": name},
                }
            )
    hear(live, "refund.created", made.to_dict(), event_id="evt_1")
    assert sorted(refunds(live)) == [(200, "done"), (201, "done"), (202, "done")]


def test_a_refund_whose_process_died_is_not_made_again_days_later(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 18. Fails when only Stripe's memory for keys, which lasts a day, tells the two."""
    ask(live, sold(live), 500)
    crash_once(monkeypatch, sending_back, "keep_answer", RuntimeError("the process died here"))
    assert refund_turn(live) == 0
    hours_pass(live, 25)
    assert refund_turn(live) == 1
    assert [refund["amount"] for refund in live.box.control.refunds()] == [500]
    assert refunds(live) == [(500, "done")]


def after_the_first_reading(
    monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]
) -> list[payments.PaymentBooks]:
    """Lets something happen, and be heard of, between a reading of Stripe's books and its use."""
    real, calls = payments.payment_books, list[payments.PaymentBooks]()

    def read_slowly(payment_id: str) -> payments.PaymentBooks:
        books = real(payment_id)
        calls.append(books)
        if len(calls) == 1:
            happens()
        return books

    monkeypatch.setattr(payments, "payment_books", read_slowly)
    return calls


def test_an_old_reading_of_a_dispute_opens_nothing(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 20. Fails when what was read first and written last is taken for news."""
    order = sold(live)
    dispute = live.box.control.dispute(order.payment_id or "")

    def bank_decides() -> None:
        live.box.control.win(dispute["id"])
        hear(live, "charge.dispute.closed", dispute, event_id="evt_fast")

    calls = after_the_first_reading(monkeypatch, bank_decides)
    hear(live, "charge.dispute.created", dispute, event_id="evt_slow")
    assert len(calls) == 2
    assert (state(live), cases(live)) == ("paid", [])


def test_an_old_reading_of_a_refund_undoes_nothing(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 19. Fails when what was read first and written last counts: done would be sent."""
    ask(live, sold(live, card=LATE_REFUND), 3070)
    assert refund_turn(live) == 1
    (made,) = live.box.control.refunds()

    def bank_pays() -> None:
        live.box.control.settle_refund(made["id"])
        hear(live, "refund.updated", made, event_id="evt_fast")

    calls = after_the_first_reading(monkeypatch, bank_pays)
    hear(live, "refund.updated", made, event_id="evt_slow")
    assert [books.refunds[0].status for books in calls] == ["pending", "succeeded"]
    assert (state(live), refunds(live)) == ("refunded", [(3070, "done")])


def test_a_refund_under_way_is_asked_about_twice_a_day(live: Live) -> None:
    """Failure 19. Fails when the first look does not put off the next, a minute later."""
    ask(live, sold(live, card=LATE_REFUND), 500)
    assert refund_turn(live) == 1
    hours_pass(live, 13)
    live.box.control.forget_requests()
    for _ in range(3):
        live.shop.ask(tasks.make_refunds)
    assert asked(live, "GET", "/v1/refunds") == 1
    assert refunds(live)[0][0] == 500


def test_two_who_put_goods_back_at_once_count_them_once(live: Live) -> None:
    """Failure 20. Fails on PostgreSQL when the order is not locked before its goods are counted."""
    order, has_begun = sold(live), Event()

    def first() -> None:
        with live.app.app_context(), transaction():
            checkout.put_all_back(order.reference, by="ida")
            has_begun.set()
            time.sleep(1)  # long enough for the second to count

    def second() -> None:
        has_begun.wait(60)
        live.shop.do(lambda: checkout.put_all_back(order.reference, by="bo"))

    with ThreadPoolExecutor(2) as staff:
        for press in [staff.submit(first), staff.submit(second)]:
            press.result()
    assert live.shop.stock() == (10, 0)
    live.shop.books_balance()


def test_a_press_and_the_worker_about_one_refund_do_not_wait_in_ring(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Failure 18. Fails on PostgreSQL when the case or the refund is locked before the order."""
    ask(live, sold(live), 500)
    live.box.control.add_fault("drop_request")
    assert [refund_turn(live) for _ in range(3)] == [0, 0, 0]
    case = the_case(live)
    has_settled, has_put_off = Event(), Event()
    hurry, put_off = payments.hurry_refund, payments.put_off_refund

    def hurry_late(refund_id: int) -> None:
        has_settled.set()
        if has_put_off.wait(3):
            time.sleep(1)  # long enough for the worker to come upon the case
        hurry(refund_id)

    def put_off_and_tell(*values: Any, **named: Any) -> payments.Refund:
        later = put_off(*values, **named)
        has_put_off.set()
        return later

    def work() -> None:
        (due,) = live.shop.ask(payments.refunds_owed)
        has_settled.wait(60)
        live.shop.ask(lambda: sending_back.make_refund(due))

    monkeypatch.setattr(payments, "hurry_refund", hurry_late)
    monkeypatch.setattr(payments, "put_off_refund", put_off_and_tell)
    with ThreadPoolExecutor(2) as both:
        worked = both.submit(work)
        assert live.shop.do(lambda: checkout.handle_case(case.id, by="ida"))
        worked.result()


class _Odd(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(502)
        self.end_headers()
        self.wfile.write(b"<html>\x00</html>")

    do_GET = do_POST

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def odd_stripe() -> Iterator[str]:
    """A proxy before Stripe that answers with what no database takes; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Odd) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_an_answer_that_no_column_takes_still_counts_as_a_try(
    config: dict[str, object], start_shop: Any
) -> None:
    """Failure 28. Fails on PostgreSQL, which keeps no NUL, when Stripe's words are kept as sent."""
    with odd_stripe() as url:
        app: Flask = start_shop(config | {"STRIPE_API_BASE": url})
        shop = Shop(app)

        def owe() -> None:
            taken = {"session_id": "cs_1", "amount_cents": 500, "currency": "EUR"}
            payments.record_payment("pi_1", order_reference="gone", **taken)
            wish = {"amount_cents": 500, "reason": "requested", "asked_by": "case:1"}
            payments.owe_refund("pi_1", **wish)

        shop.do(owe)
        assert shop.ask(tasks.make_refunds) == 0
        (due,) = shop.ask(payments.refunds_owed)
        assert due.attempts == 1
        assert "html" in due.error
