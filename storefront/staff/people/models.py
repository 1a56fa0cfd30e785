"""People who run the shop."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Model, now


def new_stamp() -> str:
    """What a session must name to be valid."""
    return secrets.token_hex(8)


class StaffMember(Model):
    """One person; changing the stamp ends all of their sessions.

    roles are the person's, with spaces between: 'orders stock'. The secret of the second factor is
    worked out from second_factor_salt (second_factor.py); while that is empty there is none.
    second_factor_step is the half minute whose code was used last.
    """

    __tablename__ = "shop_staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(100), default="owner")
    stamp: Mapped[str] = mapped_column(String(16), default=new_stamp)
    is_active: Mapped[bool] = mapped_column(default=True)
    second_factor_salt: Mapped[str] = mapped_column(String(32), default="")
    second_factor_step: Mapped[int] = mapped_column(default=0)
    signed_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_owner(self) -> bool:
        """Whether this person may do everything."""
        return "owner" in self.roles.split()

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not open the back office for this person."""
        return bool(self.second_factor_salt)


class RecoveryCode(Model):
    """What opens the back office once, in the place of a code of a lost phone."""

    __tablename__ = "shop_staff_recovery_code"
    __table_args__ = (UniqueConstraint("member_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("shop_staff_member.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class StaffLink(Model):
    """A link in a letter that works once: an invitation, or the way to a new password.

    One of a kind for each address; times_sent says how often an invitation has gone out.
    """

    __tablename__ = "shop_staff_link"
    __table_args__ = (
        UniqueConstraint("kind", "email"),
        CheckConstraint("kind IN ('invitation', 'password')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    email: Mapped[str] = mapped_column(String(320))
    roles: Mapped[str] = mapped_column(String(100), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[str] = mapped_column(String(320), default="")
    times_sent: Mapped[int] = mapped_column(default=1)
    valid_until: Mapped[datetime]
