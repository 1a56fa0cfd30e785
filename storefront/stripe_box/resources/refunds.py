"""The endpoints of refunds, with the refusals that protect the money."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import merged
from ..api.lists import listed, window
from ..errors import JSON, Refusal, missing_parameter, not_offered
from ..events import emit
from ..ids import new_id
from ..money import written
from ..payments import disputes, ledger, method_details
from ..payments.promises import promise_soon
from . import radar

if TYPE_CHECKING:
    from ..box import Box


def create(call: Call) -> JSON:
    """POST /v1/refunds: the whole rest of a charge, or a part of it."""
    params, box = call.params, call.box
    for name in ("customer", "origin", "currency", "refund_application_fee", "reverse_transfer"):
        if name in params:
            raise not_offered(name)
    return refund(box, params)


def refund(box: "Box", params: JSON) -> JSON:
    """Refund by `payment_intent` or `charge`, whole or `amount`; raises Stripe's refusals."""
    with box.store.transaction():
        charge = _charge(box, params)
        amount = _amount(box, charge, params)
        made = _saved(box, charge, params, amount=amount)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        box.objects.save("charge", charge)
        emit(box, "refund.created", made)
        previous = {"amount_refunded": charge["amount_refunded"] - amount}
        emit(box, "charge.refunded", charge, previous=previous)
        if charge["refunded"]:
            disputes.close_inquiries(box, charge["id"])
            radar.close_warnings(box, charge["id"])
        return made


def retrieve(call: Call) -> JSON:
    """GET /v1/refunds/{refund}."""
    return call.box.objects.get("refund", call.ids["refund"])


def update(call: Call) -> JSON:
    """POST /v1/refunds/{refund}: metadata only."""
    found = call.box.objects.get("refund", call.ids["refund"])
    found["metadata"] = merged(found["metadata"], call.params.get("metadata", {}))
    call.box.objects.save("refund", found)
    emit(call.box, "refund.updated", found)
    emit(call.box, "charge.refund.updated", found)
    return found


def cancel(call: Call) -> JSON:
    """POST /v1/refunds/{refund}/cancel: only where the payer has to act, so never for cards."""
    found = call.box.objects.get("refund", call.ids["refund"])
    raise Refusal(
        f"Only refunds with the status `requires_action` can be canceled; {found['id']} has the"
        f" status `{found['status']}`.",
        param="refund",
        is_saved=True,
    )


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


def _amount(box: "Box", charge: JSON, params: JSON) -> int:
    if disputes.are_refusing_refunds(box, charge["id"]):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise Refusal(message, code="charge_disputed", is_saved=True)
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
    manner = _manner(charge)
    made: JSON = {
        "id": new_id("re_" if ledger.is_card(charge) else "pyr_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": box.clock.now(),
        "currency": charge["currency"],
        "destination_details": _destination(charge),
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if manner == "is_slow" else "succeeded",
        "transfer_reversal": None,
    }
    if manner == "is_slow":
        made["pending_reason"] = "processing"
    entry = ledger.book_refund(box, made, is_card=ledger.is_card(charge))
    made["balance_transaction"] = entry["id"]
    box.objects.save("refund", made, parent=charge["id"])
    if manner:
        promise_soon(box, "settle_refund" if manner == "is_slow" else "fail_refund", made["id"])
    return made


def _manner(charge: JSON) -> str:
    """Tell how a refund of this charge goes: at once, slowly as to an account, or wrong."""
    if not ledger.is_card(charge):
        return "is_slow"
    card = method_details.card_with(charge["payment_method_details"]["card"]["fingerprint"])
    return card.refund if card else ""


def _destination(charge: JSON) -> JSON:
    if not ledger.is_card(charge):
        bank = {"reference": None, "reference_status": "pending"}
        return {"eu_bank_transfer": bank, "type": "eu_bank_transfer"}
    return {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"}
