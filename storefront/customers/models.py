"""Tables about people."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now

_OPEN = text("state IN ('asked', 'waiting')")


class SignUp(Model):
    """Somebody wants one letter when an article is back.

    asked: the address is not confirmed; waiting: it is; told: the one letter was written. The
    address is erased some time after that, see operations.forget_old().
    """

    __tablename__ = "shop_sign_up"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'waiting', 'told')", name="state_known"),
        # One open sign-up per address and article, however often the form is sent.
        Index(
            "uq_shop_sign_up_open",
            "email",
            "sku",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_shop_sign_up_state_sku_id", "state", "sku", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)  # in the links of its letters
    sku: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(320))  # in small letters; '' once it is erased
    state: Mapped[str] = mapped_column(String(16), default="asked")
    asks: Mapped[int] = mapped_column(default=1)  # letters that asked to confirm
    wording: Mapped[str] = mapped_column(String(20))  # which text was agreed to
    asked_at: Mapped[datetime] = mapped_column(default=now)
    confirmed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
