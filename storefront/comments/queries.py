"""Reads of comments: one statement for the page of a guide, few for the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, and_, case, exists, func, select

from .. import claims, guides
from ..database import db, one_page
from ..display import paragraphs
from .models import ClosedComments, Comment

PER_PAGE = 50
_MOST_SHOWN = 200
_G = cast(Table, guides.Guide.__table__).c
_C = cast(Table, Comment.__table__).c
_IS_CLOSED = exists().where(ClosedComments.guide_id == _G.id)


@dataclass(frozen=True, slots=True)
class CommentEntry:
    """A comment as readers see it."""

    id: int
    name: str
    text: str
    sent_at: datetime

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as it was divided by empty lines."""
        return paragraphs(self.text)


@dataclass(frozen=True, slots=True)
class Discussion:
    """What stands below a guide, oldest first, and whether more may be written."""

    guide_id: int
    slug: str
    title: str
    is_open: bool
    comments: tuple[CommentEntry, ...]


@dataclass(frozen=True, slots=True)
class CommentDesk:
    """A comment as the desk sees it, with what the wording rules say about it."""

    comment: Comment
    guide_slug: str
    guide_title: str
    findings: tuple[claims.Finding, ...]


@dataclass(frozen=True, slots=True)
class GuideDesk:
    """A guide with how many comments it has, and whether more may be written."""

    id: int
    title: str
    is_open: bool
    shown: int
    waiting: int


def discussion(slug: str) -> Discussion | None:
    """The newest comments of a published guide, in one statement; None without such a guide."""
    rows = db.read(
        select(_G.id, _G.slug, _G.title, _IS_CLOSED.label("closed"), _C.id.label("comment_id"),
               _C.name, _C.text, _C.sent_at)
        .outerjoin(Comment.__table__, and_(_C.guide_id == _G.id, _C.state == "shown"))
        .where(_G.slug == slug, _G.state == "published")
        .order_by(_C.id.desc())
        .limit(_MOST_SHOWN)
    ).all()  # fmt: skip
    if not rows:
        return None
    entries = [
        CommentEntry(row.comment_id, row.name, row.text, row.sent_at)
        for row in reversed(rows)
        if row.comment_id is not None
    ]
    first = rows[0]
    return Discussion(first.id, first.slug, first.title, not first.closed, tuple(entries))


def comment_page(state: str, page: int) -> tuple[Sequence[CommentDesk], int, int]:
    """Comments in a state, the oldest waiting first; with the page it is and how many there are."""
    wanted = (
        select(Comment, guides.Guide.slug, guides.Guide.title)
        .join(guides.Guide, guides.Guide.id == Comment.guide_id)
        .where(Comment.state == state)
        .order_by(Comment.id if state == "waiting" else Comment.id.desc())
    )
    rows, _, page, pages = one_page(wanted, page, per_page=PER_PAGE)
    found = [
        CommentDesk(one, slug, title, tuple(claims.find(checked(one.name, one.text))))
        for one, slug, title in db.session.execute(rows)
    ]
    return found, page, pages


def count_waiting() -> int:
    """How many nobody has read yet."""
    query = select(func.count()).select_from(Comment).where(Comment.state == "waiting")
    return db.session.scalar(query) or 0


def guides_with_comments() -> tuple[GuideDesk, ...]:
    """Every guide that is not archived, by title, in one statement."""
    states = ("shown", "waiting")
    counts = [func.sum(case((Comment.state == state, 1), else_=0)) for state in states]
    G = guides.Guide
    rows = db.session.execute(
        select(G.id, G.title, ClosedComments.guide_id, *counts)
        .outerjoin(Comment, Comment.guide_id == G.id)
        .outerjoin(ClosedComments, ClosedComments.guide_id == G.id)
        .where(G.state != "archived")
        .group_by(G.id, G.title, ClosedComments.guide_id)
        .order_by(G.title, G.id)
    )
    return tuple(
        GuideDesk(id_, title, closed is None, int(shown), int(waiting))
        for id_, title, closed, shown, waiting in rows
    )


def shop_texts() -> Iterator[claims.Text]:
    """The comments that readers see, for check-claims."""
    rows = db.session.execute(
        select(Comment.id, Comment.name, Comment.text)
        .where(Comment.state == "shown")
        .order_by(Comment.id)
    )
    for comment_id, name, text in rows:
        yield claims.Text(f"comment {comment_id}", f"{name}: {text}", markup="letters")


def checked(name: str, text: str) -> tuple[claims.Text, ...]:
    """A comment as the wording rules read it."""
    return (
        claims.Text("name", name, markup="letters"),
        claims.Text("comment", text, markup="letters"),
    )
