"""Two tabs, one cart, and a payment page that opens slowly."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import Live
from storefront import payments
from storefront.checkout import purchase, tasks
from storefront.database import db
from support.shopper import Shopper, told


@pytest.fixture
def slow(live: Live, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The first payment page opens at Stripe, but its answer waits until the event is set."""
    may_answer, real, calls = threading.Event(), payments.open_session, []

    def open_slowly(new: payments.NewSession) -> payments.PaymentSession:
        calls.append(new)
        is_first = len(calls) == 1
        session = real(new)
        if is_first:
            may_answer.wait(60)
        return session

    monkeypatch.setattr(payments, "open_session", open_slowly)
    yield may_answer
    may_answer.set()


def in_background(work: Callable[[], object]) -> tuple[ThreadPoolExecutor, object]:
    pool = ThreadPoolExecutor(1)
    return pool, pool.submit(work)


def until(condition: Callable[[], object]) -> None:
    """Waits a minute at most for something to become true."""
    for _ in range(1200):
        if condition():
            return
        threading.Event().wait(0.05)
    pytest.fail("it did not happen")


def test_a_page_that_came_too_late_is_closed(live: Live, slow: threading.Event) -> None:
    """Fails when _open_page ignores that remember_session refused."""
    live.shop.product(stock=5)
    shopper = Shopper(live.url)
    shopper.add()
    pool, answer = in_background(shopper.check_out)
    until(live.box.control.sessions)
    (order,) = live.shop.orders()
    with live.app.app_context():
        purchase.release_purchase(order.id, state="cancelled")
    slow.set()
    assert answer.result(30).status_code == 422  # type: ignore[attr-defined]
    pool.shutdown()
    assert [s["status"] for s in live.box.control.sessions()] == ["expired"]
    assert live.shop.stock() == (5, 0)


def test_a_faster_tab_with_another_cart_is_not_paid_for(live: Live, slow: threading.Event) -> None:
    """Fails when _wait_for_page hands out the page of whatever order is open."""
    live.shop.product(stock=5)
    shopper = Shopper(live.url)
    shopper.add()
    pool, _ = in_background(shopper.check_out)
    until(live.box.control.sessions)
    other = Shopper(live.url)
    other.web.cookies.update(shopper.web.cookies)
    other.add()
    answer = other.check_out()
    assert answer.status_code == 422
    assert "has changed" in told(answer.text)
    slow.set()
    pool.shutdown()
    assert [o.state for o in live.shop.orders()] == ["pending"]


def test_no_connection_is_kept_while_stripe_is_asked(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when forbid_transaction leaves an open read alone."""
    live.shop.product(stock=5)
    shopper = Shopper(live.url)
    shopper.add()
    shopper.session_id()
    open_reads: list[bool] = []
    real = payments.gateway.read_session

    def spy(found: object) -> payments.PaymentSession:
        open_reads.append(db.session.in_transaction())
        return real(found)

    monkeypatch.setattr(payments.gateway, "read_session", spy)
    shopper.add()
    shopper.session_id()
    with live.app.app_context():
        tasks.release_holds()
    assert open_reads
    assert not any(open_reads)
