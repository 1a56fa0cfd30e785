"""The outbox table."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Letter(Model):
    """One letter; the pair (kind, reference) is unique, so that one fact gives one letter."""

    __tablename__ = "shop_letter"
    __table_args__ = (
        UniqueConstraint("kind", "reference"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="state_known"),
        Index("ix_shop_letter_state_due_at", "state", "due_at"),
        Index("ix_shop_letter_reference", "reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(64))
    recipient: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    unsubscribe_url: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_secret: Mapped[bool] = mapped_column(default=False)  # its text is gone once it was sent
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
