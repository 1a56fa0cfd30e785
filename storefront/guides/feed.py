"""The newest published guides, as entries of their feed."""

from datetime import UTC, date, datetime, time

from sqlalchemy import select

from ..atom import Entry
from ..database import db
from ..pages import public_url
from .models import Guide

_MOST = 50


def feed_entries() -> list[Entry]:
    """The newest first, in one statement; days count from their midnight in UTC."""
    G = Guide
    rows = db.read(
        select(G.id, G.slug, G.title, G.summary, G.author, G.published_on, G.updated_on)
        .where(G.state == "published")
        .order_by(G.published_on.desc(), G.id.desc())
        .limit(_MOST)
    )
    return [
        Entry(
            str(row.id),
            row.title,
            _midnight(row.updated_on),
            public_url("guide", slug=row.slug),
            row.author,
            published_at=_midnight(row.published_on) if row.published_on else None,
            summary=row.summary,
        )
        for row in rows
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
