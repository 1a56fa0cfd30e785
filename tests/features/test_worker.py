"""What a request hands over to the worker, and what it does itself when there is none."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from conftest import Live, Starter
from storefront import tasks
from storefront.heartbeat import Heartbeat
from support.machine import REDIS_URL
from support.shop import Shop
from support.shopper import Shopper

LASTS_SECONDS = 12


@contextmanager
def worker_of(app: Flask) -> Iterator[Callable[[], int]]:
    """A worker that is there, and does its jobs when it is told to; returns how many it did."""
    state = app.extensions["storefront"]

    def do_all() -> int:
        done = 0
        while (job := state.queue.dequeue()) is not None:
            state.queue.execute(job)
            done += 1
        return done

    with state.heartbeat.beating():
        yield do_all


def pay(live: Live) -> None:
    """Somebody pays for a jar, and Stripe's message has arrived."""
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id())
    assert live.box.control.wait_until_delivered()


def test_with_a_worker_the_message_is_kept_and_the_worker_acts_on_it(live: Live) -> None:
    """Fails when the route asks Stripe itself: the order would be paid before the worker's turn."""
    live.shop.product(stock=3)
    live.box.control.forget_requests()
    with worker_of(live.app) as do_all:
        pay(live)
        assert [order.state for order in live.shop.orders()] == ["pending"]
        asked = [r["path"] for r in live.box.control.requests() if r["method"] == "GET"]
        assert asked == []
        assert do_all() > 0
    assert [order.state for order in live.shop.orders()] == ["paid"]
    assert live.shop.stock() == (2, 0)
    assert len(live.shop.letters()) == 1
    live.shop.books_balance()


def test_without_a_worker_the_request_acts_by_itself(live: Live) -> None:
    live.shop.product(stock=3)
    pay(live)
    assert [order.state for order in live.shop.orders()] == ["paid"]


def test_a_job_that_comes_twice_is_done_once(live: Live) -> None:
    live.shop.product(stock=3)
    with worker_of(live.app) as do_all:
        pay(live)
        with live.app.app_context():
            for event in live.box.control.events("checkout.session.completed"):
                assert tasks.hand_over("follow_event", event["id"])
        do_all()
    assert live.shop.stock() == (2, 0)
    assert len(live.shop.letters()) == 1
    live.shop.books_balance()


def test_a_queue_that_takes_nothing_costs_nobody_the_order(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Fails when whatever goes wrong while handing over ends the request."""

    def refuse(*_: str) -> None:
        raise OSError("database is locked")

    live.shop.product(stock=3)
    state = live.app.extensions["storefront"]
    monkeypatch.setitem(state.jobs, "follow_event", refuse)
    monkeypatch.setitem(state.jobs, "send_letters", refuse)
    with worker_of(live.app):
        pay(live)
    assert [order.state for order in live.shop.orders()] == ["paid"]
    assert "the worker could not be asked for follow_event: OSError" in caplog.messages


def test_nothing_waits_for_a_worker_that_is_not_there(app: Flask, shop: Shop) -> None:
    """Fails when jobs are queued anyway: a shop that lives by cron would gather them for ever."""
    with app.app_context():
        assert not tasks.hand_over("send_letters")
    assert app.extensions["storefront"].queue.pending_count() == 0


def test_a_worker_that_fell_silent_counts_as_gone(app: Flask) -> None:
    heart: Heartbeat = app.extensions["storefront"].heartbeat
    assert not heart.is_there()
    heart.beat()
    assert heart.is_there()
    file = app.extensions["storefront"].settings.instance / "worker.alive"
    long_ago = time.time() - LASTS_SECONDS - 1
    os.utime(file, (long_ago, long_ago))
    assert not heart.is_there()


def test_a_worker_that_stops_says_so(app: Flask) -> None:
    heart: Heartbeat = app.extensions["storefront"].heartbeat
    with heart.beating():
        assert heart.is_there()
    assert not heart.is_there()


@pytest.mark.redis
def test_machines_that_share_redis_share_the_worker(
    config: dict[str, object], start_shop: Starter
) -> None:
    both = config | {"REDIS_URL": REDIS_URL}
    here = start_shop(both).extensions["storefront"].heartbeat
    there = start_shop(both | {"STOREFRONT_INSTANCE": f"{config['STOREFRONT_INSTANCE']}-2"})
    with here.beating():
        assert there.extensions["storefront"].heartbeat.is_there()
    assert not there.extensions["storefront"].heartbeat.is_there()


def test_without_an_answer_of_redis_the_request_acts_by_itself(
    config: dict[str, object], start_shop: Starter
) -> None:
    app = start_shop(config | {"REDIS_URL": "redis://127.0.0.1:1/0"})
    heart: Heartbeat = app.extensions["storefront"].heartbeat
    with heart.beating():
        assert not heart.is_there()


def test_a_worker_that_starts_does_every_chore_at_once(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when what waits is left to the first round by the clock, up to a minute later."""
    live.shop.product(stock=3)
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id())
    live.app.test_cli_runner().invoke(args=["shop", "reconcile", "--apply"])
    assert [letter.state for letter in live.shop.letters()] == ["waiting"]
    state = live.app.extensions["storefront"]

    class OneRound:
        """A consumer that does what it finds and goes home, long before its clock strikes."""

        def run(self) -> None:
            with worker_of(live.app) as do_all:
                assert do_all() >= len(tasks.EVERY_MINUTES)

    monkeypatch.setattr(state.queue, "create_consumer", lambda **_: OneRound())
    answer = live.app.test_cli_runner().invoke(args=["shop", "worker"])
    assert answer.exit_code == 0, answer.exception
    assert [letter.state for letter in live.shop.letters()] == ["sent"]


def test_a_chore_does_not_overlap_with_itself_while_stripe_is_silent(live: Live) -> None:
    """Fails when the turn of a chore is not asked for: both would wait for Stripe."""
    chore = live.app.extensions["storefront"].chores["reconcile"].call_local
    live.box.control.add_fault(
        "delay_before", path="/v1/checkout/sessions", times=1, seconds=3.0, method="GET"
    )
    slow = threading.Thread(target=chore)
    slow.start()
    until(lambda: live.box.control.faults()[0]["fired"] == 1)
    chore()
    assert live.box.control.requests() == []
    slow.join()
    asked = len(live.box.control.requests())
    assert asked == 4
    chore()
    assert len(live.box.control.requests()) == 2 * asked


def test_the_turn_of_a_worker_that_died_is_free(app: Flask) -> None:
    """The operating system lets go of it; fails when a file that is there counts as taken."""
    folder = app.extensions["storefront"].settings.instance / "chores"
    folder.mkdir(parents=True)
    (folder / "send_letters").touch()
    with tasks.alone(app, "send_letters") as is_alone:
        assert is_alone
        with tasks.alone(app, "send_letters") as is_second:
            assert not is_second
        with tasks.alone(app, "retry_events") as is_other:
            assert is_other


def until(condition: Callable[[], bool]) -> None:
    """Waits a minute at most for something to become true."""
    for _ in range(1200):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen")
