"""The second half of a refund: the bank takes it, or sends the money back."""

from typing import TYPE_CHECKING

from ..errors import JSON, Refusal
from ..events import emit
from . import ledger
from .promises import forget_promise

if TYPE_CHECKING:
    from ..box import Box

FAILURES = (
    "charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card",
    "insufficient_funds", "lost_or_stolen_card", "merchant_request", "unknown",
)  # fmt: skip


def settle(box: "Box", refund_id: str) -> JSON:
    """Let a pending refund arrive; raises Refusal for any other."""
    with box.store.transaction():
        refund = _refund(box, refund_id, "settled", ("pending",))
        refund["status"] = "succeeded"
        del refund["pending_reason"]
        box.objects.save("refund", refund)
        _tell(box, refund, previous={"status": "pending", "pending_reason": "processing"})
        return refund


def fail(box: "Box", refund_id: str, *, reason: str = "expired_or_canceled_card") -> JSON:
    """Let a refund come back, even one that had succeeded; raises Refusal for any other."""
    if reason not in FAILURES:
        raise Refusal(f"Invalid reason: must be one of {', '.join(FAILURES)}", param="reason")
    with box.store.transaction():
        refund = _refund(box, refund_id, "failed", ("pending", "succeeded"))
        previous = {"status": refund["status"]}
        entry = ledger.book(
            box,
            source=refund,
            kind="refund_failure",
            amount=refund["amount"],
            description=f"Refund failure for {refund['charge']}",
        )
        refund.pop("pending_reason", None)
        refund.update(
            status="failed", failure_reason=reason, failure_balance_transaction=entry["id"]
        )
        box.objects.save("refund", refund)
        charge = box.objects.get("charge", refund["charge"])
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        box.objects.save("charge", charge)
        emit(box, "refund.failed", refund)
        _tell(box, refund, previous=previous)
        return refund


def _refund(box: "Box", refund_id: str, wish: str, states: tuple[str, ...]) -> JSON:
    refund = box.objects.get("refund", refund_id)
    if refund["status"] not in states:
        raise Refusal(
            f"Only a refund that is {' or '.join(states)} can be {wish}; {refund_id} is"
            f" {refund['status']}."
        )
    forget_promise(box, refund_id)
    return refund


def _tell(box: "Box", refund: JSON, *, previous: JSON) -> None:
    emit(box, "refund.updated", refund, previous=previous)
    emit(box, "charge.refund.updated", refund, previous=previous)
