"""Disputes: money taken back by the payer's bank, and what becomes of it."""

import copy
from typing import TYPE_CHECKING

from ..api.specification import schema
from ..errors import JSON, Refusal
from ..events import emit
from ..ids import new_id
from ..resources import radar
from . import ledger
from .card_numbers import DisputeCase
from .promises import forget_promise, promise

if TYPE_CHECKING:
    from ..box import Box

DISPUTE = "dispute"
REASONS = (
    "bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated",
    "debit_not_authorized", "duplicate", "fraudulent", "general", "incorrect_account_details",
    "insufficient_funds", "noncompliant", "product_not_received", "product_unacceptable",
    "subscription_canceled", "unrecognized",
)  # fmt: skip
INQUIRIES = ("warning_needs_response", "warning_under_review")
CHARGEBACKS = ("needs_response", "under_review")
_FEE = 1500
_SECONDS_TO_ANSWER = 9 * 24 * 60 * 60
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1", "noncompliant": "12.5"}
_OUTRIGHT = ("resolution", "block")


def dispute(
    box: "Box",
    charge_id: str,
    *,
    reason: str = "fraudulent",
    case: DisputeCase = "chargeback",
    amount: int | None = None,
) -> JSON:
    """Open a dispute about a paid charge; raises Refusal when there is nothing to dispute."""
    with box.store.transaction():
        charge = box.objects.get("charge", charge_id)
        if reason not in REASONS:
            raise Refusal(f"Invalid reason: must be one of {', '.join(REASONS)}", param="reason")
        found = _new(box, charge, reason=reason, case=case, amount=_amount(box, charge, amount))
        if found["status"] in (*CHARGEBACKS, "lost"):
            _withdraw(box, found)
        box.objects.save(DISPUTE, found, parent=charge_id)
        charge["disputed"] = True
        box.objects.save("charge", charge)
        emit(box, "charge.dispute.created", found)
        if found["balance_transactions"]:
            emit(box, "charge.dispute.funds_withdrawn", found)
        due_by = found["evidence_details"]["due_by"]
        if due_by:
            promise(box, "lose_dispute", found["id"], at=due_by)
        elif found["status"] == "lost":
            emit(box, "charge.dispute.closed", found)
        radar.close_warnings(box, charge_id)
        return found


def win(box: "Box", dispute_id: str) -> JSON:
    """Give the money back to the shop; an inquiry closes. Raises Refusal for a closed dispute."""
    return _end(box, dispute_id, status="won")


def lose(box: "Box", dispute_id: str) -> JSON:
    """Leave the money with the payer; an inquiry closes. Raises Refusal for a closed dispute."""
    return _end(box, dispute_id, status="lost")


def escalate(box: "Box", dispute_id: str) -> JSON:
    """Turn an inquiry into a chargeback, which takes the money; raises Refusal for others."""
    with box.store.transaction():
        found = box.objects.get(DISPUTE, dispute_id)
        if found["status"] not in INQUIRIES:
            raise Refusal(f"Only an inquiry can be escalated; {_state(found)}")
        previous = {"status": found["status"]}
        found.update(status="needs_response", is_charge_refundable=False)
        if "payment_method_details" in found:
            found["payment_method_details"]["card"]["case_type"] = "chargeback"
        _withdraw(box, found)
        box.objects.save(DISPUTE, found)
        emit(box, "charge.dispute.updated", found, previous=previous)
        emit(box, "charge.dispute.funds_withdrawn", found)
        promise(box, "lose_dispute", dispute_id, at=found["evidence_details"]["due_by"])
        return found


def of_charge(box: "Box", charge_id: str) -> list[JSON]:
    """Return the disputes of a charge, oldest first."""
    return box.objects.children(DISPUTE, charge_id)


def close_inquiries(box: "Box", charge_id: str) -> None:
    """End what is only asked about a charge, because it was refunded as a whole."""
    for found in of_charge(box, charge_id):
        if found["status"] in INQUIRIES:
            win(box, found["id"])


def are_refusing_refunds(box: "Box", charge_id: str) -> bool:
    """Tell whether a dispute already gave the money of a charge back, or may yet."""
    return any(_is_chargeback(one) for one in of_charge(box, charge_id))


def _is_chargeback(found: JSON) -> bool:
    return found["status"] in (*CHARGEBACKS, "lost")


def _end(box: "Box", dispute_id: str, *, status: str) -> JSON:
    with box.store.transaction():
        found = box.objects.get(DISPUTE, dispute_id)
        if found["status"] not in INQUIRIES + CHARGEBACKS:
            raise Refusal(f"This dispute is closed; {_state(found)}")
        forget_promise(box, dispute_id)
        is_inquiry = found["status"] in INQUIRIES
        found["status"] = "warning_closed" if is_inquiry else status
        found["is_charge_refundable"] = found["status"] != "lost"
        details = found["evidence_details"]
        details["past_due"] = details["due_by"] <= box.clock.now()
        if found["status"] == "won":
            _reinstate(box, found)
        box.objects.save(DISPUTE, found)
        if found["status"] == "won":
            emit(box, "charge.dispute.funds_reinstated", found)
        emit(box, "charge.dispute.closed", found)
        return found


def left_to_dispute(box: "Box", charge: JSON) -> int:
    """Return how much of a charge is paid, not refunded, and in no open or lost dispute."""
    if not charge["paid"]:
        return 0
    taken = sum(one["amount"] for one in of_charge(box, charge["id"]) if _holds_money(one))
    left: int = charge["amount"] - charge["amount_refunded"] - taken
    return left


def _amount(box: "Box", charge: JSON, asked: int | None) -> int:
    left = left_to_dispute(box, charge)
    if left < 1:
        raise Refusal(f"Nothing of charge {charge['id']} is left to dispute.", param="charge")
    if asked is None:
        return left
    if not 1 <= asked <= left:
        raise Refusal(f"Between 1 and {left} of this charge can be disputed.", param="amount")
    return asked


def _holds_money(found: JSON) -> bool:
    return _is_chargeback(found) or found["status"] in INQUIRIES


def _new(box: "Box", charge: JSON, *, reason: str, case: DisputeCase, amount: int) -> JSON:
    status = {"inquiry": "warning_needs_response"}.get(case, "needs_response")
    if case in _OUTRIGHT:
        status = "prevented"
    elif not ledger.is_card(charge):
        status = "lost"  # a bank gives a debit back without asking the shop
    is_open = status in INQUIRIES + CHARGEBACKS
    now = box.clock.now()
    found: JSON = {
        "id": new_id("du_"),
        "object": DISPUTE,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**_no_evidence(), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + _SECONDS_TO_ANSWER if is_open else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": status in INQUIRIES,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": status,
    }
    if ledger.is_card(charge):
        found["payment_method_details"] = _card(charge, reason=reason, case=case)
    return found


def _card(charge: JSON, *, reason: str, case: DisputeCase) -> JSON:
    card = charge["payment_method_details"]["card"]
    details = {
        "brand": card["brand"],
        "case_type": case,
        "network": card["network"],
        "network_reason_code": _NETWORK_CODES.get(reason),
    }
    return {"card": details, "type": "card"}


def _no_evidence() -> JSON:
    return dict.fromkeys(schema("dispute_evidence")["properties"])


def _withdraw(box: "Box", found: JSON) -> None:
    """Take the money and the fee, which Stripe keeps whatever comes of the dispute."""
    entry = ledger.book(
        box,
        source=found,
        kind="adjustment",
        amount=-found["amount"],
        fee=_FEE,
        category="dispute",
        description=f"Chargeback withdrawal for {found['charge']}",
    )
    found["balance_transactions"].append(copy.deepcopy(entry))


def _reinstate(box: "Box", found: JSON) -> None:
    entry = ledger.book(
        box,
        source=found,
        kind="adjustment",
        amount=found["amount"],
        category="dispute_reversal",
        description=f"Chargeback reversal for {found['charge']}",
    )
    found["balance_transactions"].append(copy.deepcopy(entry))


def _state(found: JSON) -> str:
    return f"{found['id']} is {found['status']}."
