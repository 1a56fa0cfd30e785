"""What the root page shows, computed beforehand."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import JSON
from ..money import decimals_of, written
from ..objects import Window
from ..payments import disputes, ledger

if TYPE_CHECKING:
    from ..box import Box

ROWS = 50
_PAYMENT_STATES = {
    "succeeded": ("succeeded", "good"),
    "processing": ("under way", "open"),
    "requires_action": ("asks the bank", "open"),
    "requires_payment_method": ("refused", "bad"),
    "canceled": ("cancelled", ""),
}
_TONES = {
    **{"complete": "good", "open": "open", "paid": "good", "delivered": "good"},
    **{"succeeded": "good", "pending": "open", "failed": "bad", "dropped": "bad"},
    **{"needs_response": "bad", "under_review": "open", "won": "good", "lost": "bad"},
    **{"warning_needs_response": "bad", "warning_under_review": "open"},
}


# Why buyers of goods dispute; the controls know the others too.
_REASONS = (
    "fraudulent", "product_not_received", "product_unacceptable", "credit_not_processed",
    "duplicate", "unrecognized", "general",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A state in a word, and whether it is good, bad or open."""

    word: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of a list: what it is, its tags, and which steps it allows."""

    item: JSON
    amount: str = ""
    tags: tuple[Tag, ...] = ()
    facts: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything on the root page, each list newest first."""

    sessions: tuple[Row, ...]
    payments: tuple[Row, ...]
    refunds: tuple[Row, ...]
    disputes: tuple[Row, ...]
    events: tuple[Row, ...]
    balances: tuple[tuple[str, str, bool], ...]
    reasons: tuple[str, ...] = _REASONS


def overview(box: "Box") -> Overview:
    """Return the page for the box as it is now."""
    deliveries = {row["event_id"]: row for row in box.webhooks.log(limit=ROWS * 4)}
    return Overview(
        sessions=tuple(_session(box, one) for one in _newest(box, "checkout.session")),
        payments=tuple(_payment(box, one) for one in _newest(box, "payment_intent")),
        refunds=tuple(_refund(one) for one in _newest(box, "refund")),
        disputes=tuple(_dispute(one) for one in _newest(box, "dispute")),
        events=tuple(_event(one, deliveries.get(one["id"])) for one in _newest(box, "event")),
        balances=tuple(
            (currency, _written(amount, currency), amount > 0)
            for currency, amount in ledger.balances(box).items()
        ),
    )


def _newest(box: "Box", kind: str) -> list[JSON]:
    return box.objects.page(kind, Window(limit=ROWS))[0]


def _session(box: "Box", session: JSON) -> Row:
    intent_id = session["payment_intent"]
    intent = box.objects.find("payment_intent", intent_id) if intent_id else None
    steps: tuple[str, ...] = ("expire",) if session["status"] == "open" else ()
    if intent and intent["status"] == "processing":
        steps = ("settle", "fail")
    paid = session["payment_status"].replace("_", " ")
    tags = [_tag(session["status"])]
    if session["status"] == "complete":
        tags.append(Tag(word=paid, tone="good" if paid != "unpaid" else "open"))
    details = session["customer_details"] or {}
    return Row(
        item=session,
        amount=_written(session["amount_total"], session["currency"]),
        tags=tuple(tags),
        facts=tuple(filter(None, (session["client_reference_id"], details.get("email")))),
        steps=steps,
    )


def _payment(box: "Box", intent: JSON) -> Row:
    charge = box.objects.find("charge", intent["latest_charge"] or "")
    word, tone = _PAYMENT_STATES.get(intent["status"], (intent["status"], ""))
    tags, facts, steps = [Tag(word=word, tone=tone)], [], []
    if charge:
        facts.append(_means(charge["payment_method_details"]))
        left = charge["amount"] - charge["amount_refunded"]
        if charge["amount_refunded"]:
            facts.append(f"{_written(charge['amount_refunded'], charge['currency'])} refunded")
            tags.append(Tag(word="partly refunded" if left else "refunded"))
        if charge["disputed"]:
            tags.append(Tag(word="disputed", tone="bad"))
        if charge["paid"] and left and not disputes.are_refusing_refunds(box, charge["id"]):
            steps.append("refund")
        if disputes.left_to_dispute(box, charge) > 0:
            steps.append("dispute")
    if intent["last_payment_error"]:
        facts.append(intent["last_payment_error"]["message"])
    return Row(
        item=intent,
        amount=_written(intent["amount"], intent["currency"]),
        tags=tuple(tags),
        facts=tuple(facts),
        steps=tuple(steps),
        example=f"{1:.{decimals_of(intent['currency'])}f}",
    )


def _refund(refund: JSON) -> Row:
    steps = {"pending": ("settle", "fail"), "succeeded": ("fail",)}.get(refund["status"], ())
    reason = refund.get("failure_reason") or refund["reason"] or ""
    return Row(
        item=refund,
        amount=_written(-refund["amount"], refund["currency"]),
        tags=(_tag(refund["status"]),),
        facts=tuple(filter(None, (reason.replace("_", " "), refund["payment_intent"]))),
        steps=steps,
    )


def _dispute(found: JSON) -> Row:
    is_inquiry = found["status"] in disputes.INQUIRIES
    is_open = is_inquiry or found["status"] in disputes.CHARGEBACKS
    steps: tuple[str, ...] = ("win", "lose") if is_open else ()
    return Row(
        item=found,
        amount=_written(found["amount"], found["currency"]),
        tags=(_tag(found["status"]),),
        facts=(found["reason"].replace("_", " "), found["payment_intent"]),
        steps=("win", "escalate") if is_inquiry else steps,
    )


def _event(event: JSON, delivery: dict[str, Any] | None) -> Row:
    if delivery is None:
        return Row(item=event, tags=(Tag(word="not sent"),), steps=("resend",))
    tries = delivery["attempts"]
    answer = delivery["last_status"] or delivery["last_error"]
    facts = [f"{tries} {'try' if tries == 1 else 'tries'}"]
    if answer:
        facts.append(f"last answer {answer}")
    return Row(
        item={**event, "next_at": delivery["next_at"]},
        tags=(_tag(delivery["state"]),),
        facts=tuple(facts),
        steps=("resend",),
    )


def _means(details: JSON) -> str:
    if details["type"] == "card":
        return f"{details['card']['brand'].capitalize()} •••• {details['card']['last4']}"
    return f"SEPA debit •••• {details['sepa_debit']['last4']}"


def _tag(status: str) -> Tag:
    return Tag(word=status.replace("_", " "), tone=_TONES.get(status, ""))


def _written(amount: int, currency: str) -> str:
    """Write an amount with the sign that typography wants."""
    return ("−" if amount < 0 else "") + written(abs(amount), currency)
