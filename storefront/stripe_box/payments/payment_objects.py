"""PaymentIntents, payment methods and charges as Stripe shows them."""

import copy
from typing import TYPE_CHECKING

from ..errors import JSON
from ..ids import new_id
from . import method_details
from .cards import Decline
from .method_details import Authentication, Means
from .shopper import Submission

if TYPE_CHECKING:
    from ..box import Box

_METHOD_OPTIONS: JSON = {"card": {"request_three_d_secure": "automatic"}, "sepa_debit": {}}

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
    "processing": None,
    "review": None,
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
    types = session["payment_method_types"]
    wished = ("description", "receipt_email", "setup_future_usage", "shipping", "transfer_group")
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
        "payment_method_options": {name: _METHOD_OPTIONS[name] for name in types},
        "payment_method_types": types,
    }


def new_payment_method(box: "Box", submission: Submission, means: Means) -> JSON:
    """Save and return the payment method of one try, if it does not exist already."""
    if submission.payment_method:
        return box.objects.get("payment_method", submission.payment_method)
    kind = method_details.method_type(means)
    method: JSON = {
        "id": new_id("pm_"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": _billing(submission),
        "created": box.clock.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
        kind: method_details.on_payment_method(means),
    }
    return box.objects.save("payment_method", method)


def new_charge(
    box: "Box",
    intent: JSON,
    submission: Submission,
    *,
    decline: Decline | None,
    authentication: Authentication = "",
) -> JSON:
    """Save and return the charge of one try: failed, pending for a debit, or succeeded."""
    means, amount = submission.means, intent["amount"]
    kind = method_details.method_type(means)
    details = method_details.on_charge(means, amount, authentication=authentication)
    status = "failed" if decline else "succeeded" if kind == "card" else "pending"
    charge: JSON = {
        **copy.deepcopy(_NEW_CHARGE),
        **_charge_copies(intent),
        "id": new_id("ch_" if kind == "card" else "py_"),
        "amount_captured": 0 if decline else amount,
        "billing_details": _billing(submission),
        "calculated_statement_descriptor": intent["statement_descriptor"] or "STRIPE BOX TEST",
        "captured": decline is None,
        "created": box.clock.now(),
        "failure_code": decline and decline.code,
        "failure_message": decline and decline.message,
        "outcome": method_details.outcome(means, decline),
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method_details": {kind: details, "type": kind},
        "status": status,
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


def record_failure(box: "Box", intent: JSON, decline: Decline, *, charge_id: str | None) -> None:
    """Write into a PaymentIntent why its last try failed, so that another can follow."""
    method = box.objects.get("payment_method", intent["payment_method"])
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_payment_error=_payment_error(decline, charge_id=charge_id, method=method),
    )
    box.objects.save("payment_intent", intent)


def _payment_error(decline: Decline, *, charge_id: str | None, method: JSON) -> JSON:
    """Return a `last_payment_error`; without a charge the bank was never asked."""
    error = {
        "type": "card_error",
        "code": decline.code,
        "doc_url": "https://stripe.com/docs/error-codes/" + decline.code.replace("_", "-"),
        "message": decline.message,
        "payment_method": method,
    }
    if charge_id:
        error.update(charge=charge_id, decline_code=decline.decline_code)
    return error


def _billing(submission: Submission) -> JSON:
    return {
        "address": submission.postal_address(),
        "email": submission.email,
        "name": submission.name_on_card or None,
        "phone": None,
        "tax_id": None,
    }
