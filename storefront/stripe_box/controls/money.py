"""The part of the controls that moves money which was paid: refunds, disputes, payouts."""

from typing import TYPE_CHECKING

from ..errors import JSON, Refusal
from ..payments import disputes, refund_endings, settlement
from ..payments.card_numbers import DisputeCase
from ..resources import payouts, refunds

if TYPE_CHECKING:
    from ..box import Box

_EITHER = "Name a payment (pi_…) or a charge (ch_…, py_…)."


class MoneyControl:
    """What Stripe's Dashboard, the banks and the payers may do after the click."""

    def __init__(self, box: "Box") -> None:
        self._box = box

    def settle(self, session_id: str) -> JSON:
        """Let a delayed payment arrive now; raises Refusal when none is under way."""
        return settlement.settle(self._box, self._intent_of(session_id))

    def fail(self, session_id: str) -> JSON:
        """Let a delayed payment fail now; raises Refusal when none is under way."""
        return settlement.fail(self._box, self._intent_of(session_id))

    def refund(self, payment_id: str, *, amount: int | None = None, reason: str = "") -> JSON:
        """Refund in the Dashboard, whole or an amount in minor units; raises Stripe's Refusal."""
        asked: JSON = {"charge": self._charge_of(payment_id)}
        if amount is not None:
            asked["amount"] = amount
        if reason:
            asked["reason"] = reason
        return refunds.refund(self._box, asked)

    def settle_refund(self, refund_id: str) -> JSON:
        """Let a pending refund arrive now."""
        return refund_endings.settle(self._box, refund_id)

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> JSON:
        """Let a refund come back now, even one that had succeeded."""
        return refund_endings.fail(self._box, refund_id, reason=reason)

    def dispute(
        self,
        payment_id: str,
        *,
        reason: str = "fraudulent",
        amount: int | None = None,
        is_inquiry: bool = False,
    ) -> JSON:
        """Dispute a payment or a part of it as its payer would, or let the bank only ask."""
        case: DisputeCase = "inquiry" if is_inquiry else "chargeback"
        charge_id = self._charge_of(payment_id)
        return disputes.dispute(self._box, charge_id, reason=reason, case=case, amount=amount)

    def win(self, dispute_id: str) -> JSON:
        """Decide a dispute for the shop."""
        return disputes.win(self._box, dispute_id)

    def lose(self, dispute_id: str) -> JSON:
        """Decide a dispute for the payer."""
        return disputes.lose(self._box, dispute_id)

    def escalate(self, dispute_id: str) -> JSON:
        """Turn an inquiry into a dispute."""
        return disputes.escalate(self._box, dispute_id)

    def pay_out(self, currency: str = "eur") -> JSON:
        """Pay out the whole balance of a currency, as Stripe does by itself."""
        return payouts.pay_out(self._box, currency)

    def _charge_of(self, payment_id: str) -> str:
        if payment_id.startswith(("ch_", "py_")):
            return str(self._box.objects.get("charge", payment_id)["id"])
        if not payment_id.startswith("pi_"):
            raise Refusal(_EITHER, param="payment_intent")
        charge = self._box.objects.get("payment_intent", payment_id)["latest_charge"]
        if charge is None:
            raise Refusal(f"Nothing was paid with {payment_id}.", param="payment_intent")
        return str(charge)

    def _intent_of(self, session_id: str) -> str:
        intent_id = self._box.objects.get(settlement.SESSION, session_id)["payment_intent"]
        if intent_id is None:
            raise Refusal(f"Nothing was paid in the session {session_id}.")
        return str(intent_id)
