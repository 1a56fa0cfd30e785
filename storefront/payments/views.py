"""What went back, as the shopper's order page shows it."""

from dataclasses import dataclass
from datetime import datetime

from .queries import GOING_BACK, refunds_of


@dataclass(frozen=True, slots=True)
class RefundView:
    """Money that went back, or is on its way since a moment."""

    amount_cents: int
    currency: str
    is_back: bool
    moment: datetime


def refunds_shown(order_reference: str) -> tuple[RefundView, ...]:
    """What a shopper sees of an order's refunds, oldest first; not those that came to nothing."""
    return tuple(
        RefundView(
            amount_cents=refund.amount_cents,
            currency=refund.currency,
            is_back=refund.state == "done",
            moment=refund.done_at or refund.asked_at,
        )
        for refund in refunds_of(order_reference)
        if refund.state in GOING_BACK
    )
