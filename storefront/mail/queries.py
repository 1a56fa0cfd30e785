"""Reads of the outbox, for staff."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select

from ..database import db
from .models import Letter


def letters(*, most: int = 100) -> Sequence[Letter]:
    """The latest letters, newest first."""
    return db.session.scalars(select(Letter).order_by(Letter.id.desc()).limit(most)).all()


def failed_count() -> int:
    """How many letters could not be sent and will not be tried again by themselves."""
    query = select(func.count()).select_from(Letter).where(Letter.state == "failed")
    return db.session.execute(query).scalar_one()


def failed(*, most: int) -> Sequence[Letter]:
    """The latest letters that could not be sent and will not be tried again by themselves."""
    found = select(Letter).where(Letter.state == "failed").order_by(Letter.id.desc()).limit(most)
    return db.session.scalars(found).all()


def letter(letter_id: int) -> Letter | None:
    """One letter."""
    return db.session.get(Letter, letter_id)


def letters_about(references: Collection[str]) -> Sequence[Letter]:
    """The letters of these facts, newest first."""
    return db.session.scalars(
        select(Letter).where(Letter.reference.in_(sorted(references))).order_by(Letter.id.desc())
    ).all()
