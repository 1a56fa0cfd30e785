"""What Stripe's books say about a payment after it was made: fee, refunds, disputes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .dispute_states import ASKING, DECIDING
from .gateway import call, every


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """One refund at Stripe; asked_by names the shop's own row for it, '' where another asked."""

    id: str
    payment_id: str
    amount_cents: int
    currency: str
    status: str
    failure: str
    asked_by: str
    made_at: datetime

    @property
    def state(self) -> str:
        """The same in the words of the shop's refunds."""
        words = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
        return words.get(self.status, "sent")


@dataclass(frozen=True, slots=True)
class StripeDispute:
    """One dispute at Stripe; an inquiry is a question of the bank's that takes no money."""

    id: str
    payment_id: str
    amount_cents: int
    currency: str
    reason: str
    status: str
    answer_by: datetime | None
    opened_at: datetime
    fee_cents: int = 0  # what Stripe keeps for it, however it ends

    @property
    def has_taken_money(self) -> bool:
        """The bank has the money while it decides."""
        return self.status in DECIDING

    @property
    def is_inquiry(self) -> bool:
        """The bank asks, and has taken nothing yet."""
        return self.status in ASKING


@dataclass(frozen=True, slots=True)
class PaymentBooks:
    """A payment with all that has happened to it; amounts in minor units."""

    payment_id: str
    order_reference: str
    shop: str
    amount_cents: int  # what was received; 0 for one that never succeeded
    currency: str
    fee_cents: int | None
    refunds: tuple[StripeRefund, ...]
    disputes: tuple[StripeDispute, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment that arrived, as Stripe's ledger has it; amounts in minor units."""

    payment_id: str
    order_reference: str
    shop: str
    amount_cents: int
    currency: str
    fee_cents: int | None  # None while unknown, and where Stripe settles in another currency
    taken_at: datetime


def payment_books(payment_id: str) -> PaymentBooks:
    """What Stripe says about this payment now; raises PaymentFailed, SessionMissing."""
    wanted: Any = {"expand": ["latest_charge.balance_transaction"]}
    intent = call(lambda c: c.v1.payment_intents.retrieve(payment_id, wanted)).to_dict()
    of_it: Any = {"payment_intent": payment_id, "limit": 100}
    refunds = call(lambda c: c.v1.refunds.list(of_it)).data
    disputes = call(lambda c: c.v1.disputes.list(of_it)).data
    names = intent.get("metadata") or {}
    entry = (intent.get("latest_charge") or {}).get("balance_transaction") or {}
    return PaymentBooks(
        payment_id=payment_id,
        order_reference=names.get("order_reference") or "",
        shop=names.get("shop") or "",
        amount_cents=intent.get("amount_received") or 0,
        currency=(intent.get("currency") or "").upper(),
        fee_cents=_fee_of(entry, intent.get("currency")),
        refunds=tuple(read_refund(refund) for refund in refunds),
        disputes=tuple(read_dispute(dispute) for dispute in disputes),
    )


def payment_behind(event_type: str, object_id: str) -> str:
    """The payment that an event about a charge, refund, dispute or warning is about; '' if none."""
    kinds: dict[str, Any] = {
        "charge.dispute.": lambda c: c.v1.disputes,
        "charge.refund.": lambda c: c.v1.refunds,
        "charge.": lambda c: c.v1.charges,
        "refund.": lambda c: c.v1.refunds,
        "radar.early_fraud_warning.": lambda c: c.v1.radar.early_fraud_warnings,
    }
    service = next(found for start, found in kinds.items() if event_type.startswith(start))
    thing = call(lambda c: service(c).retrieve(object_id)).to_dict()
    return str(thing.get("payment_intent") or "")


def make_refund(payment_id: str, *, amount_cents: int, asked_by: str, key: str) -> StripeRefund:
    """Sends so much of a payment back, once for one key; raises PaymentFailed."""
    params: Any = {
        "payment_intent": payment_id,
        "amount": amount_cents,
        "reason": "requested_by_customer",
        "metadata": {"asked_by": asked_by},
    }
    made = call(lambda c: c.v1.refunds.create(params, {"idempotency_key": key}))
    return read_refund(made)


def refunds_between(start: datetime, end: datetime) -> Iterator[StripeRefund]:
    """All refunds made in a period, of every shop on the account, newest first."""
    yield from map(read_refund, every(lambda c: c.v1.refunds, _period(start, end)))


def disputes_between(start: datetime, end: datetime) -> Iterator[StripeDispute]:
    """All disputes opened in a period, of every shop on the account, newest first."""
    yield from map(read_dispute, every(lambda c: c.v1.disputes, _period(start, end)))


def taken_between(start: datetime, end: datetime) -> Iterator[Taken]:
    """All payments that arrived in a period, of every shop on the account, newest first.

    A slow payment counts from when its money is there, and not from when it was promised.
    """
    wanted = _period(start, end) | {"expand": ["data.source"]}
    for entry in every(lambda c: c.v1.balance_transactions, wanted):
        raw = entry.to_dict()
        if raw.get("reporting_category") == "charge" and isinstance(raw.get("source"), dict):
            yield _taken(raw)


def _taken(entry: dict[str, Any]) -> Taken:
    charge = entry["source"]
    names = charge.get("metadata") or {}
    return Taken(
        payment_id=_id_of(charge.get("payment_intent")),
        order_reference=names.get("order_reference") or "",
        shop=names.get("shop") or "",
        amount_cents=charge.get("amount_captured") or 0,
        currency=charge["currency"].upper(),
        fee_cents=_fee_of(entry, charge["currency"]),
        taken_at=datetime.fromtimestamp(entry["created"], UTC),
    )


def _fee_of(entry: Any, currency: object) -> int | None:
    """What a line of the ledger cost, if it is counted in this currency."""
    return entry["fee"] if entry and entry.get("currency") == currency else None


def _period(start: datetime, end: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(start.timestamp()), "lt": int(end.timestamp())}}


def read_refund(found: Any) -> StripeRefund:
    """A refund of the SDK as the shop reads it."""
    raw = found.to_dict()
    return StripeRefund(
        id=raw["id"],
        payment_id=_id_of(raw.get("payment_intent")),
        amount_cents=raw["amount"],
        currency=raw["currency"].upper(),
        status=raw.get("status") or "succeeded",
        failure=raw.get("failure_reason") or "",
        asked_by=((raw.get("metadata") or {}).get("asked_by") or "")[:255],
        made_at=datetime.fromtimestamp(raw["created"], UTC),
    )


def read_dispute(found: Any) -> StripeDispute:
    """A dispute of the SDK as the shop reads it."""
    raw = found.to_dict()
    answer_by = (raw.get("evidence_details") or {}).get("due_by")
    return StripeDispute(
        id=raw["id"],
        payment_id=_id_of(raw.get("payment_intent")),
        amount_cents=raw["amount"],
        currency=raw["currency"].upper(),
        reason=raw.get("reason") or "",
        status=raw.get("status") or "",
        answer_by=datetime.fromtimestamp(answer_by, UTC) if answer_by else None,
        opened_at=datetime.fromtimestamp(raw["created"], UTC),
        fee_cents=sum(
            _fee_of(entry, raw["currency"]) or 0 for entry in raw.get("balance_transactions") or ()
        ),
    )


def _id_of(found: Any) -> str:
    return found["id"] if isinstance(found, dict) else found or ""
