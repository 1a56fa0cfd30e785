"""A slow Stripe delays whoever pays, refuses nobody while it answers, and never stops the shop."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from conftest import running_shop
from storefront import payments
from storefront.payments.turns import AtStandstill, Turns
from support.shopper import Shopper, told

CROWD = 12


def test_never_more_than_so_many_are_under_way() -> None:
    turns, under_way, most = Turns(3), 0, 0
    counting = threading.Lock()

    def call(_: int) -> None:
        nonlocal under_way, most
        with turns.take():
            with counting:
                under_way += 1
                most = max(most, under_way)
            time.sleep(0.01)
            with counting:
                under_way -= 1

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(call, range(CROWD)))
    assert most == 3


def test_nobody_waits_for_calls_that_stand_still() -> None:
    turns = Turns(2, standstill_seconds=0)
    with ExitStack() as calls:
        calls.enter_context(turns.take())
        calls.enter_context(turns.take())
        with pytest.raises(AtStandstill), turns.take():
            pass
    with turns.take():
        pass  # both were given back


def test_a_turn_is_given_back_by_a_call_that_fails() -> None:
    turns = Turns(1, standstill_seconds=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.take():
            raise ZeroDivisionError


def test_a_crowd_at_a_slow_stripe_is_served_one_after_the_other(
    config: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when a shopper's patience is a fixed time instead of lasting while calls move on."""
    with running_shop(config | {"WEB_THREADS": 2}) as live:
        live.shop.product(stock=CROWD)
        sessions = live.app.extensions["storefront"].stripe.v1.checkout.sessions
        create = sessions.create

        def create_slowly(*values: Any) -> Any:
            time.sleep(0.1)
            return create(*values)

        monkeypatch.setattr(sessions, "create", create_slowly)
        ready = threading.Barrier(CROWD, timeout=60)

        def check_out(_: int) -> int:
            shopper = Shopper(live.url)
            shopper.add()
            ready.wait()
            return shopper.check_out().status_code

        with ThreadPoolExecutor(CROWD) as crowd:
            assert list(crowd.map(check_out, range(CROWD))) == [303] * CROWD
        assert live.shop.stock() == (CROWD, CROWD)


def test_a_stripe_that_stands_still_costs_a_sentence_and_no_goods(
    config: dict[str, object],
) -> None:
    """Fails when everybody may wait for Stripe: then no thread is left for those who read."""
    with running_shop(config | {"WEB_THREADS": 2}) as live:
        live.shop.product(stock=4)
        state = live.app.extensions["storefront"]
        state.stripe_turns = Turns(1, standstill_seconds=0)
        shopper = Shopper(live.url)
        shopper.add()
        with state.stripe_turns.take():
            refused = shopper.check_out()
        assert refused.status_code == 503
        assert payments.PaymentFailed("").sentence in told(refused.text)
        assert live.shop.stock() == (4, 0)
        assert shopper.check_out().status_code == 303
