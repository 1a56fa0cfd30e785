"""The endpoints of refunds, with the refusals that protect the money."""

from typing import TYPE_CHECKING

from . import ledger
from .calls import Call
from .changes import merged
from .errors import JSON, Refusal, missing_parameter, not_offered
from .events import emit
from .ids import new_id
from .lists import listed, window
from .money import written

if TYPE_CHECKING:
    from .box import Box


def create(call: Call) -> JSON:
    """POST /v1/refunds: the whole rest of a charge, or a part of it."""
    params, box = call.params, call.box
    for name in ("customer", "origin", "currency", "refund_application_fee", "reverse_transfer"):
        if name in params:
            raise not_offered(name)
    charge = _charge(box, params)
    amount = _amount(charge, params)
    refund = _saved(box, charge, params, amount=amount)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    box.objects.save("charge", charge)
    emit(box, "refund.created", refund)
    previous = {"amount_refunded": charge["amount_refunded"] - amount}
    emit(box, "charge.refunded", charge, previous=previous)
    return refund


def retrieve(call: Call) -> JSON:
    """GET /v1/refunds/{refund}."""
    return call.box.objects.get("refund", call.ids["refund"])


def update(call: Call) -> JSON:
    """POST /v1/refunds/{refund}: metadata only."""
    refund = call.box.objects.get("refund", call.ids["refund"])
    refund["metadata"] = merged(refund["metadata"], call.params.get("metadata", {}))
    call.box.objects.save("refund", refund)
    emit(call.box, "refund.updated", refund)
    return refund


def list_all(call: Call) -> JSON:
    """GET /v1/refunds, newest first."""
    equal = {"charge": "charge", "payment_intent": "payment_intent"}
    return listed(call, "refund", window(call, equal=equal))


def _charge(box: "Box", params: JSON) -> JSON:
    if "charge" in params:
        charge = box.objects.get("charge", params["charge"], param="charge")
        if params.get("payment_intent", charge["payment_intent"]) != charge["payment_intent"]:
            message = "The charge does not belong to the PaymentIntent."
            raise Refusal(message, param="payment_intent")
    elif "payment_intent" in params:
        intent = box.objects.get("payment_intent", params["payment_intent"], param="payment_intent")
        charge = _charge_of(box, intent)
    else:
        raise missing_parameter("charge")
    if not charge["paid"]:
        message = f"Charge {charge['id']} has not been paid; there is nothing to refund."
        raise Refusal(message, param="charge", is_saved=True)
    return charge


def _charge_of(box: "Box", intent: JSON) -> JSON:
    if intent["status"] != "succeeded":
        raise Refusal(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
            param="payment_intent",
            is_saved=True,
        )
    return box.objects.get("charge", intent["latest_charge"])


def _amount(charge: JSON, params: JSON) -> int:
    left: int = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise Refusal(message, code="charge_already_refunded", is_saved=True)
    amount: int = params.get("amount", left)
    if amount < 1:
        message = "This value must be greater than or equal to 1."
        raise Refusal(message, code="parameter_invalid_integer", param="amount")
    if amount > left:
        currency = charge["currency"]
        raise Refusal(
            f"Refund amount ({written(amount, currency)}) is greater than unrefunded amount on"
            f" charge ({written(left, currency)})",
            param="amount",
            is_saved=True,
        )
    return amount


def _saved(box: "Box", charge: JSON, params: JSON, *, amount: int) -> JSON:
    refund: JSON = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": box.clock.now(),
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference_status": "pending", "type": "refund"},
            "type": "card",
        },
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    entry = ledger.book_refund(box, refund, is_card=ledger.is_card(charge))
    refund["balance_transaction"] = entry["id"]
    return box.objects.save("refund", refund, parent=charge["id"])
