"""The second half of a delayed payment: days later at Stripe, seconds later in the box."""

from typing import TYPE_CHECKING

from ..errors import JSON, Refusal
from ..events import emit
from . import aftermath, ledger, method_details, payment_objects
from .bank_accounts import SLOW_SECONDS, UNUSABLE, TestAccount
from .promises import Deed, forget_promise, promise, promise_soon

if TYPE_CHECKING:
    from ..box import Box

SESSION = "checkout.session"


def arrange(box: "Box", intent: JSON, account: TestAccount) -> None:
    """Promise how a debit that is under way will end, as Stripe documents for this account."""
    deed: Deed = "fail_payment" if account.ending == "fails" else "settle_payment"
    if account.is_slow:
        promise(box, deed, intent["id"], at=box.clock.moment() + SLOW_SECONDS)
    else:
        promise_soon(box, deed, intent["id"])


def settle(box: "Box", intent_id: str) -> JSON:
    """Let the money of a delayed payment arrive; raises Refusal when none is under way."""
    with box.store.transaction():
        intent, charge, session = _under_way(box, intent_id)
        entry = ledger.book_charge(box, charge)
        charge.update(status="succeeded", paid=True, balance_transaction=entry["id"])
        box.objects.save("charge", charge)
        emit(box, "charge.succeeded", charge)
        intent.update(status="succeeded", amount_received=intent["amount"])
        box.objects.save("payment_intent", intent)
        emit(box, "payment_intent.succeeded", intent)
        session["payment_status"] = "paid"
        box.objects.save(SESSION, session)
        emit(box, "checkout.session.async_payment_succeeded", session)
        if _account(charge).is_disputed:
            aftermath.of_disputed_account(box, charge)
        return session


def fail(box: "Box", intent_id: str) -> JSON:
    """Let a delayed payment fail; the session stays complete and unpaid."""
    with box.store.transaction():
        intent, charge, session = _under_way(box, intent_id)
        decline = _account(charge).decline or UNUSABLE
        charge.update(
            status="failed",
            captured=False,
            amount_captured=0,
            failure_code=decline.code,
            failure_message=decline.message,
            outcome=method_details.outcome(_account(charge), decline),
        )
        box.objects.save("charge", charge)
        emit(box, "charge.failed", charge)
        payment_objects.record_failure(box, intent, decline, charge_id=charge["id"])
        emit(box, "payment_intent.payment_failed", intent)
        emit(box, "checkout.session.async_payment_failed", session)
        return session


def _account(charge: JSON) -> TestAccount:
    mark = charge["payment_method_details"]["sepa_debit"]["fingerprint"]
    return method_details.account_with(mark)


def _under_way(box: "Box", intent_id: str) -> tuple[JSON, JSON, JSON]:
    intent = box.objects.get("payment_intent", intent_id)
    if intent["status"] != "processing":
        raise Refusal(
            f"Only a payment that is processing can be settled or failed; {intent_id} is"
            f" {intent['status']}."
        )
    forget_promise(box, intent_id)
    charge = box.objects.get("charge", intent["latest_charge"])
    return intent, charge, session_of(box, intent_id)


def session_of(box: "Box", intent_id: str) -> JSON:
    """Return the session of a payment."""
    return box.objects.get(SESSION, box.objects.parent(intent_id))
