"""People who run the shop."""

import secrets
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


def new_stamp() -> str:
    """What a session must name to be valid."""
    return secrets.token_hex(8)


class StaffMember(Model):
    """One person; changing the stamp ends all of their sessions.

    roles are the person's, with spaces between: 'orders stock'.
    """

    __tablename__ = "shop_staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(100), default="owner")
    stamp: Mapped[str] = mapped_column(String(16), default=new_stamp)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
