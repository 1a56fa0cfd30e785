"""Reads of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from ..database import db, one_page
from .models import AuditEntry

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class FoundEntries:
    """One page of the log, newest first; total counts the entries on all of its pages."""

    entries: Sequence[AuditEntry]
    total: int
    page: int
    pages: int


def entries(text: str = "", *, action: str = "", page: int = 1) -> FoundEntries:
    """Entries whose person or thing has this text in it; a page past the end becomes the last."""
    wanted = select(AuditEntry)
    if action:
        wanted = wanted.where(AuditEntry.action == action)
    if text.strip():
        columns = (AuditEntry.actor, AuditEntry.subject)
        wanted = wanted.where(or_(*(c.icontains(text.strip(), autoescape=True) for c in columns)))
    wanted = wanted.order_by(AuditEntry.id.desc())
    rows, total, page, pages = one_page(wanted, page, per_page=PER_PAGE)
    return FoundEntries(db.session.scalars(rows).all(), total, page, pages)


def actions() -> list[str]:
    """Everything that was ever done, in words, for a filter."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by("action")))
