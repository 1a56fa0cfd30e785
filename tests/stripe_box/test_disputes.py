"""Disputes: who holds the money at each step, and what can still be done."""

import time
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.settings import BoxSettings

from .conftest import client_of
from .forms import post
from .paying import paid_with, types_since
from .shopping import order

FRAUD, NOT_RECEIVED = "4000000000000259", "4000000000002685"
INQUIRY, WARNING, SEVERAL = "4000000000001976", "4000000000005423", "4000000404000079"
NET = 1780 - 51
OPENED = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]


def _balance(client: stripe.StripeClient) -> int:
    return client.v1.balance.retrieve().available[0].amount


@pytest.mark.parametrize(
    ("card", "reason"), [(FRAUD, "fraudulent"), (NOT_RECEIVED, "product_not_received")]
)
def test_a_dispute_takes_the_money_and_a_fee(
    box: BoxServer, client: stripe.StripeClient, card: str, reason: str
) -> None:
    payment = paid_with(box, card=card)
    (found,) = client.v1.disputes.list({"payment_intent": payment}).data
    assert (found.id[:3], found.amount, found.reason) == ("du_", 1780, reason)
    assert (found.status, found.is_charge_refundable) == ("needs_response", False)
    assert found.metadata.to_dict() == {}
    assert found.evidence_details.due_by is not None
    assert found.evidence_details.due_by > time.time() + 8 * 86400
    (entry,) = found.balance_transactions
    assert (entry.type, entry.amount, entry.fee, entry.net) == ("adjustment", -1780, 1500, -3280)
    assert _balance(client) == NET - 3280
    charge = client.v1.charges.retrieve(str(found.charge), {"expand": ["balance_transaction"]})
    assert charge.disputed
    assert charge.balance_transaction.fee == 51  # type: ignore[union-attr]
    assert client.v1.disputes.list({"charge": charge.id}).data[0].id == found.id
    assert client.v1.disputes.list({"created": {"gt": found.created}}).data == []
    wanted = {"expand": ["charge", "payment_intent"]}
    assert client.v1.disputes.retrieve(found.id, wanted).charge.id == charge.id  # type: ignore


def test_the_events_of_a_disputed_payment_come_in_stripes_order(box: BoxServer) -> None:
    paid_with(box, card=FRAUD)
    assert types_since(box, 0) == [
        "payment_intent.created",
        "charge.succeeded",
        *OPENED,
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_what_is_charged_back_cannot_be_refunded(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    """Without the look at the disputes in `refunds._amount`, the money goes out twice."""
    payment = paid_with(box, card=FRAUD)
    (found,) = box.control.disputes()
    for decide in (None, box.control.lose):
        if decide:
            decide(found["id"])
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.refunds.create({"payment_intent": payment})
        assert refused.value.code == "charge_disputed"
        sentence = f"Charge {found['charge']} has been charged back; cannot issue a refund."
        assert refused.value.user_message == sentence
    assert box.control.refunds() == []


def test_winning_evidence_brings_the_money_back_without_the_fee(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    payment = paid_with(box, card=FRAUD)
    (found,) = box.control.disputes()
    count = len(box.control.events())
    sent = client.v1.disputes.update(
        found["id"], {"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert types_since(box, count) == ["charge.dispute.updated"]
    (told,) = box.control.events("charge.dispute.updated")
    assert told["data"]["previous_attributes"] == {"status": "needs_response"}
    box.control.win(found["id"])
    won = client.v1.disputes.retrieve(found["id"])
    assert (won.status, [one.net for one in won.balance_transactions]) == ("won", [-3280, 1780])
    assert types_since(box, count)[1:] == [
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]
    assert _balance(client) == NET - 1500
    assert client.v1.refunds.create({"payment_intent": payment}).amount == 1780


def test_staged_evidence_is_not_sent(box: BoxServer, client: stripe.StripeClient) -> None:
    paid_with(box, card=FRAUD)
    (found,) = box.control.disputes()
    staged = client.v1.disputes.update(
        found["id"],
        {"evidence": {"product_description": "Oil"}, "submit": False, "metadata": {"a": "b"}},
    )
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    assert staged.evidence_details.submission_count == 0
    assert staged.metadata.to_dict() == {"a": "b"}
    assert staged.evidence.product_description == "Oil"


def test_giving_in_loses(box: BoxServer, client: stripe.StripeClient) -> None:
    paid_with(box, card=FRAUD)
    (found,) = box.control.disputes()
    assert client.v1.disputes.close(found["id"]).status == "lost"
    assert types_since(box, len(box.control.events()) - 1) == ["charge.dispute.closed"]
    assert _balance(client) == NET - 3280
    for again in (box.control.win, box.control.lose, box.control.escalate):
        with pytest.raises(Refusal, match="is lost"):
            again(found["id"])
    late: Any = {"evidence": {"uncategorized_text": "winning_evidence"}}
    with pytest.raises(stripe.InvalidRequestError, match="only taken while a dispute needs"):
        client.v1.disputes.update(found["id"], late)


def test_who_does_not_answer_in_time_loses(box: BoxServer) -> None:
    paid_with(box, card=FRAUD)
    paid_with(box, card=INQUIRY)
    box.control.advance_clock(8 * 86400)
    assert [one["status"] for one in box.control.disputes()] == [
        "needs_response",
        "warning_needs_response",
    ]
    box.control.advance_clock(2 * 86400)
    lost, closed = box.control.disputes()
    assert (lost["status"], closed["status"]) == ("lost", "warning_closed")
    assert lost["evidence_details"]["past_due"]


def test_an_inquiry_takes_no_money_and_ends_with_a_refund(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    payment = paid_with(box, card=INQUIRY)
    (found,) = client.v1.disputes.list({"payment_intent": payment}).data
    assert (found.status, found.is_charge_refundable) == ("warning_needs_response", True)
    assert (found.balance_transactions, _balance(client)) == ([], NET)
    client.v1.refunds.create({"payment_intent": payment, "amount": 80})
    assert client.v1.disputes.retrieve(found.id).status == "warning_needs_response"
    count = len(box.control.events())
    client.v1.refunds.create({"payment_intent": payment})
    assert client.v1.disputes.retrieve(found.id).status == "warning_closed"
    assert types_since(box, count) == [
        "refund.created",
        "charge.refunded",
        "charge.dispute.closed",
    ]


def test_an_inquiry_may_become_a_chargeback(box: BoxServer, client: stripe.StripeClient) -> None:
    payment = paid_with(box, card=INQUIRY)
    (found,) = box.control.disputes()
    count = len(box.control.events())
    box.control.escalate(found["id"])
    risen = client.v1.disputes.retrieve(found["id"])
    assert (risen.status, risen.is_charge_refundable) == ("needs_response", False)
    assert types_since(box, count) == ["charge.dispute.updated", OPENED[1]]
    assert _balance(client) == NET - 3280
    with pytest.raises(stripe.InvalidRequestError, match="has been charged back"):
        client.v1.refunds.create({"payment_intent": payment})


@pytest.mark.parametrize(
    ("card", "text", "status"),
    [
        (FRAUD, "winning_evidence", "won"),
        (FRAUD, "losing_evidence", "lost"),
        (INQUIRY, "escalate_inquiry_evidence", "needs_response"),
        (INQUIRY, "winning_evidence", "warning_closed"),
        (FRAUD, "escalate_inquiry_evidence", "under_review"),
        (FRAUD, "The parcel was signed for.", "under_review"),
    ],
)
def test_the_clock_decides_by_the_text(card: str, text: str, status: str) -> None:
    with BoxServer(BoxSettings(settle_seconds=3600)) as box:
        paid_with(box, card=card)
        (found,) = box.control.disputes()
        evidence: Any = {"evidence": {"uncategorized_text": text}}
        assert "under_review" in client_of(box).v1.disputes.update(found["id"], evidence).status
        box.control.advance_clock(3601)
        assert box.control.disputes()[0]["status"] == status


def test_a_charge_may_be_disputed_several_times(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    """Without `taken` in `disputes.left_to_dispute`, the charge is disputed once more."""
    payment = paid_with(box, card=SEVERAL)
    assert [one["amount"] for one in box.control.disputes()] == [890, 890]
    assert _balance(client) == NET - 1780 - 3000
    with pytest.raises(Refusal, match="left to dispute"):
        box.control.dispute(payment)


def test_an_early_warning_is_actionable_until_the_refund(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    payment = paid_with(box, card=WARNING)
    (warning,) = client.v1.radar.early_fraud_warnings.list({"payment_intent": payment}).data
    assert (warning.id[:6], warning.actionable) == ("issfr_", True)
    client.v1.refunds.create({"payment_intent": payment})
    assert not client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable
    kinds = [kind for kind in types_since(box, 0) if kind.startswith("radar")]
    prefix = "radar.early_fraud_warning"
    assert kinds == [f"{prefix}.created", f"{prefix}.updated"]


def test_a_debit_is_given_back_without_asking(box: BoxServer, client: stripe.StripeClient) -> None:
    payment = paid_with(box, iban="DE35370400440532013002")
    (found,) = client.v1.disputes.list({"payment_intent": payment}).data
    assert (found.status, found.reason) == ("lost", "debit_not_authorized")
    assert types_since(box, 0)[-3:] == [*OPENED, "charge.dispute.closed"]
    assert _balance(client) == 1780 - 35 - 3280


@pytest.mark.parametrize(
    ("card", "refunded"),
    [("4000000404004816", 1780), ("5105000300000018", 1780), ("4000000404005649", 0)],
)
def test_a_prevented_dispute_costs_no_fee(
    box: BoxServer, client: stripe.StripeClient, card: str, refunded: int
) -> None:
    payment = paid_with(box, card=card)
    (found,) = client.v1.disputes.list({"payment_intent": payment}).data
    assert (found.status, found.balance_transactions) == ("prevented", [])
    assert client.v1.charges.retrieve(str(found.charge)).amount_refunded == refunded
    assert _balance(client) == NET - refunded


def test_any_payment_can_be_disputed_by_hand(box: BoxServer) -> None:
    payment = paid_with(box)
    box.control.refund(payment, amount=780)
    for wrong in ({"amount": 1001}, {"amount": 0}, {"reason": "bored"}):
        with pytest.raises(Refusal):
            box.control.dispute(payment, **wrong)  # type: ignore[arg-type]
    assert box.control.disputes() == []
    found = box.control.dispute(payment, reason="duplicate")
    assert (found["amount"], found["reason"]) == (1000, "duplicate")
    unpaid = client_of(box).v1.checkout.sessions.create(order()).id
    declined = box.control.decline(unpaid)["payment_intent"]
    with pytest.raises(Refusal, match="is left to dispute"):
        box.control.dispute(declined)


def test_a_test_outside_can_dispute(box: BoxServer) -> None:
    address, payment = f"{box.url}/_control", paid_with(box)
    asked = {"reason": "duplicate", "inquiry": "true"}
    assert post(f"{address}/payments/{payment}/dispute", asked).status == 200
    (found,) = box.control.disputes()
    steps = (("escalate", "needs_response"), ("win", "won"))
    for step, status in steps:
        assert post(f"{address}/disputes/{found['id']}/{step}", {}).status == 200
        assert box.control.disputes()[0]["status"] == status
    assert post(f"{address}/disputes/{found['id']}/lose", {}).status == 400
