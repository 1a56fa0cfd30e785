"""Reads of the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from ..database import db
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
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    window = wanted.order_by(AuditEntry.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return FoundEntries(db.session.scalars(window).all(), total, page, pages)


def actions() -> list[str]:
    """Everything that was ever done, in words, for a filter."""
    return list(db.session.scalars(select(AuditEntry.action).distinct().order_by("action")))
