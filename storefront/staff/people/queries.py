"""Reads about the people who run the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select

from ...database import db, now, one_page
from ..rights import may
from .models import StaffLink, StaffMember

PER_PAGE = 50
_MOST_NAMED = 3


def is_owner(table: Any) -> ColumnElement[bool]:
    """Condition: may sign in, and may do everything."""
    padded = literal(" ") + table.roles + literal(" ")
    return and_(table.is_active, padded.contains(" owner "))


def active_owners() -> Sequence[str]:
    """Addresses of those who may change everything, at most three, longest here first."""
    query = select(StaffMember.email).where(is_owner(StaffMember)).order_by(StaffMember.id)
    return db.session.scalars(query.limit(_MOST_NAMED)).all()


def keepers() -> list[str]:
    """Addresses of those who may change the stock, in order."""
    query = select(StaffMember.email, StaffMember.roles).where(StaffMember.is_active)
    rows = db.session.execute(query.order_by(StaffMember.email))
    return [email for email, roles in rows if may(roles.split(), "stock")]


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """One page of people; total counts those on all pages."""

    people: Sequence[StaffMember]
    total: int
    page: int
    pages: int


def people(text: str = "", *, page: int = 1) -> FoundPeople:
    """Everybody, or those whose address or role has this text in it; two statements.

    Those who may sign in come first, by their address; a page past the end becomes the last.
    """
    wanted = select(StaffMember)
    if text:
        columns = (StaffMember.email, StaffMember.roles)
        wanted = wanted.where(or_(*(c.icontains(text, autoescape=True) for c in columns)))
    wanted = wanted.order_by(StaffMember.is_active.desc(), StaffMember.email)
    rows, total, page, pages = one_page(wanted, page, per_page=PER_PAGE)
    return FoundPeople(db.session.scalars(rows).all(), total, page, pages)


def member(member_id: int) -> StaffMember | None:
    """One person."""
    return db.session.get(StaffMember, member_id, populate_existing=True)


def invitations(*, most: int = 100) -> Sequence[StaffLink]:
    """Who was invited and has not come in yet, longest waiting first."""
    query = select(StaffLink).where(StaffLink.kind == "invitation").order_by(StaffLink.id)
    return db.session.scalars(query.limit(most)).all()


def open_link(kind: str, token_hash: str) -> StaffLink | None:
    """The link that this hash belongs to, while it is good."""
    query = select(StaffLink).where(
        StaffLink.kind == kind, StaffLink.token_hash == token_hash, StaffLink.valid_until > now()
    )
    return db.session.execute(query).scalar_one_or_none()
