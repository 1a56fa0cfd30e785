"""Refunds never give back more than was taken."""

from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .shopping import order


@pytest.fixture
def paid(box: BoxServer, client: stripe.StripeClient) -> str:
    session_id = client.v1.checkout.sessions.create(order()).id
    return str(box.control.complete(session_id)["payment_intent"])


def test_a_whole_refund(box: BoxServer, client: stripe.StripeClient, paid: str) -> None:
    refund = client.v1.refunds.create(
        {"payment_intent": paid, "reason": "requested_by_customer", "metadata": {"row": "7"}}
    )
    assert (refund.amount, refund.status) == (1780, "succeeded")
    charge = client.v1.charges.retrieve(str(refund.charge), {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 1780)
    assert charge.refunds is not None
    assert [one.id for one in charge.refunds.data] == [refund.id]
    assert [e["type"] for e in box.control.events()][-2:] == ["refund.created", "charge.refunded"]
    assert client.v1.refunds.retrieve(refund.id).id == refund.id


def test_parts_add_up(client: stripe.StripeClient, paid: str) -> None:
    for amount in (500, 280):
        client.v1.refunds.create({"payment_intent": paid, "amount": amount})
    rest = client.v1.refunds.create({"payment_intent": paid})
    assert rest.amount == 1000
    listed = client.v1.refunds.list({"payment_intent": paid}).data
    assert [refund.amount for refund in listed] == [1000, 280, 500]


REFUSALS: list[tuple[Any, str, str | None]] = [
    ({"amount": 1781}, "Refund amount (€17.81) is greater than unrefunded amount", None),
    ({"amount": 0}, "must be greater than or equal to 1", "parameter_invalid_integer"),
    ({"reason": "bored"}, "Invalid reason: must be one of duplicate, fraudulent, or", None),
]


@pytest.mark.parametrize(("changes", "message", "code"), REFUSALS)
def test_a_wrong_refund_moves_nothing(
    box: BoxServer,
    client: stripe.StripeClient,
    paid: str,
    changes: Any,
    message: str,
    code: str | None,
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid, **changes})
    assert message in str(refused.value.user_message)
    assert refused.value.code == code
    assert box.control.refunds() == []


def test_a_second_whole_refund_is_refused(client: stripe.StripeClient, paid: str) -> None:
    client.v1.refunds.create({"payment_intent": paid})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid})
    assert refused.value.code == "charge_already_refunded"
    assert "has already been refunded." in str(refused.value.user_message)


def test_what_was_not_paid_cannot_be_refunded(box: BoxServer, client: stripe.StripeClient) -> None:
    session_id = client.v1.checkout.sessions.create(order()).id
    intent = box.control.decline(session_id)["payment_intent"]
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_x'"):
        client.v1.refunds.create({"payment_intent": "pi_x"})
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: charge"):
        client.v1.refunds.create({})


def test_one_key_refunds_once(box: BoxServer, client: stripe.StripeClient, paid: str) -> None:
    ids = {
        client.v1.refunds.create(
            {"payment_intent": paid, "amount": 100}, {"idempotency_key": "refund-1"}
        ).id
        for _ in range(3)
    }
    assert len(ids) == 1
    assert len(box.control.refunds()) == 1
