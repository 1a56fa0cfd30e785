"""Reads about the people who run the shop."""

from collections.abc import Sequence

from sqlalchemy import select

from ..database import db
from .models import StaffMember

_MOST_NAMED = 3


def active_owners() -> Sequence[str]:
    """Addresses of those who may change everything, at most three, longest here first."""
    people = select(StaffMember).where(StaffMember.is_active).order_by(StaffMember.id)
    owners = (p.email for p in db.session.scalars(people) if "owner" in p.roles.split())
    return [email for email, _ in zip(owners, range(_MOST_NAMED), strict=False)]
