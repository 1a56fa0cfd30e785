"""The balance, and payouts of it to the shop's bank account."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.lists import listed, window
from ..errors import JSON, Refusal
from ..events import emit
from ..ids import new_id
from ..payments import ledger

if TYPE_CHECKING:
    from ..box import Box

_PAYOUT = "payout"


def balance(call: Call) -> JSON:
    """GET /v1/balance: everything is available at once, so nothing is pending."""
    sums = ledger.balances(call.box) or {"eur": 0}
    return {
        "object": "balance",
        "available": [_amount(currency, amount) for currency, amount in sums.items()],
        "livemode": False,
        "pending": [_amount(currency, 0) for currency in sums],
    }


def create(call: Call) -> JSON:
    """POST /v1/payouts: a part of the balance, by hand."""
    box, params = call.box, call.params
    amount, currency = params["amount"], params["currency"]
    if amount < 1:
        message = "This value must be greater than or equal to 1."
        raise Refusal(message, code="parameter_invalid_integer", param="amount")
    if amount > ledger.balances(box).get(currency, 0):
        message = "You have insufficient funds in your Stripe account for this payout."
        raise Refusal(message, code="balance_insufficient", is_saved=True)
    payout = _new(box, amount, currency, is_automatic=False)
    payout.update(
        description=params.get("description"),
        metadata=params.get("metadata") or {},
        statement_descriptor=params.get("statement_descriptor"),
    )
    entry = ledger.book(box, source=payout, kind="payout", amount=-amount)
    return _pay(box, payout, entry)


def pay_out(box: "Box", currency: str) -> JSON:
    """Pay out the whole balance, as Stripe does by itself; raises Refusal when there is none."""
    with box.store.transaction():
        amount = ledger.balances(box).get(currency, 0)
        if amount < 1:
            raise Refusal(f"There is no {currency} to pay out.", code="balance_insufficient")
        payout = _new(box, amount, currency, is_automatic=True)
        ledger.gather(box, currency=currency, payout_id=payout["id"])
        entry = ledger.book(
            box, source=payout, kind="payout", amount=-amount, payout_id=payout["id"]
        )
        return _pay(box, payout, entry)


def list_all(call: Call) -> JSON:
    """GET /v1/payouts, newest first."""
    return listed(call, _PAYOUT, window(call, equal={"status": "status"}))


def list_entries(call: Call) -> JSON:
    """GET /v1/balance_transactions; `payout` shows what an automatic payout consists of."""
    equal = {name: name for name in ("source", "type", "currency")}
    parent = call.params.get("payout")
    if parent is not None:
        call.box.objects.get(_PAYOUT, parent, param="payout")
    return listed(call, ledger.ENTRY, window(call, equal=equal, parent=parent))


def _new(box: "Box", amount: int, currency: str, *, is_automatic: bool) -> JSON:
    return {
        "id": new_id("po_"),
        "object": _PAYOUT,
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": box.clock.now(),
        "automatic": is_automatic,
        "balance_transaction": None,
        "created": box.clock.now(),
        "currency": currency,
        "description": "STRIPE PAYOUT" if is_automatic else None,
        "destination": None,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "in_progress" if is_automatic else "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


def _pay(box: "Box", payout: JSON, entry: JSON) -> JSON:
    """Save a payout and let it arrive at once."""
    payout["balance_transaction"] = entry["id"]
    box.objects.save(_PAYOUT, payout)
    emit(box, "payout.created", payout)
    payout["status"] = "paid"
    emit(box, "payout.paid", payout)
    if payout["automatic"]:
        payout["reconciliation_status"] = "completed"
        emit(box, "payout.reconciliation_completed", payout)
    return box.objects.save(_PAYOUT, payout)


def _amount(currency: str, amount: int) -> JSON:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
