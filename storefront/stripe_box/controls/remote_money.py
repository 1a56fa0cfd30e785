"""The verbs of `MoneyControl` for a box in another process."""

from abc import ABC, abstractmethod
from urllib.parse import quote

from ..errors import JSON


class RemoteMoney(ABC):
    """What Stripe's Dashboard, the banks and the payers may do after the click, over HTTP."""

    @abstractmethod
    def _ask(self, method: str, path: str, body: JSON | None = None) -> JSON: ...

    def settle(self, session_id: str) -> JSON:
        """Let a delayed payment arrive now; raises Refusal when none is under way."""
        return self._step("sessions", session_id, "settle")

    def fail(self, session_id: str) -> JSON:
        """Let a delayed payment fail now; raises Refusal when none is under way."""
        return self._step("sessions", session_id, "fail")

    def refund(self, payment_id: str, *, amount: int | None = None, reason: str = "") -> JSON:
        """Refund in the Dashboard, whole or an amount in minor units; raises Stripe's Refusal."""
        return self._step("payments", payment_id, "refund", amount=amount, reason=reason)

    def settle_refund(self, refund_id: str) -> JSON:
        """Let a pending refund arrive now."""
        return self._step("refunds", refund_id, "settle")

    def fail_refund(self, refund_id: str, reason: str = "expired_or_canceled_card") -> JSON:
        """Let a refund come back now, even one that had succeeded."""
        return self._step("refunds", refund_id, "fail", reason=reason)

    def dispute(
        self,
        payment_id: str,
        *,
        reason: str = "fraudulent",
        amount: int | None = None,
        is_inquiry: bool = False,
    ) -> JSON:
        """Dispute a payment or a part of it as its payer would, or let the bank only ask."""
        wish = {"reason": reason, "amount": amount, "inquiry": is_inquiry}
        return self._step("payments", payment_id, "dispute", **wish)

    def disputes(self) -> list[JSON]:
        """Return all disputes, oldest first."""
        found: list[JSON] = self._ask("GET", "/disputes")["data"]
        return found

    def win(self, dispute_id: str) -> JSON:
        """Decide a dispute for the shop."""
        return self._step("disputes", dispute_id, "win")

    def lose(self, dispute_id: str) -> JSON:
        """Decide a dispute for the payer."""
        return self._step("disputes", dispute_id, "lose")

    def escalate(self, dispute_id: str) -> JSON:
        """Turn an inquiry into a dispute."""
        return self._step("disputes", dispute_id, "escalate")

    def pay_out(self, currency: str = "eur") -> JSON:
        """Pay out the whole balance of a currency, as Stripe does by itself."""
        return self._ask("POST", "/payouts", {"currency": currency})

    def _step(self, kind: str, identifier: str, step: str, **body: object) -> JSON:
        return self._ask("POST", f"/{kind}/{quote(identifier)}/{step}", body)
