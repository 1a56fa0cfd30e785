"""What Stripe tells about a card or a bank account, on payment methods and on charges."""

import hashlib
from typing import Literal

from ..errors import JSON
from ..ids import new_id
from .bank_accounts import TEST_ACCOUNTS, TestAccount
from .cards import TEST_CARDS, Card, Decline, TestCard

Means = Card | TestAccount
Authentication = Literal["", "challenge", "frictionless"]
_RISK_SCORES = {"normal": 7, "elevated": 67, "highest": 92}


def method_type(means: Means) -> str:
    """Return Stripe's name for this way to pay."""
    return "card" if isinstance(means, Card) else "sepa_debit"


def on_payment_method(means: Means) -> JSON:
    """Return the details as a payment method shows them, under the name of its type."""
    if not isinstance(means, Card):
        return {**_account(means), "generated_from": {"charge": None, "setup_attempt": None}}
    known = means.known
    return {
        **_card(means),
        "display_brand": known.brand,
        "generated_from": None,
        "networks": {"available": [known.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }


def on_charge(means: Means, amount: int, *, authentication: Authentication) -> JSON:
    """Return the details as a charge shows them, under the name of its type."""
    if not isinstance(means, Card):
        return {**_account(means), "mandate": new_id("mandate_")}
    return {
        **_card(means),
        "amount_authorized": amount,
        "authorization_code": None,
        "installments": None,
        "mandate": None,
        "network": means.known.brand,
        "network_token": {"used": False},
        "network_transaction_id": new_id(""),
        "three_d_secure": _secure(authentication) if authentication else None,
    }


def outcome(means: Means, decline: Decline | None) -> JSON:
    """Return what the bank, or Stripe before it, made of a try."""
    known = means.known if isinstance(means, Card) else None
    risk = known.risk if known else "normal"
    result: JSON = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": "elevated_risk_level" if risk == "elevated" else None,
        "risk_level": risk,
        "risk_score": _RISK_SCORES[risk],
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if decline is None:
        return result
    if known and known.is_blocked:
        return {
            **result,
            "network_status": "not_sent_to_network",
            "reason": "highest_risk_level",
            "seller_message": "Stripe blocked this payment as too risky.",
            "type": "blocked",
        }
    return {
        **result,
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }


def fingerprint(number: str) -> str:
    """Return what is the same for the same card or account."""
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def card_with(mark: str) -> TestCard | None:
    """Return the test card with this fingerprint, if it is a card's."""
    return _CARDS_BY_MARK.get(mark)


def account_with(mark: str) -> TestAccount:
    """Return the test account with this fingerprint."""
    return _ACCOUNTS_BY_MARK[mark]


_ACCOUNTS_BY_MARK = {fingerprint(iban): account for iban, account in TEST_ACCOUNTS.items()}
_CARDS_BY_MARK = {fingerprint(number): card for number, card in TEST_CARDS.items()}


def _card(card: Card) -> JSON:
    known = card.known
    return {
        "brand": known.brand,
        "checks": _checks(known),
        "country": known.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": fingerprint(known.number),
        "funding": known.funding,
        "last4": known.last4,
        "regulated_status": "unregulated",
        "wallet": None,
    }


def _account(account: TestAccount) -> JSON:
    return {
        "bank_code": account.iban[4:12],
        "branch_code": "",
        "country": account.country,
        "fingerprint": fingerprint(account.iban),
        "last4": account.last4,
    }


def _checks(known: TestCard) -> JSON:
    failing: set[str] = set(known.failing)
    if known.decline and known.decline.code == "incorrect_cvc":
        failing.add("cvc")
    other = "unavailable" if known.are_checks_unavailable else "pass"
    return {
        "address_line1_check": "fail" if "line1" in failing else other,
        "address_postal_code_check": "fail" if "postal_code" in failing else other,
        "cvc_check": "fail" if "cvc" in failing else other,
    }


def _secure(flow: Authentication) -> JSON:
    return {
        "authentication_flow": flow,
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": new_id(""),
        "version": "2.2.0",
    }
