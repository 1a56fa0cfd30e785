"""Documented cards that a shop of goods meets rarely: blocked, risky, half checked."""

from dataclasses import replace
from pathlib import Path

import pytest
import stripe

from storefront.stripe_box import BoxServer
from storefront.stripe_box.payments.bank_accounts import TEST_ACCOUNTS
from storefront.stripe_box.payments.card_numbers import TEST_CARDS, TestCard
from storefront.stripe_box.payments.tokens import _NUMBERS as NUMBERS

from .conftest import client_of
from .paying import paid_with
from .shopping import order


def _charge(box: BoxServer, card: str) -> stripe.Charge:
    session_id = client_of(box).v1.checkout.sessions.create(order()).id
    box.control.pay(session_id, card=card)
    payment = box.control.session(session_id)["payment_intent"]
    wanted = {"expand": ["latest_charge"]}
    intent = client_of(box).v1.payment_intents.retrieve(payment, wanted)  # type: ignore[arg-type]
    assert isinstance(intent.latest_charge, stripe.Charge)
    return intent.latest_charge


@pytest.mark.parametrize("card", ["4100000000000019", "4000000000004954"])
def test_stripe_blocks_the_highest_risk(box: BoxServer, card: str) -> None:
    charge = _charge(box, card)
    assert (charge.status, charge.failure_code) == ("failed", "card_declined")
    assert charge.outcome is not None
    assert (charge.outcome.type, charge.outcome.network_status) == (
        "blocked",
        "not_sent_to_network",
    )
    assert (charge.outcome.risk_level, charge.outcome.risk_score) == ("highest", 92)


@pytest.mark.parametrize("card", ["4000000000009235", "4000058400307872", "4000058400306072"])
def test_an_elevated_risk_is_told_and_paid(box: BoxServer, card: str) -> None:
    charge = _charge(box, card)
    assert charge.outcome is not None
    assert (charge.status, charge.outcome.risk_level) == ("succeeded", "elevated")


@pytest.mark.parametrize(
    ("card", "line1", "postal_code", "cvc"),
    [
        ("4000000000000101", "pass", "pass", "fail"),
        ("4000000000000036", "pass", "fail", "pass"),
        ("4000000000000028", "fail", "pass", "pass"),
        ("4000000000000010", "fail", "fail", "pass"),
        ("4000000000000044", "unavailable", "unavailable", "unavailable"),
        ("4000058400307872", "pass", "pass", "fail"),
        ("4242424242424242", "pass", "pass", "pass"),
    ],
)
def test_failing_checks_are_told_and_paid(
    box: BoxServer, card: str, line1: str, postal_code: str, cvc: str
) -> None:
    charge = _charge(box, card)
    assert charge.status == "succeeded"
    checks = charge.payment_method_details.card.checks  # type: ignore[union-attr]
    assert checks is not None
    assert checks.address_line1_check == line1
    assert checks.address_postal_code_check == postal_code
    assert checks.cvc_check == cvc


def test_a_frictionless_card_is_authenticated_unasked(box: BoxServer) -> None:
    charge = _charge(box, "4000000032200000")
    secure = charge.payment_method_details.card.three_d_secure  # type: ignore[union-attr]
    assert secure is not None
    assert (charge.status, secure.authentication_flow) == ("succeeded", "frictionless")


def test_compliance_disputes_name_their_case(box: BoxServer) -> None:
    for card in ("4000008400000779", "5105008400000002"):
        paid_with(box, card=card)
    cases = [one["payment_method_details"]["card"]["case_type"] for one in box.control.disputes()]
    assert cases == ["compliance", "compliance"]


def test_every_documented_card_can_be_tried(box: BoxServer) -> None:
    for number, card in TEST_CARDS.items():
        session_id = client_of(box).v1.checkout.sessions.create(order()).id
        wanted = "declined" if card.decline else "complete"
        wanted = "authenticate" if card.needs_authentication else wanted
        assert box.control.pay(session_id, card=number).state == wanted, number


def test_every_token_names_a_known_card() -> None:
    assert [name for name, number in NUMBERS.items() if number not in TEST_CARDS] == []


def test_the_documentation_names_every_card_and_account() -> None:
    page = (Path(__file__).parents[2] / "docs" / "stripe-box.md").read_text(encoding="utf-8")
    cards, _, accounts = page.partition("## Bank accounts")
    plain = TestCard(number="")
    special = [
        number
        for number, card in TEST_CARDS.items()
        if replace(card, number="", brand="", funding="", country="")
        != replace(plain, brand="", funding="", country="")
    ]
    assert len(special) == 46
    assert [number for number in special if number[-4:] not in cards] == []
    assert [iban for iban in TEST_ACCOUNTS if iban not in accounts.replace(" ", "")] == []
