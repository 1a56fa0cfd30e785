"""The money's controls from another process: the same verbs, the same ends."""

import pytest

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.controls.money import MoneyControl
from storefront.stripe_box.controls.remote import RemoteControl

from .conftest import client_of
from .paying import paid_with
from .shopping import order


def test_every_verb_is_there() -> None:
    verbs = {name for name in vars(MoneyControl) if not name.startswith("_")}
    assert len(verbs) == 10
    assert verbs <= set(dir(RemoteControl))


def test_money_is_moved_from_outside(box: BoxServer) -> None:
    remote = RemoteControl(box.url)
    ids = [client_of(box).v1.checkout.sessions.create(order()).id for _ in range(2)]
    for session_id in ids:
        assert remote.pay(session_id, iban="DE89370400440532013000") == "complete"
    assert remote.settle(ids[0])["payment_status"] == "paid"
    assert remote.fail(ids[1])["payment_status"] == "unpaid"
    with pytest.raises(Refusal, match="is succeeded"):
        remote.settle(ids[0])

    payment = paid_with(box, card="4000000000007726")
    refund = remote.refund(payment, amount=300, reason="duplicate")
    assert (refund["amount"], refund["status"]) == (300, "pending")
    assert remote.settle_refund(refund["id"])["status"] == "succeeded"
    assert remote.fail_refund(refund["id"], "declined")["failure_reason"] == "declined"

    asked = remote.dispute(payment, reason="duplicate", amount=700, is_inquiry=True)
    assert (asked["status"], asked["amount"]) == ("warning_needs_response", 700)
    assert remote.escalate(asked["id"])["status"] == "needs_response"
    assert remote.win(asked["id"])["status"] == "won"
    again = remote.dispute(payment)
    assert remote.lose(again["id"])["status"] == "lost"
    assert [one["status"] for one in remote.disputes()] == ["won", "lost"]
    with pytest.raises(Refusal, match="There is no eur to pay out"):
        remote.pay_out()
    paid_with(box, card="4000000000000077")
    paid_with(box, card="4000000000000077")
    assert (
        remote.pay_out()["amount"]
        == box.control.events("payout.paid")[0]["data"]["object"]["amount"]
    )
