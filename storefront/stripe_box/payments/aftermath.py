"""What a test card or test account brings along after its payment has succeeded."""

from typing import TYPE_CHECKING

from ..errors import JSON
from ..resources import radar, refunds
from . import disputes
from .card_numbers import TestCard

if TYPE_CHECKING:
    from ..box import Box


def of_card(box: "Box", charge: JSON, card: TestCard) -> None:
    """Warn about the charge and dispute it, as Stripe documents for the card."""
    if card.has_fraud_warning:
        radar.warn(box, charge)
    if card.dispute is None:
        return
    told, count = card.dispute, card.dispute.count
    part = charge["amount"] // count
    for number in range(count):
        amount = part if number < count - 1 else charge["amount"] - part * (count - 1)
        disputes.dispute(box, charge["id"], reason=told.reason, case=told.case, amount=amount)
    if told.case == "resolution":
        # The networks' early resolution prevents the chargeback by giving the money back.
        refunds.refund(box, {"charge": charge["id"], "reason": "fraudulent"})


def of_disputed_account(box: "Box", charge: JSON) -> None:
    """Dispute a debit right after its money has arrived."""
    disputes.dispute(box, charge["id"], reason="debit_not_authorized")
