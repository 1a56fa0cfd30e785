"""Publishing by the clock: a revision that somebody chose goes public at a moment, by itself.

It is asked before every page (routes.py) and by the worker, like planned prices: whoever comes
first after the moment publishes what is due. What was saved after the revision was chosen stays a
draft: nobody's half sentence goes public because its hour has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ... import audit
from ...database import Moment, db, now, require_transaction
from ...errors import Refusal
from ...local_time import local
from ...pages import tell_guide_clocks
from ..checking.checks import problems_in
from ..models import Guide
from ..source.problems import BrokenGuide
from .editing import ChangedMeanwhile
from .showing import show
from .writing import forget_plan, guide_of, source_of, take_guides

_WAITS = Guide.publish_at.is_not(None) & (Guide.publish_problem == "")


class TooLate(Refusal):
    """A guide cannot be published in the past."""

    def __init__(self) -> None:
        super().__init__("This moment has passed. Choose a later one, or publish it now.")


@dataclass(frozen=True, slots=True)
class Missed:
    """A guide that was not published at its moment, and why."""

    id: int
    title: str
    publish_at: datetime
    problem: str


def plan_publishing(guide_id: int, at: datetime, *, seen: int, by: str) -> None:
    """Has the newest revision published at a moment.

    Wording that blocks may still be signed until then; mistakes may not be in it. Raises
    UnknownGuide, ChangedMeanwhile, TooLate, BrokenGuide.
    """
    take_guides()
    guide = guide_of(guide_id)
    if seen != guide.newest:
        raise ChangedMeanwhile(guide.newest)
    if at <= now():
        raise TooLate
    problems = problems_in(source_of(guide, guide.newest) or "")
    if problems:
        raise BrokenGuide(problems)
    guide.publish_at, guide.publish_number = at, guide.newest
    guide.publish_by, guide.publish_problem = by[:320], ""
    tell_guide_clocks()


def withdraw_publishing(guide_id: int) -> bool:
    """Takes a planned moment back; False when there was none any more."""
    take_guides()
    guide = guide_of(guide_id)
    if guide.publish_at is None:
        return False
    forget_plan(guide)
    tell_guide_clocks()
    return True


def next_due() -> datetime | None:
    """When the next guide is published by itself, in one statement; None when none waits."""
    found: datetime | None = db.read(
        select(func.min(Guide.publish_at, type_=Moment())).where(_WAITS)
    ).scalar_one()
    return found


def publish_due(at: datetime | None = None) -> list[str]:
    """Publishes what is due, in the order of its moments, and gives the titles.

    What may not be published is left, with the reason, for the overview of the staff. What two
    processes begin at once happens once: each waits for its turn and looks again. The log gets a
    line for both, under the name of whoever planned it.
    """
    session = require_transaction()
    take_guides()
    is_due = _WAITS & (Guide.publish_at <= (at or now()))
    ids = session.scalars(select(Guide.id).where(is_due).order_by(Guide.publish_at, Guide.id))
    return [title for id_ in ids.all() if (title := _publish(guide_of(id_)))]


def missed() -> Sequence[Missed]:
    """Guides that were not published at their moment, the oldest first."""
    rows = db.session.execute(
        select(Guide.id, Guide.title, Guide.publish_at, Guide.publish_problem)
        .where(Guide.publish_at.is_not(None), Guide.publish_problem != "")
        .order_by(Guide.publish_at, Guide.id)
    )
    return [Missed(id_, title, at, why) for id_, title, at, why in rows if at]


def _publish(guide: Guide) -> str:
    planned, by, subject = guide.publish_at, guide.publish_by, f"guide {guide.slug}"
    assert planned is not None
    facts: dict[str, object] = {"revision": guide.publish_number, "publish_at": planned.isoformat()}
    try:
        show(guide, guide.publish_number, day=local(planned).date())
    except Refusal as refusal:
        guide.publish_problem = refusal.sentence[:2000]
        facts["problem"] = guide.publish_problem
        audit.record(by, "guide not published by the clock", subject, after=facts)
        tell_guide_clocks()
        return ""
    audit.record(by, "guide published by the clock", subject, after=facts)
    return guide.title
