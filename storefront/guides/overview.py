"""What the guides desk reads: the list, one guide with its newest text, and its revisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from ..database import db, one_page
from .models import IS_NEWEST, Guide, GuideRevision

PER_PAGE = 30
#: What a list may be narrowed to, in words.
SHOWN = {
    "published": "In the shop",
    "draft": "Drafts",
    "changed": "In the shop, with changes that are not",
    "planned": "Published by itself later",
    "missed": "Not published at its moment",
    "archived": "Archived",
}
_R = GuideRevision
_IS_KEPT = Guide.state != "archived"
_NARROWED = {
    "published": Guide.state == "published",
    "draft": Guide.state == "draft",
    "archived": Guide.state == "archived",
    "changed": and_(Guide.state == "published", Guide.shown != Guide.newest),
    "planned": and_(Guide.publish_at.is_not(None), Guide.publish_problem == ""),
    "missed": Guide.publish_problem != "",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A guide as the desk knows it, with its newest text."""

    id: int
    slug: str
    title: str
    state: str
    newest: int
    shown: int
    publish_at: datetime | None
    publish_number: int
    publish_by: str
    publish_problem: str
    preview_token: str | None
    saved_by: str
    saved_at: datetime
    source: str = ""

    @property
    def has_changes(self) -> bool:
        """Whether readers see another text than the newest."""
        return self.state == "published" and self.shown != self.newest


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, what was edited last first; total counts those on all pages."""

    guides: Sequence[Sheet]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Revision:
    """A text as somebody saved it."""

    number: int
    saved_by: str
    saved_at: datetime
    note: str
    source: str = ""


_COLUMNS = (
    Guide.id, Guide.slug, Guide.title, Guide.state, Guide.newest, Guide.shown, Guide.publish_at,
    Guide.publish_number, Guide.publish_by, Guide.publish_problem, Guide.preview_token,
    _R.saved_by, _R.saved_at,
)  # fmt: skip


def find_guides(text: str = "", *, shown: str = "", page: int = 1) -> Found:
    """Guides whose title, address, author or newest text has these letters, in two statements.

    Without a choice the archived ones are left out. A page past the end becomes the last.
    """
    rows = select(*_COLUMNS).join(_R, IS_NEWEST)
    rows = rows.where(_NARROWED.get(shown, _IS_KEPT))
    if text.strip():
        columns = (Guide.title, Guide.slug, Guide.author, _R.source)
        rows = rows.where(or_(*(c.icontains(text.strip(), autoescape=True) for c in columns)))
    rows = rows.order_by(_R.saved_at.desc(), Guide.id.desc())
    window, total, page, pages = one_page(rows, page, per_page=PER_PAGE)
    return Found([Sheet(*tuple(row)) for row in db.session.execute(window)], total, page, pages)


def guide_sheet(guide_id: int) -> Sheet | None:
    """One guide with its newest text, in one statement."""
    row = db.session.execute(
        select(*_COLUMNS, _R.source).join(_R, IS_NEWEST).where(Guide.id == guide_id)
    ).first()
    return Sheet(*tuple(row)) if row else None


def newest_texts() -> list[Sheet]:
    """Every guide that is not archived with its newest text, by title, in one statement."""
    query = select(*_COLUMNS, _R.source).join(_R, IS_NEWEST).where(_IS_KEPT)
    rows = db.session.execute(query.order_by(Guide.title, Guide.id))
    return [Sheet(*tuple(row)) for row in rows]


def revisions(guide_id: int, *, page: int = 1) -> tuple[Sequence[Revision], int, int]:
    """A guide's revisions without their texts, the newest first; which page, and of how many."""
    wanted = select(_R.number, _R.saved_by, _R.saved_at, _R.note).where(_R.guide_id == guide_id)
    rows, _, page, pages = one_page(wanted.order_by(_R.number.desc()), page, per_page=PER_PAGE)
    return [Revision(*row) for row in db.session.execute(rows)], page, pages


def revision(guide_id: int, number: int) -> Revision | None:
    """One revision with its text."""
    row = db.session.execute(
        select(_R.number, _R.saved_by, _R.saved_at, _R.note, _R.source).where(
            _R.guide_id == guide_id, _R.number == number
        )
    ).first()
    return Revision(*row) if row else None
