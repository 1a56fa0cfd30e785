"""Refunds that stay pending, and refunds that come back after all."""

import time

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.settings import BoxSettings

from .conftest import client_of
from .forms import post
from .paying import paid_with, types_since

SLOW, COMES_BACK = "4000000000007726", "4000000000005126"
LATER = ["refund.updated", "charge.refund.updated"]


def test_a_slow_refund_is_pending_first(box: BoxServer, client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": paid_with(box, card=SLOW)})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    charge = client.v1.charges.retrieve(str(refund.charge))
    assert (charge.refunded, charge.amount_refunded) == (True, 1780)
    count = len(box.control.events())
    box.control.settle_refund(refund.id)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert types_since(box, count) == LATER
    with pytest.raises(Refusal, match="Only a refund that is pending can be settled"):
        box.control.settle_refund(refund.id)


def test_a_refund_that_comes_back_is_on_the_balance_again(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    """Without the subtraction in `refund_endings.fail`, nothing is left to refund again."""
    payment = paid_with(box, card=COMES_BACK)
    whole = client.v1.balance.retrieve().available[0].amount
    assert whole == 1780 - 51
    first = client.v1.refunds.create({"payment_intent": payment, "amount": 500})
    second = client.v1.refunds.create({"payment_intent": payment})
    assert (first.status, second.status) == ("succeeded", "succeeded")
    count = len(box.control.events())
    box.control.fail_refund(second.id, "lost_or_stolen_card")
    wanted = {"expand": ["failure_balance_transaction", "charge"]}
    failed = client.v1.refunds.retrieve(second.id, wanted)  # type: ignore[arg-type]
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    entry, charge = failed.failure_balance_transaction, failed.charge
    assert isinstance(entry, stripe.BalanceTransaction)
    assert (entry.type, entry.amount) == ("refund_failure", 1280)
    assert isinstance(charge, stripe.Charge)
    assert (charge.refunded, charge.amount_refunded) == (False, 500)
    assert client.v1.balance.retrieve().available[0].amount == whole - 500
    assert types_since(box, count) == ["refund.failed", *LATER]
    again = client.v1.refunds.create({"payment_intent": payment})
    assert again.amount == 1280


def test_a_failed_refund_cannot_fail_again(box: BoxServer) -> None:
    refund = box.control.refund(paid_with(box), amount=100)
    box.control.fail_refund(refund["id"])
    for again in (box.control.fail_refund, box.control.settle_refund):
        with pytest.raises(Refusal, match="is failed"):
            again(refund["id"])
    with pytest.raises(Refusal, match="Invalid reason"):
        box.control.fail_refund(refund["id"], "bored")
    charge = box.box.objects.get("charge", refund["charge"])
    assert charge["amount_refunded"] == 0


def test_the_clock_ends_both_kinds_once() -> None:
    with BoxServer(BoxSettings(settle_seconds=0.1)) as box:
        slow = box.control.refund(paid_with(box, card=SLOW))
        bad = box.control.refund(paid_with(box, card=COMES_BACK))
        deadline = time.monotonic() + 60
        while len(box.control.events("charge.refund.updated")) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        box.control.advance_clock(60)
        states = {one["id"]: one["status"] for one in box.control.refunds()}
        assert states == {slow["id"]: "succeeded", bad["id"]: "failed"}
        assert len(box.control.events("charge.refund.updated")) == 2
        assert len(box.control.events("refund.failed")) == 1


def test_a_refund_to_an_account_is_pending(box: BoxServer, client: stripe.StripeClient) -> None:
    payment = paid_with(box, iban="DE89370400440532013000")
    refund = client.v1.refunds.create({"payment_intent": payment, "amount": 700})
    assert refund.status == "pending"
    wanted = {"expand": ["balance_transaction.source"]}
    found = client.v1.refunds.retrieve(refund.id, wanted)  # type: ignore[arg-type]
    entry = found.balance_transaction
    assert isinstance(entry, stripe.BalanceTransaction)
    assert (entry.type, entry.amount, entry.source.id) == (  # type: ignore[union-attr]
        "payment_refund",
        -700,
        refund.id,
    )
    assert box.control.settle_refund(refund.id)["status"] == "succeeded"


def test_a_refund_cannot_be_cancelled(box: BoxServer, client: stripe.StripeClient) -> None:
    refund = box.control.refund(paid_with(box, card=SLOW))
    with pytest.raises(stripe.InvalidRequestError, match="`requires_action` can be canceled"):
        client.v1.refunds.cancel(refund["id"])
    assert client.v1.refunds.retrieve(refund["id"]).status == "pending"


def test_a_refund_in_the_dashboard_names_no_request(box: BoxServer) -> None:
    payment = paid_with(box)
    refund = box.control.refund(payment, amount=300, reason="duplicate")
    assert (refund["amount"], refund["reason"]) == (300, "duplicate")
    (event,) = box.control.events("refund.created")
    assert event["request"] == {"id": None, "idempotency_key": None}
    with pytest.raises(Refusal, match="is greater than unrefunded amount"):
        box.control.refund(payment, amount=1481)
    with pytest.raises(Refusal, match="Name a payment"):
        box.control.refund("cs_test_x")


def test_new_metadata_is_told_twice(box: BoxServer) -> None:
    refund = box.control.refund(paid_with(box))
    count = len(box.control.events())
    client_of(box).v1.refunds.update(refund["id"], {"metadata": {"row": "7"}})
    assert types_since(box, count) == LATER


def test_a_test_outside_can_end_refunds(box: BoxServer) -> None:
    payment = paid_with(box, card=SLOW)
    address = f"{box.url}/_control"
    assert post(f"{address}/payments/{payment}/refund", {"amount": "200"}).status == 200
    assert post(f"{address}/payments/{payment}/refund", {"amount": "2.5"}).status == 400
    (refund,) = box.control.refunds()
    assert post(f"{address}/refunds/{refund['id']}/settle", {}).status == 200
    assert post(f"{address}/refunds/{refund['id']}/fail", {"reason": "declined"}).status == 200
    assert box.control.refunds()[0]["failure_reason"] == "declined"
    assert post(f"{address}/refunds/{refund['id']}/fail", {}).status == 400
