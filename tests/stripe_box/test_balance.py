"""The balance is the sum of its entries, and a payout takes all or a part of it."""

import pytest
import stripe

from storefront.stripe_box import BoxServer, Refusal

from .forms import post
from .paying import paid_with, types_since


def test_an_empty_account_has_nothing(client: stripe.StripeClient) -> None:
    balance = client.v1.balance.retrieve()
    assert [(one.currency, one.amount) for one in balance.available] == [("eur", 0)]
    assert [one.amount for one in balance.pending] == [0]


def test_the_balance_is_what_came_in_less_fees_and_refunds(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    payment = paid_with(box)
    paid_with(box, iban="DE89370400440532013000")
    client.v1.refunds.create({"payment_intent": payment, "amount": 500})
    entries = client.v1.balance_transactions.list().data
    assert [(one.type, one.net) for one in entries] == [
        ("refund", -500),
        ("payment", 1745),
        ("charge", 1729),
    ]
    assert client.v1.balance.retrieve().available[0].amount == 1745 + 1729 - 500


def test_entries_are_found_by_what_they_are(box: BoxServer, client: stripe.StripeClient) -> None:
    payment = paid_with(box)
    refund = client.v1.refunds.create({"payment_intent": payment})
    found = client.v1.balance_transactions.list
    assert [one.type for one in found({"type": "refund"}).data] == ["refund"]
    assert [one.type for one in found({"source": str(refund.charge)}).data] == ["charge"]
    assert found({"currency": "usd"}).data == []
    assert found({"created": {"gt": refund.created + 5}}).data == []
    (entry,) = found({"source": refund.id, "expand": ["data.source"]}).data
    assert entry.source.payment_intent == payment  # type: ignore[union-attr]
    with pytest.raises(stripe.InvalidRequestError, match="No such payout: 'po_x'"):
        found({"payout": "po_x"})


def test_an_automatic_payout_takes_everything_and_says_of_what(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    payment = paid_with(box)
    client.v1.refunds.create({"payment_intent": payment, "amount": 500})
    count = len(box.control.events())
    payout = box.control.pay_out()
    assert (payout["amount"], payout["automatic"]) == (1229, True)
    found = client.v1.payouts.retrieve(payout["id"], {"expand": ["balance_transaction"]})
    assert (found.status, found.reconciliation_status) == ("paid", "completed")
    assert found.balance_transaction.amount == -1229  # type: ignore[union-attr]
    assert types_since(box, count) == [
        "payout.created",
        "payout.paid",
        "payout.reconciliation_completed",
    ]
    entries = client.v1.balance_transactions.list({"payout": found.id}).data
    assert [(one.type, one.net) for one in entries] == [
        ("payout", -1229),
        ("refund", -500),
        ("charge", 1729),
    ]
    assert client.v1.balance.retrieve().available[0].amount == 0
    with pytest.raises(Refusal, match="There is no eur to pay out"):
        box.control.pay_out()


def test_the_next_payout_holds_only_what_came_since(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    """Without `parent IS NULL` in `ledger.balances`, the first payout is paid out again."""
    payment = paid_with(box)
    box.control.pay_out()
    box.control.refund(payment, amount=100)
    paid_with(box)
    second = box.control.pay_out()
    assert second["amount"] == 1629
    entries = client.v1.balance_transactions.list({"payout": second["id"]}).data
    assert [one.type for one in entries] == ["payout", "charge", "refund"]
    assert [one.id for one in client.v1.payouts.list({"limit": 1}).data] == [second["id"]]


def test_a_payout_by_hand_takes_a_part(box: BoxServer, client: stripe.StripeClient) -> None:
    paid_with(box)
    payout = client.v1.payouts.create({"amount": 1000, "currency": "eur", "metadata": {"a": "b"}})
    assert (payout.automatic, payout.reconciliation_status) == (False, "not_applicable")
    assert (payout.status, payout.metadata.to_dict()) == ("paid", {"a": "b"})  # type: ignore
    assert client.v1.balance.retrieve().available[0].amount == 729
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payouts.create({"amount": 730, "currency": "eur"})
    assert refused.value.code == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError, match="greater than or equal to 1"):
        client.v1.payouts.create({"amount": 0, "currency": "eur"})
    assert client.v1.payouts.list({"status": "paid"}).data[0].id == payout.id


def test_a_test_outside_can_pay_out(box: BoxServer) -> None:
    assert post(f"{box.url}/_control/payouts", {}).status == 400
    paid_with(box)
    assert post(f"{box.url}/_control/payouts", {"currency": "eur"}).status == 200
    assert len(box.control.events("payout.paid")) == 1


def test_lists_are_found_by_their_payment(box: BoxServer, client: stripe.StripeClient) -> None:
    other, payment = paid_with(box), paid_with(box)
    box.control.refund(payment, amount=100)
    box.control.refund(other, amount=200)
    box.control.dispute(payment, amount=300)
    (session,) = client.v1.checkout.sessions.list({"payment_intent": payment}).data
    assert session.payment_intent == payment
    (refund,) = client.v1.refunds.list({"payment_intent": payment}).data
    assert refund.amount == 100
    (dispute,) = client.v1.disputes.list({"payment_intent": payment}).data
    assert dispute.amount == 300
    wanted = {"expand": ["latest_charge.balance_transaction"]}
    intent = client.v1.payment_intents.retrieve(payment, wanted)  # type: ignore[arg-type]
    assert intent.latest_charge.balance_transaction.net == 1729  # type: ignore[union-attr]
