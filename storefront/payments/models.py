"""Tables of money: what Stripe told us, what it took, what goes back, and what needs a person.

A row that names an order does so by its reference, so that nothing here depends on orders.
"""

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


class Payment(Model):
    """Money that Stripe took for an order, by the id of its PaymentIntent.

    An order has one as a rule; a second one for the same order is on its way back.
    """

    __tablename__ = "shop_payment"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        Index("ix_shop_payment_order_reference", "order_reference"),
        Index("ix_shop_payment_paid_at", "paid_at"),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    order_reference: Mapped[str] = mapped_column(String(40))
    session_id: Mapped[str] = mapped_column(String(255))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    fee_cents: Mapped[int | None]  # what Stripe kept; known a moment after the payment
    paid_at: Mapped[datetime] = mapped_column(default=now)


class Refund(Model):
    """Money that must go back, is on its way, or went: one row is one refund at Stripe.

    due: Stripe has not taken it yet · sent: Stripe has, the bank has not · done: it is back ·
    failed: the bank refused it, so the money is here again · void: nothing was left to send.
    """

    __tablename__ = "shop_refund"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'sent', 'done', 'failed', 'void')", name="state_known"),
        CheckConstraint("amount_cents > 0", name="amount_positive"),
        Index("ix_shop_refund_state_due_at", "state", "due_at"),
        Index("ix_shop_refund_payment_id", "payment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_reference: Mapped[str] = mapped_column(String(40))
    payment_id: Mapped[str] = mapped_column(String(255))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(32))
    # What asks for it; unique, so that one fact or one press of a button asks once.
    asked_by: Mapped[str] = mapped_column(String(255), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(320), default="")  # empty for the shop itself
    state: Mapped[str] = mapped_column(String(16), default="due")
    stripe_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    key_number: Mapped[int] = mapped_column(default=1)  # a new one after each refusal
    error: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime] = mapped_column(default=now)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]


class Dispute(Model):
    """A payment that its bank asks about or has taken back, as Stripe last told it."""

    __tablename__ = "shop_dispute"
    __table_args__ = (Index("ix_shop_dispute_payment_id", "payment_id"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    payment_id: Mapped[str] = mapped_column(String(255))
    order_reference: Mapped[str] = mapped_column(String(40))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    fee_cents: Mapped[int] = mapped_column(default=0)  # what Stripe keeps for it
    reason: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(32))
    answer_by: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(default=now)


class MoneyCase(Model):
    """Money that needs a person: one sentence, one thing to do, and who did it when.

    The pair (kind, subject) is unique: one fact is one case, however often it is seen.
    """

    __tablename__ = "shop_money_case"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_shop_money_case_closed_at", "closed_at"),
        Index("ix_shop_money_case_order_reference", "order_reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(255))  # the payment, refund or dispute it is about
    order_reference: Mapped[str] = mapped_column(String(40))
    sentence: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(320), default="")  # empty: it settled by itself
