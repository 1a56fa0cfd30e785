"""What keeps a text from being shown to readers: mistakes, and wording that nobody has signed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from ... import claims
from ...database import db
from ..checking.checks import problems_in
from ..models import Guide
from ..source.problems import Problem
from ..source.reading import GuideFile
from ..wording import findings_in
from .writing import BlockedWording


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands between a text and its readers."""

    problems: tuple[Problem, ...]
    blocked: tuple[claims.Finding, ...]

    @property
    def is_open(self) -> bool:
        """Whether it may be published as it is."""
        return not self.problems and not self.blocked


def gate_of(source: str, *, guide_id: int | None) -> Gate:
    """What is wrong with a text, and what in it needs a second person's name."""
    return Gate(tuple(problems_in(source)), tuple(blocked_in(source, guide_id=guide_id)))


def blocked_in(source: str, *, guide_id: int | None, place: str = "") -> list[claims.Finding]:
    """What a text says that the law of a market served forbids and that nobody has signed for."""
    found = findings_in(source, place or f"guide {guide_id}")
    if guide_id is None:
        return [finding for finding in found if finding.hit.is_block]
    return claims.not_signed(found, f"guide {guide_id}")


def refuse_blocked(files: Iterable[GuideFile]) -> None:
    """Raises BlockedWording when a block rule of a market served hits one of these files."""
    listed = list(files)
    slugs = [file.slug for file in listed]
    rows = db.session.execute(select(Guide.slug, Guide.id).where(Guide.slug.in_(slugs)))
    ids = {row.slug: row.id for row in rows}
    found = [
        finding
        for file in listed
        for finding in blocked_in(file.source, guide_id=ids.get(file.slug), place=file.file)
    ]
    if found:
        raise BlockedWording(found)
