"""A box that is killed: what it has answered is there again, and its faults go on as they were."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe

from storefront.stripe_box import BoxServer, BoxSettings, Refusal, RemoteControl
from storefront.stripe_box.faults.faults import chance

from .conftest import plain_client
from .receiver import Receiver
from .shopping import order

ROOT = Path(__file__).resolve().parents[2]


class Killable:
    """A box in a process of its own, on one port and one database for all its lives."""

    def __init__(self, folder: Path, *options: str) -> None:
        database = str(folder / "box.sqlite3")
        with BoxServer() as free:
            self.url = free.url
        port = self.url.rpartition(":")[2]
        self._command = [sys.executable, "-m", "storefront.stripe_box", "--port", port]
        self._command += ["--database", database, *options]
        self.control = RemoteControl(self.url)
        self._start()

    def client(self, *, retries: int = 0) -> stripe.StripeClient:
        """Return the SDK as a shop has it."""
        http = stripe.RequestsClient(timeout=60)
        base = {"api": self.url}
        return stripe.StripeClient(
            BoxServer.api_key, base_addresses=base, max_network_retries=retries, http_client=http
        )

    def kill(self) -> None:
        """Kill the process, and wait until it is gone."""
        self._running.send_signal(signal.SIGKILL)
        self._running.wait()

    def live_again(self) -> None:
        """Kill the process and start another one on its database."""
        self.kill()
        self._start()

    def _start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._running = subprocess.Popen(
            self._command, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT
        )
        deadline = time.monotonic() + 60
        while not self.control.is_there():
            assert time.monotonic() < deadline, "the box did not start"
            time.sleep(0.05)


@pytest.fixture
def killable(tmp_path: Path, receiver: Receiver) -> Iterator[Killable]:
    box = Killable(tmp_path, "--webhook-url", receiver.url, "--retry-seconds", "0.1,0.1,0.1")
    yield box
    box.kill()


def _fails(client: stripe.StripeClient, count: int) -> list[bool]:
    def one() -> bool:
        try:
            client.v1.events.list()
        except stripe.APIError:
            return True
        return False

    return [one() for _ in range(count)]


def test_a_restart_goes_on_with_rules_seed_and_counts(tmp_path: Path) -> None:
    settings = BoxSettings(database=str(tmp_path / "box.sqlite3"), seed=7)
    failed = []
    for life in range(3):
        with BoxServer(settings) as box:
            if life == 0:
                box.control.add_fault("status", path="/v1/events", probability=0.5)
            failed += _fails(plain_client(box), 7)
            (rule,) = box.control.faults()
    assert failed == [chance(7, 1, number) < 0.5 for number in range(1, 22)]
    assert (rule["matched"], rule["fired"]) == (21, sum(failed))


def test_another_seed_at_the_start_counts_from_the_start(tmp_path: Path) -> None:
    database = str(tmp_path / "box.sqlite3")
    for seed, wanted in ((7, 7), (None, 7), (8, 8)):
        with BoxServer(BoxSettings(database=database, seed=seed)) as box:
            if seed == 7:
                box.control.add_fault("status", path="/v1/events", times=1)
                box.box.faults.for_request("GET", "/v1/events")
            (rule,) = box.control.faults()
            assert (box.box.faults.seed, rule["fired"]) == (wanted, 0 if seed == 8 else 1)


def test_a_reset_clears_the_rules_of_the_next_start_too(tmp_path: Path) -> None:
    settings = BoxSettings(database=str(tmp_path / "box.sqlite3"))
    with BoxServer(settings) as box:
        box.control.add_fault("drop")
        box.control.reset()
    with BoxServer(settings) as box:
        assert box.control.faults() == []


def test_a_killed_box_fires_no_rule_more_often_than_it_may(killable: Killable) -> None:
    """Fails when the strikes of a rule are only written at an orderly end."""
    killable.control.add_fault("status", path="/v1/events", times=2)
    failed = []
    for _ in range(3):
        failed += _fails(killable.client(), 1)
        killable.live_again()
    assert failed == [True, True, False]
    assert [rule["fired"] for rule in killable.control.faults()] == [2]


def test_a_request_that_died_before_its_answer_is_repeated_by_its_key(killable: Killable) -> None:
    """Fails when the answer is kept in memory only."""
    killable.control.add_fault("delay_after", path="/v1/checkout/sessions", seconds=60, times=1)
    options: stripe.RequestOptions = {"idempotency_key": "order-1-attempt-1"}

    def create() -> stripe.checkout.Session:
        return killable.client().v1.checkout.sessions.create(order(), options)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(create)
        while not killable.control.sessions():
            time.sleep(0.02)
        killable.live_again()
        with pytest.raises(stripe.APIConnectionError):
            first.result(60)
    assert [create().id] == [session["id"] for session in killable.control.sessions()]


def test_what_a_killed_box_owed_is_sent_by_the_next(killable: Killable, receiver: Receiver) -> None:
    session = killable.client().v1.checkout.sessions.create(order())
    killable.control.webhooks("hold")
    killable.control.expire(session.id)
    assert receiver.posted == []
    killable.live_again()
    assert len(receiver.wait_for(1)) == 1


def test_a_delivery_that_was_tried_goes_on_with_its_schedule(tmp_path: Path) -> None:
    with Receiver(answers=[500]) as refusing:
        box = Killable(tmp_path, "--webhook-url", refusing.url, "--retry-seconds", "0.1,0.1")
        try:
            box.control.webhooks("hold")
            session = box.client().v1.checkout.sessions.create(order())
            box.control.expire(session.id)
            box.live_again()
            assert len(refusing.wait_for(2)) == 2
            assert box.control.wait_until_delivered()
            assert [row["attempts"] for row in box.control.deliveries()] == [2]
        finally:
            box.kill()


def test_the_banks_question_can_be_answered_after_the_box_was_killed(killable: Killable) -> None:
    session = killable.client().v1.checkout.sessions.create(order())
    assert killable.control.pay(session.id, card="4000002760003184") == "authenticate"
    killable.live_again()
    assert killable.control.authenticate(session.id)["payment_status"] == "paid"
    assert killable.control.pay(session.id) == "closed"


def test_the_clock_of_a_killed_box_does_not_go_back(killable: Killable) -> None:
    killable.control.advance_clock(3 * 3600)
    session = killable.client().v1.checkout.sessions.create(
        {**order(), "expires_at": int(time.time()) + 4 * 3600}
    )
    killable.live_again()
    assert killable.control.session(session.id)["status"] == "open"
    killable.control.advance_clock(3601)
    killable.live_again()
    assert killable.control.session(session.id)["status"] == "expired"


def test_the_remote_handle_tells_refusals_as_the_box_does(killable: Killable) -> None:
    with pytest.raises(Refusal, match="No such checkout.session: 'cs_test_none'") as refused:
        killable.control.session("cs_test_none")
    assert (refused.value.status, refused.value.code) == (404, "resource_missing")
    with pytest.raises(Refusal, match="There is no fault 'explode'"):
        killable.control.add_fault("explode")


def test_the_remote_handle_does_what_the_near_one_does(box: BoxServer) -> None:
    far, near = RemoteControl(box.url), box.control
    ids = [plain_client(box).v1.checkout.sessions.create(order()).id for _ in range(3)]
    assert far.decline(ids[0])["status"] == "open"
    assert far.complete(ids[0])["payment_status"] == "paid"
    assert far.pay(ids[1], card="4000000000000002") == "declined"
    assert far.expire(ids[1])["status"] == "expired"
    assert far.sessions() == near.sessions()
    assert far.refunds() == near.refunds() == []
    assert far.events("checkout.session.expired") == near.events("checkout.session.expired")
    assert far.deliveries() == near.deliveries()
    assert len(far.requests()) == 3
    far.seed(9)
    rule = far.add_fault("drop", event="charge.*")
    assert far.faults() == near.faults() == [rule]
    assert box.box.faults.seed == 9
    far.clear_faults()
    assert near.faults() == []
    assert far.wait_until_delivered()
