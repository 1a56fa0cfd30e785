"""The endpoints of disputes: evidence, and giving in."""

from ..api.calls import Call
from ..api.changes import merged
from ..errors import JSON, Refusal
from ..events import emit
from ..payments import disputes
from ..payments.promises import Deed, forget_promise, promise_soon

_ANSWERABLE = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
# Texts with which Stripe's test mode lets evidence decide.
_DECIDING: dict[str, Deed] = {
    "winning_evidence": "win_dispute",
    "losing_evidence": "lose_dispute",
    "escalate_inquiry_evidence": "escalate_inquiry",
}


def update(call: Call) -> JSON:
    """POST /v1/disputes/{dispute}: metadata, and evidence, which is sent on unless staged."""
    box, params = call.box, call.params
    found = box.objects.get(disputes.DISPUTE, call.ids["dispute"])
    previous = {"status": found["status"], "metadata": found["metadata"]}
    if "metadata" in params:
        found["metadata"] = merged(found["metadata"], params["metadata"])
    if "evidence" in params:
        _take_evidence(call, found)
    box.objects.save(disputes.DISPUTE, found)
    changed = {name: value for name, value in previous.items() if found[name] != value}
    emit(box, "charge.dispute.updated", found, previous=changed)
    return found


def close(call: Call) -> JSON:
    """POST /v1/disputes/{dispute}/close: give in; the dispute is lost, an inquiry closed."""
    return disputes.lose(call.box, call.ids["dispute"])


def _take_evidence(call: Call, found: JSON) -> None:
    if found["status"] not in _ANSWERABLE:
        message = f"Evidence is only taken while a dispute needs a response; {found['id']} is"
        raise Refusal(f"{message} {found['status']}.", param="evidence", is_saved=True)
    given = {name: text or None for name, text in call.params["evidence"].items()}
    found["evidence"].update(given)
    details = found["evidence_details"]
    details["has_evidence"] = True
    if not call.params.get("submit", True):
        return
    details["submission_count"] += 1
    found["status"] = _ANSWERABLE[found["status"]]
    forget_promise(call.box, found["id"])
    deed = _DECIDING.get(found["evidence"]["uncategorized_text"] or "")
    if deed == "escalate_inquiry" and found["status"] not in disputes.INQUIRIES:
        return
    if deed:
        promise_soon(call.box, deed, found["id"])
