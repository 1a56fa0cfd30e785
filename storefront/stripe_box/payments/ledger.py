"""The account's book: every balance transaction, and the balance as their sum."""

from typing import TYPE_CHECKING

from ..errors import JSON
from ..ids import new_id

if TYPE_CHECKING:
    from ..box import Box

_CARD_FEE_PER_MILLE, _CARD_FEE_FIXED, _DEBIT_FEE = 15, 25, 35
ENTRY = "balance_transaction"


def book(
    box: "Box",
    *,
    source: JSON,
    kind: str,
    amount: int,
    fee: int = 0,
    category: str = "",
    description: str | None = None,
    payout_id: str | None = None,
) -> JSON:
    """Save and return a balance transaction; `payout_id` names the payout that contains it."""
    entry: JSON = {
        "id": new_id("txn_"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": box.clock.now(),
        "balance_type": "payments",
        "created": box.clock.now(),
        "currency": source["currency"],
        "description": description,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [_fee(fee, kind, source["currency"])] if fee else [],
        "net": amount - fee,
        "reporting_category": category or kind,
        "source": source["id"],
        "status": "available",
        "type": kind,
    }
    return box.objects.save(ENTRY, entry, parent=payout_id)


def book_charge(box: "Box", charge: JSON) -> JSON:
    """Book a payment: 1.5 % and 25 for cards, 35 for debits (minor units)."""
    amount = charge["amount"]
    if is_card(charge):
        fee = amount * _CARD_FEE_PER_MILLE // 1000 + _CARD_FEE_FIXED
        return book(box, source=charge, kind="charge", amount=amount, fee=fee)
    return book(
        box, source=charge, kind="payment", amount=amount, fee=_DEBIT_FEE, category="charge"
    )


def book_refund(box: "Box", refund: JSON, *, is_card: bool) -> JSON:
    """Book a refund; Stripe keeps the fee of the payment."""
    kind = "refund" if is_card else "payment_refund"
    return book(box, source=refund, kind=kind, amount=-refund["amount"], category="refund")


def balances(box: "Box") -> dict[str, int]:
    """Return for each currency what was not paid out yet."""
    rows = box.store.rows(
        "SELECT json_extract(body, '$.currency') AS currency,"
        " SUM(json_extract(body, '$.net')) AS net FROM object"
        " WHERE kind = ? AND parent IS NULL GROUP BY currency ORDER BY currency",
        ENTRY,
    )
    return {row["currency"]: row["net"] for row in rows}


def gather(box: "Box", *, currency: str, payout_id: str) -> None:
    """Put everything that was not paid out yet into a payout."""
    box.store.run(
        "UPDATE object SET parent = ? WHERE kind = ? AND parent IS NULL"
        " AND json_extract(body, '$.currency') = ?",
        *(payout_id, ENTRY, currency),
    )


def is_card(charge: JSON) -> bool:
    """Tell whether a charge was made with a card."""
    return bool(charge["payment_method_details"]["type"] == "card")


def _fee(amount: int, kind: str, currency: str) -> JSON:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": "Dispute fee" if kind == "adjustment" else "Stripe processing fees",
        "type": "stripe_fee",
    }
