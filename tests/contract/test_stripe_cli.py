"""Stripe's own command-line tool in front of the box: an independent check of what it answers.

The tool plays a whole purchase by `stripe trigger`, sends no Stripe-Version and checks nothing
but the statuses and the fields that it needs for its next request.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storefront.stripe_box import BoxServer, BoxSettings
from stripe_box.answers import assert_object_fits
from support.machine import STRIPE_CLI

pytestmark = pytest.mark.stripe_cli

Trigger = Callable[[str], list[str]]


@pytest.fixture
def box() -> Iterator[BoxServer]:
    with BoxServer(BoxSettings(settle_seconds=0.5)) as running:
        yield running


@pytest.fixture
def trigger(box: BoxServer, tmp_path: Path) -> Trigger:
    """Run `stripe trigger` for an event; returns the types of the events that the box then has."""

    def run(event: str) -> list[str]:
        command = [STRIPE_CLI, "trigger", event, "--api-base", box.url]
        done = subprocess.run(
            [*command, "--api-key", "sk_test_offlineStripeBox0123456789"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            # Nothing of the developer's, and nothing beyond this machine: looking for a newer
            # version goes to a port on which nobody listens.
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "HTTPS_PROXY": "http://127.0.0.1:9",
                "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
            },
        )
        assert done.returncode == 0, done.stdout + done.stderr
        events = box.control.events()
        for one in events:
            assert_object_fits(one)
            assert_object_fits(one["data"]["object"])
        return [one["type"] for one in events]

    return run


def test_a_card_payment_completes_the_session(box: BoxServer, trigger: Trigger) -> None:
    assert trigger("checkout.session.completed") == [
        "product.created",
        "price.created",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    (session,) = box.control.sessions()
    assert (session["amount_total"], session["currency"]) == (3000, "usd")
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert session["customer_details"]["email"] == "stripe@example.com"


def test_an_abandoned_session_expires(box: BoxServer, trigger: Trigger) -> None:
    assert trigger("checkout.session.expired") == [
        "product.created",
        "price.created",
        "checkout.session.expired",
    ]
    (session,) = box.control.sessions()
    assert (session["status"], session["payment_status"]) == ("expired", "unpaid")


def test_the_tool_names_no_version_and_is_answered_in_an_older_one(
    box: BoxServer, trigger: Trigger
) -> None:
    trigger("checkout.session.expired")
    seen = box.control.requests()
    assert {request["stripe_version"] for request in seen} == {None}
    assert {request["status"] for request in seen} == {200}


@pytest.mark.parametrize("ending", ["succeeded", "failed"])
def test_a_debit_completes_its_session_and_ends_later(
    box: BoxServer, trigger: Trigger, ending: str
) -> None:
    event = f"checkout.session.async_payment_{ending}"
    assert "checkout.session.completed" in trigger(event)
    deadline = time.monotonic() + 60
    while not box.control.events(event) and time.monotonic() < deadline:
        time.sleep(0.05)
    (ended,) = box.control.events(event)
    session = ended["data"]["object"]
    paid = {"succeeded": "paid", "failed": "unpaid"}[ending]
    assert (session["status"], session["payment_status"]) == ("complete", paid)
