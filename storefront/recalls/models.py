"""The table of recalls."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Recall(Model):
    """What was told to everybody who got units of a lot; there is one for a lot."""

    __tablename__ = "shop_recall"

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("shop_lot.id"), unique=True)
    product: Mapped[str] = mapped_column(String(300))
    hazard: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)  # what the reader has to do now
    remedies: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120), default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
