"""The table of what staff did."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class AuditEntry(Model):
    """One line: who did what to which thing; a trigger refuses to change or delete it.

    before and after are JSON objects of the facts that differ.
    """

    __tablename__ = "shop_audit_entry"
    __table_args__ = (
        Index("ix_shop_audit_entry_actor_id", "actor", "id"),
        Index("ix_shop_audit_entry_subject_id", "subject", "id"),
        Index("ix_shop_audit_entry_action_id", "action", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(320))  # an e-mail address, or 'command line'
    action: Mapped[str] = mapped_column(String(60))  # stock adjusted, order packed, person invited
    subject: Mapped[str] = mapped_column(String(400))  # SKU OIL-100, order 1042, ida@shop.example
    before: Mapped[str] = mapped_column(Text, default="{}")
    after: Mapped[str] = mapped_column(Text, default="{}")
    happened_at: Mapped[datetime] = mapped_column(default=now)
