"""The inbox of Stripe's events: each is stored once, acted on once, and kept for staff."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class StripeEvent(Model):
    """One event by Stripe's own id, so that a second delivery finds the first."""

    __tablename__ = "shop_stripe_event"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'done', 'failed')", name="state_known"),
        Index("ix_shop_stripe_event_state_received_at", "state", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    type: Mapped[str] = mapped_column(String(100))
    object_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16), default="new")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    received_at: Mapped[datetime] = mapped_column(default=now)


class Refund(Model):
    """Money that must go back, or went back: one row is one refund at Stripe, by its own key.

    A failed one is still tried, but after so many times a person should look at it.
    """

    __tablename__ = "shop_refund"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'done', 'failed')", name="state_known"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        UniqueConstraint("payment_id", "reason"),
        Index("ix_shop_refund_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_reference: Mapped[str] = mapped_column(String(40))
    payment_id: Mapped[str] = mapped_column(String(255))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(32))  # sold_out, paid_twice
    state: Mapped[str] = mapped_column(String(16), default="due")
    stripe_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]

    @property
    def sentence(self) -> str:
        """What staff read of a refund that does not go through."""
        return (
            f"Stripe has not made the refund of payment {self.payment_id} in {self.attempts}"
            f" tries ({self.error}); look at it in Stripe's Dashboard."
        )
