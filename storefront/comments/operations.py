"""Verbs of comments: write, decide, close, forget. None of them commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from .. import claims, guides
from ..database import now, require_transaction, was_changed
from ..errors import NotFound, Refusal
from ..pages import drop_pages
from .models import ClosedComments, Comment
from .queries import checked

EMAIL_DAYS = 90  # after this an address is erased, answered or not
#: state → the states that a comment may go to from it; everything can be undone.
_LEADS_TO = {
    "waiting": ("shown", "refused"),
    "shown": ("withdrawn", "waiting"),
    "refused": ("waiting", "shown"),
    "withdrawn": ("shown", "waiting"),
}


class CommentsClosed(Refusal):
    """Nobody writes below this guide any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__("Comments on this guide are closed, so yours was not taken. Thank you.")


class BlockedComment(Refusal):
    """A comment that says what the law of a market forbids a shop to show."""

    def __init__(self, findings: Collection[claims.Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            f"It says {claims.quoted(findings)}, which a shop may not publish. Refuse it, or ask"
            " its writer for other words."
        )


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody has written, with the plain line ends and edges of a form that was checked."""

    name: str
    text: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Commented:
    """What became of it: is_new is False for a form sent twice, is_held where words are blocked."""

    is_new: bool
    is_held: bool


def write(slug: str, new: NewComment) -> Commented:
    """Keeps a comment until somebody has read it; raises NotFound or CommentsClosed."""
    session = require_transaction()
    place = guides.place_of(slug)
    if place is None:
        raise NotFound("There is no guide at this address.")
    if session.get(ClosedComments, place.guide_id, populate_existing=True) is not None:
        raise CommentsClosed
    is_held = bool(claims.blocked(checked(new.name, new.text)))
    same = select(Comment.id).where(
        Comment.guide_id == place.guide_id,
        Comment.state == "waiting",
        Comment.name == new.name,
        Comment.text == new.text,
    )
    if session.scalar(same.limit(1)) is not None:
        return Commented(is_new=False, is_held=is_held)
    session.add(
        Comment(guide_id=place.guide_id, name=new.name, email=new.email.lower(), text=new.text)
    )
    return Commented(is_new=True, is_held=is_held)


def decide(comment_id: int, state: str, *, actor: str) -> bool:
    """Moves a comment to a state; False when it is there already or may not go there.

    Raises BlockedComment when it would be shown and says what no shop may publish.
    """
    session = require_transaction()
    comment = session.get(Comment, comment_id, populate_existing=True)
    if comment is not None and state == "shown":
        found = claims.blocked(checked(comment.name, comment.text))
        if found:
            raise BlockedComment(found)
    allowed = tuple(old for old, goes in _LEADS_TO.items() if state in goes)
    moved = session.execute(
        update(Comment)
        .where(Comment.id == comment_id, Comment.state.in_(allowed))
        .values(state=state, decided_at=now(), decided_by=actor[:320])
    )
    if was_changed(moved):
        drop_pages()
        return True
    return False


def close(guide_id: int, *, is_open: bool) -> bool:
    """Lets readers write below a guide, or no more; what is shown stays. False where it was so."""
    session = require_transaction()
    closed = session.get(ClosedComments, guide_id, populate_existing=True, with_for_update=True)
    if (closed is None) == is_open:
        return False
    if closed is None:
        session.add(ClosedComments(guide_id=guide_id))
    else:
        session.delete(closed)
    session.flush()
    drop_pages()
    return True


def forget_emails(moment: datetime) -> int:
    """Erases the addresses of comments that came long ago; returns how many."""
    old = moment - timedelta(days=EMAIL_DAYS)
    erased = require_transaction().execute(
        update(Comment).where(Comment.email != "", Comment.sent_at < old).values(email="")
    )
    return int(erased.rowcount)  # type: ignore[attr-defined]
