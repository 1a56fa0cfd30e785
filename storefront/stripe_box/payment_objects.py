"""PaymentIntents, payment methods, charges and balance transactions as Stripe shows them."""

import copy
import hashlib
from typing import TYPE_CHECKING

from .cards import Card, Decline
from .errors import JSON
from .ids import new_id
from .shopper import Submission

if TYPE_CHECKING:
    from .box import Box

_FEE_PER_MILLE, _FEE_FIXED = 15, 25

# What is the same in every PaymentIntent before its first try.
_NEW_INTENT: JSON = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "confirmation_method": "automatic",
    "customer": None,
    "customer_account": None,
    "last_payment_error": None,
    "latest_charge": None,
    "livemode": False,
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "processing": None,
    "review": None,
    "setup_future_usage": None,
    "status": "requires_payment_method",
    "transfer_data": None,
}

# What is the same in every charge, whether it succeeds or fails.
_NEW_CHARGE: JSON = {
    "object": "charge",
    "amount_refunded": 0,
    "application_fee": None,
    "balance_transaction": None,
    "disputed": False,
    "failure_balance_transaction": None,
    "fraud_details": {},
    "livemode": False,
    "radar_options": {},
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "source_transfer": None,
    "transfer_data": None,
}


def new_intent(box: "Box", session: JSON, wishes: JSON) -> JSON:
    """Return the PaymentIntent of a session's first try, not saved yet."""
    identifier = new_id("pi_")
    wished = ("description", "receipt_email", "shipping", "transfer_group")
    names = (*wished, "statement_descriptor", "statement_descriptor_suffix")
    return {
        **copy.deepcopy(_NEW_INTENT),
        **{name: wishes.get(name) for name in names},
        "id": identifier,
        "amount": session["amount_total"],
        "capture_method": wishes.get("capture_method", "automatic_async"),
        "client_secret": f"{identifier}_secret_{new_id('')}",
        "created": box.clock.now(),
        "currency": session["currency"],
        "metadata": wishes.get("metadata", {}),
    }


def new_payment_method(box: "Box", submission: Submission, card: Card) -> JSON:
    """Save and return the payment method of one try."""
    known = card.known
    method: JSON = {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": _billing(submission),
        "card": {
            "brand": known.brand,
            "checks": _checks(card),
            "country": known.country,
            "display_brand": known.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": _fingerprint(known.number),
            "funding": known.funding,
            "generated_from": None,
            "last4": known.last4,
            "networks": {"available": [known.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": box.clock.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return box.objects.save("payment_method", method)


def new_charge(
    box: "Box",
    intent: JSON,
    submission: Submission,
    card: Card,
    *,
    decline: Decline | None,
    is_authenticated: bool,
) -> JSON:
    """Save and return the charge of one try, succeeded or failed."""
    is_paid = decline is None
    amount = intent["amount"]
    identifier = new_id("ch_")
    charge: JSON = {
        **copy.deepcopy(_NEW_CHARGE),
        **_charge_copies(intent),
        "id": identifier,
        "amount_captured": amount if is_paid else 0,
        "billing_details": _billing(submission),
        "calculated_statement_descriptor": intent["statement_descriptor"] or "STRIPE BOX TEST",
        "captured": is_paid,
        "created": box.clock.now(),
        "failure_code": decline and decline.code,
        "failure_message": decline and decline.message,
        "outcome": _outcome(decline),
        "paid": is_paid,
        "payment_intent": intent["id"],
        "payment_method_details": {
            "card": _card_details(card, amount, is_authenticated=is_authenticated),
            "type": "card",
        },
        "status": "succeeded" if is_paid else "failed",
    }
    return box.objects.save("charge", charge, parent=intent["id"])


def _charge_copies(intent: JSON) -> JSON:
    """Return what a charge takes over from its PaymentIntent unchanged."""
    names = (
        "amount application application_fee_amount currency customer description metadata"
        " on_behalf_of payment_method receipt_email shipping statement_descriptor"
        " statement_descriptor_suffix transfer_group"
    )
    return {name: intent[name] for name in names.split()}


def new_balance_transaction(box: "Box", *, source: JSON, kind: str, amount: int) -> JSON:
    """Save and return a balance entry; charges pay 1.5 % plus 25, refunds nothing."""
    fee = amount * _FEE_PER_MILLE // 1000 + _FEE_FIXED if kind == "charge" else 0
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    entry: JSON = {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": box.clock.now(),
        "balance_type": "payments",
        "created": box.clock.now(),
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
    return box.objects.save("balance_transaction", entry)


def payment_error(decline: Decline, *, charge_id: str, method: JSON) -> JSON:
    """Return the `last_payment_error` of a declined try."""
    return {
        "type": "card_error",
        "charge": charge_id,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
        "message": decline.message,
        "payment_method": method,
    }


def _billing(submission: Submission) -> JSON:
    return {
        "address": submission.postal_address(),
        "email": submission.email,
        "name": submission.name_on_card or None,
        "phone": None,
        "tax_id": None,
    }


def _checks(card: Card) -> JSON:
    is_wrong_cvc = card.known.decline is not None and card.known.decline.code == "incorrect_cvc"
    return {
        "address_line1_check": "pass",
        "address_postal_code_check": "pass",
        "cvc_check": "fail" if is_wrong_cvc else "pass",
    }


def _fingerprint(number: str) -> str:
    return hashlib.sha256(number.encode()).hexdigest()[:16]


def _outcome(decline: Decline | None) -> JSON:
    outcome: JSON = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "risk_score": 7,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if decline is None:
        return outcome
    message = "The bank did not return any further details with this decline."
    return {
        **outcome,
        "network_decline_code": "01",
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": message,
        "type": "issuer_declined",
    }


def _card_details(card: Card, amount: int, *, is_authenticated: bool) -> JSON:
    known = card.known
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": new_id(""),
        "version": "2.2.0",
    }
    return {
        "amount_authorized": amount,
        "authorization_code": None,
        "brand": known.brand,
        "checks": _checks(card),
        "country": known.country,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "fingerprint": _fingerprint(known.number),
        "funding": known.funding,
        "installments": None,
        "last4": known.last4,
        "mandate": None,
        "network": known.brand,
        "network_token": {"used": False},
        "network_transaction_id": new_id(""),
        "regulated_status": "unregulated",
        "three_d_secure": secure if is_authenticated else None,
        "wallet": None,
    }
