"""Verbs of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..database import after_commit, require_transaction, was_changed
from ..tasks import hand_over
from .models import Letter

_LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter for one fact: kind and reference name the fact.

    One that waits can be taken back until then.
    One that is secret holds what opens a door: nobody but its reader sees it, and its text is
    forgotten when it has been sent.
    """

    kind: str
    reference: str
    recipient: str
    subject: str
    text: str
    html: str
    unsubscribe_url: str = ""  # where a mail program's own button ends such letters (RFC 8058)
    waits: timedelta = timedelta()
    is_secret: bool = False


def write(new: NewLetter) -> bool:
    """Puts a letter into the outbox; False when this fact already has one."""
    session = require_transaction()
    letter = Letter(
        kind=new.kind,
        reference=new.reference,
        recipient=new.recipient,
        subject=new.subject[:200],  # a long name must not undo what the letter tells of
        text=new.text,
        html=new.html,
        unsubscribe_url=new.unsubscribe_url,
        due_at=datetime.now(UTC) + new.waits,
        is_secret=new.is_secret,
    )
    try:
        with session.begin_nested():
            session.add(letter)
    except IntegrityError:
        return False
    after_commit(lambda: hand_over("send_letters"))
    return True


def take_back(kind: str, reference: str) -> bool:
    """Unwrites a letter that nobody has begun to send; False when it is too late or there is none.

    The DELETE decides, whatever the worker is doing.
    """
    is_untouched = and_(Letter.state == "waiting", Letter.attempts == 0)
    return was_changed(
        require_transaction().execute(
            delete(Letter).where(Letter.kind == kind, Letter.reference == reference, is_untouched)
        )
    )


def send_again(letter_id: int) -> bool:
    """Makes a letter that was sent or has failed due once more; False while it is on its way."""
    again = require_transaction().execute(
        update(Letter)
        .where(Letter.id == letter_id, Letter.state.in_(("sent", "failed")))
        .values(state="waiting", attempts=0, due_at=datetime.now(UTC))
    )
    if was_changed(again):
        after_commit(lambda: hand_over("send_letters"))
    return was_changed(again)


def claim_next(now: datetime) -> Letter | None:
    """Takes the next letter that is due, for this process alone.

    A process that dies with it loses it to another one after five minutes: a letter may then be
    sent twice, but never lost, and that only if it died between sending and saying so.
    """
    session = require_transaction()
    due = and_(Letter.due_at <= now, Letter.state.in_(("waiting", "sending")))
    found = session.execute(
        select(Letter.id)
        .where(due)
        .order_by(Letter.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if found is None:
        return None
    claimed = session.execute(
        update(Letter)
        .where(Letter.id == found, due)
        .values(state="sending", attempts=Letter.attempts + 1, due_at=now + _LEASE)
    )
    return session.get(Letter, found, populate_existing=True) if was_changed(claimed) else None


def mark_sent(letter_id: int, *, attempts: int) -> None:
    """The letter left the house at this attempt."""
    kept = {
        name: case((Letter.is_secret, ""), else_=getattr(Letter, name)) for name in ("text", "html")
    }
    _set(letter_id, attempts, state="sent", sent_at=datetime.now(UTC), error="", **kept)


def mark_failed(letter_id: int, error: str, *, attempts: int) -> None:
    """The letter could not be sent: again later, longer each time, until ten tries have failed."""
    later = datetime.now(UTC) + timedelta(seconds=min(30 * 2**attempts, 6 * 3600))
    state = "failed" if attempts >= MOST_ATTEMPTS else "waiting"
    _set(letter_id, attempts, state=state, due_at=later, error=error[:500])


def try_again(now: datetime) -> None:
    """Makes every letter due that could not be sent, with ten more tries."""
    has_failed = or_(Letter.state == "failed", and_(Letter.state == "waiting", Letter.attempts > 0))
    require_transaction().execute(
        update(Letter).where(has_failed).values(state="waiting", attempts=0, due_at=now)
    )


def forget(kinds: Iterable[str], references: Iterable[str]) -> None:
    """Erases letters of these kinds about these facts."""
    session, wanted = require_transaction(), sorted(references)
    for first in range(0, len(wanted), 500):
        about = Letter.reference.in_(wanted[first : first + 500])
        session.execute(delete(Letter).where(Letter.kind.in_(list(kinds)), about))


def send_failed_again() -> int:
    """Makes the letters due that were given up, with ten more tries; returns how many."""
    given_up = require_transaction().execute(
        update(Letter)
        .where(Letter.state == "failed")
        .values(state="waiting", attempts=0, due_at=datetime.now(UTC))
        .returning(Letter.id)
    )
    after_commit(lambda: hand_over("send_letters"))
    return len(given_up.all())


def _set(letter_id: int, attempts: int, **values: object) -> None:
    """Only for the attempt that holds the letter: a slow one may have lost it to the next."""
    is_ours = and_(Letter.id == letter_id, Letter.attempts == attempts)
    require_transaction().execute(update(Letter).where(is_ours).values(**values))
