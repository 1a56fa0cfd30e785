"""Reads of the wording rules."""

from sqlalchemy import func, select

from ..database import db
from .models import WordingChange


def newest_changes() -> dict[str, WordingChange]:
    """Rule → its newest change that counts."""
    newest = (
        select(func.max(WordingChange.id))
        .where(WordingChange.undone_at.is_(None))
        .group_by(WordingChange.rule_id)
    )
    found = db.session.scalars(select(WordingChange).where(WordingChange.id.in_(newest)))
    return {change.rule_id: change for change in found}


def changes_of(rule_id: str) -> list[WordingChange]:
    """All that was ever decided about a rule, newest first."""
    of_rule = select(WordingChange).where(WordingChange.rule_id == rule_id)
    return list(db.session.scalars(of_rule.order_by(WordingChange.id.desc())))
