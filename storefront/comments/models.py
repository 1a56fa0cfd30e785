"""Tables of what readers write."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now

#: waiting: nobody has read it · refused: never shown · withdrawn: shown once, and taken down
STATES = ("waiting", "shown", "refused", "withdrawn")


class Comment(Model):
    """What a reader wrote below a guide; the e-mail is for answers, never shown, and erased."""

    __tablename__ = "shop_comment"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in STATES)})", name="state_known"),
        Index("ix_shop_comment_guide_id_state_id", "guide_id", "state", "id"),
        Index("ix_shop_comment_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("shop_guide.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(320), default="")
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    sent_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(320), default="")


class ClosedComments(Model):
    """A guide below which nobody writes any more; without a row its comments are open."""

    __tablename__ = "shop_closed_comments"

    guide_id: Mapped[int] = mapped_column(
        ForeignKey("shop_guide.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
