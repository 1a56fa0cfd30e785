"""The life of a Checkout Session: open, then complete or expired, and never both.

Every step runs in one transaction under the store's lock, and reads the session again inside
it, so of a payment and an expiry that meet exactly one wins.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..errors import JSON, Refusal
from ..events import emit
from ..resources import customers, discounts
from ..resources.session_objects import choose_shipping
from . import aftermath, ledger, payment_objects, settlement
from .bank_accounts import TestAccount
from .cards import Decline
from .method_details import Authentication
from .shopper import Submission

if TYPE_CHECKING:
    from ..box import Box

SESSION = "checkout.session"
NOT_AUTHENTICATED = Decline(
    code="payment_intent_authentication_failure",
    decline_code="authentication_required",
    message=(
        "We are unable to authenticate your payment method."
        " Please choose a different payment method and try again."
    ),
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a try; `completed_event` is there when the session completed just now."""

    state: Literal["complete", "declined", "authenticate", "closed"]
    decline: Decline | None = None
    completed_event: str | None = None


def current(box: "Box", session_id: str) -> JSON:
    """Return the session as of now, expiring it first when its time is up; raises Refusal 404."""
    session = box.objects.get(SESSION, session_id)
    if session["status"] == "open" and session["expires_at"] <= box.clock.now():
        expire_overdue(box)
        session = box.objects.get(SESSION, session_id)
    return session


def pay(box: "Box", session_id: str, submission: Submission) -> Outcome:
    """Try to pay an open session; a decline leaves it open."""
    with box.store.transaction():
        session = current(box, session_id)
        if session["status"] != "open":
            return Outcome(state="closed")
        choose_shipping(session, submission.shipping_rate)
        customers.join(box, session, submission)
        if session["amount_total"] == 0:
            return _complete(box, session, submission, payment_status="no_payment_required")
        intent = _intent(box, session, submission)
        if submission.account is not None:
            return _debit(box, session, intent, submission, submission.account)
        if submission.card is not None and submission.card.known.needs_authentication:
            return _ask_to_authenticate(box, session, intent, submission)
        return _charge(box, session, intent, submission, is_authenticated=False)


def authenticate(box: "Box", session_id: str, *, is_passed: bool) -> Outcome:
    """End the 3-D Secure step of the try that waits for it."""
    with box.store.transaction():
        session = current(box, session_id)
        submission = pending_submission(box, session_id)
        if session["status"] == "complete" or submission is None:
            return Outcome(state="closed")
        box.objects.remove(_attempt_id(session_id))
        choose_shipping(session, submission.shipping_rate)
        intent = box.objects.get("payment_intent", session["payment_intent"])
        if is_passed:
            return _charge(box, session, intent, submission, is_authenticated=True)
        return _refuse(box, intent, NOT_AUTHENTICATED, charge_id=None)


def pending_submission(box: "Box", session_id: str) -> Submission | None:
    """Return the try that waits for authentication, if there is one."""
    found = box.objects.find("attempt", _attempt_id(session_id))
    return Submission.from_json(found["submission"]) if found else None


def expire(box: "Box", session_id: str) -> JSON:
    """Expire an open session; raises Refusal for any other."""
    with box.store.transaction():
        session = current(box, session_id)
        if session["status"] != "open":
            raise Refusal(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout'
                f" Session has a status of `{session['status']}`.",
                is_saved=True,
            )
        return _expire(box, session)


def expire_overdue(box: "Box") -> None:
    """Expire every open session whose time is up by the box's clock."""
    if not box.objects.overdue(SESSION, box.clock.now()):
        return
    with box.store.transaction():
        for session_id in box.objects.overdue(SESSION, box.clock.now()):
            _expire(box, box.objects.get(SESSION, session_id))


def _attempt_id(session_id: str) -> str:
    return f"attempt_{session_id}"


def _expire(box: "Box", session: JSON) -> JSON:
    waits_for_the_bank = pending_submission(box, session["id"]) is not None
    if not (waits_for_the_bank and box.faults.pays_late()):
        box.objects.remove(_attempt_id(session["id"]))
        if session["payment_intent"]:
            _cancel_intent(box, session["payment_intent"])
    session.update(status="expired", url=None)
    box.objects.save(SESSION, session)
    emit(box, "checkout.session.expired", session)
    return session


def _cancel_intent(box: "Box", intent_id: str) -> None:
    intent = box.objects.get("payment_intent", intent_id)
    intent.update(
        status="canceled",
        canceled_at=box.clock.now(),
        cancellation_reason="automatic",
        next_action=None,
    )
    box.objects.save("payment_intent", intent)
    emit(box, "payment_intent.canceled", intent)


def _intent(box: "Box", session: JSON, submission: Submission) -> JSON:
    """Return the session's PaymentIntent, made at the first try, for the amount of this try."""
    if session["payment_intent"]:
        intent = box.objects.get("payment_intent", session["payment_intent"])
    else:
        wishes = box.objects.get("payment_intent_data", f"wishes_{session['id']}")
        intent = payment_objects.new_intent(box, session, wishes)
        box.objects.save("payment_intent", intent, parent=session["id"])
        emit(box, "payment_intent.created", intent)
        session["payment_intent"] = intent["id"]
    box.objects.save(SESSION, session)
    method = payment_objects.new_payment_method(box, submission, submission.means)
    intent.update(
        amount=session["amount_total"],
        customer=session["customer"],
        payment_method=method["id"],
        shipping=submission.shipping() or intent["shipping"],
        last_payment_error=None,
    )
    return box.objects.save("payment_intent", intent)


def _ask_to_authenticate(
    box: "Box", session: JSON, intent: JSON, submission: Submission
) -> Outcome:
    intent["status"] = "requires_action"
    intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    box.objects.save("payment_intent", intent)
    emit(box, "payment_intent.requires_action", intent)
    attempt = {"id": _attempt_id(session["id"]), "submission": submission.as_json()}
    box.objects.save("attempt", attempt, parent=session["id"])
    return Outcome(state="authenticate")


def _charge(
    box: "Box", session: JSON, intent: JSON, submission: Submission, *, is_authenticated: bool
) -> Outcome:
    box.objects.remove(_attempt_id(session["id"]))
    assert submission.card is not None
    card = submission.card.known
    authentication: Authentication = "frictionless" if card.is_frictionless else ""
    charge = payment_objects.new_charge(
        box,
        intent,
        submission,
        decline=card.decline,
        authentication="challenge" if is_authenticated else authentication,
    )
    intent["latest_charge"] = charge["id"]
    if card.decline:
        emit(box, "charge.failed", charge)
        return _refuse(box, intent, card.decline, charge_id=charge["id"])
    emit(box, "charge.succeeded", charge)
    aftermath.of_card(box, charge, card)
    intent.update(status="succeeded", amount_received=intent["amount"], next_action=None)
    box.objects.save("payment_intent", intent)
    emit(box, "payment_intent.succeeded", intent)
    outcome = _complete(box, session, submission, payment_status="paid")
    _settle_balance(box, charge["id"])
    return outcome


def _debit(
    box: "Box", session: JSON, intent: JSON, submission: Submission, account: TestAccount
) -> Outcome:
    """Begin a debit: the session completes unpaid, and the money arrives or fails later."""
    decline = account.decline if account.ending == "refused" else None
    charge = payment_objects.new_charge(box, intent, submission, decline=decline)
    intent["latest_charge"] = charge["id"]
    if decline:
        emit(box, "charge.failed", charge)
        return _refuse(box, intent, decline, charge_id=charge["id"])
    intent["status"] = "processing"
    box.objects.save("payment_intent", intent)
    emit(box, "payment_intent.processing", intent)
    emit(box, "charge.pending", charge)
    outcome = _complete(box, session, submission, payment_status="unpaid")
    settlement.arrange(box, intent, account)
    return outcome


def _refuse(box: "Box", intent: JSON, decline: Decline, *, charge_id: str | None) -> Outcome:
    payment_objects.record_failure(box, intent, decline, charge_id=charge_id)
    emit(box, "payment_intent.payment_failed", intent)
    return Outcome(state="declined", decline=decline)


def _complete(box: "Box", session: JSON, submission: Submission, *, payment_status: str) -> Outcome:
    shipping = None
    if submission.has_shipping:
        shipping = {"address": submission.postal_address(), "name": submission.full_name}
    session.update(
        status="complete",
        payment_status=payment_status,
        url=None,
        customer_details=submission.customer_details(),
        collected_information={
            "business_name": None,
            "individual_name": None,
            "shipping_details": shipping,
        },
    )
    box.objects.save(SESSION, session)
    discounts.redeem(box, session)
    customers.keep_method(box, session)
    event = emit(box, "checkout.session.completed", session)
    return Outcome(state="complete", completed_event=event["id"])


def _settle_balance(box: "Box", charge_id: str) -> None:
    """Book the payment, which Stripe does a moment after the charge succeeded."""
    charge = box.objects.get("charge", charge_id)
    charge["balance_transaction"] = ledger.book_charge(box, charge)["id"]
    box.objects.save("charge", charge)
    emit(box, "charge.updated", charge, previous={"balance_transaction": None})
