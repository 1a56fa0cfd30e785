"""What was looked for in vain: the words, how often, when last. Nothing is kept about who asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from ..database import db, insert_into, one_page, require_transaction, was_changed
from .models import SearchMiss
from .questions import tidy

KEPT_DAYS = 90
_MOST_KEPT = 2000  # what somebody makes up by the thousand pushes out what was asked once
_PRIVATE = re.compile(r"@|\b(?:https?|www)\b|(?:\d[\s().+/-]*){7,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_WANTED_MOST = (SearchMiss.times.desc(), SearchMiss.seen_at.desc(), SearchMiss.words)
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Miss:
    """Words that led to nothing."""

    words: str
    times: int
    seen_at: datetime


def normal(text: str) -> str:
    """The form in which a question is kept; '' for one that is not.

    Nothing is kept that may be an address, a telephone or card number, or no words at all.
    """
    words = tidy(text).casefold()
    return words if _WORD.search(words) and not _PRIVATE.search(words) else ""


def note_miss(text: str, *, at: datetime) -> bool:
    """Counts a question that found nothing; False for one that is not kept."""
    words = normal(text)
    if not words:
        return False
    new = insert_into(SearchMiss)
    require_transaction().execute(
        new.values(words=words, times=1, seen_at=at).on_conflict_do_update(
            index_elements=["words"], set_={"times": SearchMiss.times + 1, "seen_at": at}
        )
    )
    return True


def misses(page: int = 1) -> tuple[Sequence[Miss], int, int]:
    """A page of what was looked for in vain, what was wanted most first; page and pages."""
    wanted = select(SearchMiss.words, SearchMiss.times, SearchMiss.seen_at).order_by(*_WANTED_MOST)
    rows, _, page, pages = one_page(wanted, page, per_page=PER_PAGE)
    return [Miss(*row) for row in db.session.execute(rows)], page, pages


def forget_miss(words: str) -> bool:
    """Takes words off the list; False when they were not on it."""
    session = require_transaction()
    return was_changed(session.execute(delete(SearchMiss).where(SearchMiss.words == words)))


def forget_old_misses(at: datetime) -> int:
    """Forgets what nobody looked for in 90 days, and the rarest of more than 2,000."""
    session = require_transaction()
    before = session.execute(select(func.count()).select_from(SearchMiss)).scalar_one()
    session.execute(delete(SearchMiss).where(SearchMiss.seen_at < at - timedelta(days=KEPT_DAYS)))
    rarest = select(SearchMiss.words).order_by(*_WANTED_MOST).offset(_MOST_KEPT).limit(10**9)
    session.execute(
        delete(SearchMiss)
        .where(SearchMiss.words.in_(rarest))
        .execution_options(synchronize_session=False)
    )
    after = session.execute(select(func.count()).select_from(SearchMiss)).scalar_one()
    return int(before - after)
