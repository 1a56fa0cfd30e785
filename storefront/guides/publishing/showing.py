"""From a revision to what readers see, and out of the shop again."""

from dataclasses import replace
from datetime import date

from ... import catalog
from ...pages import drop_pages, tell_guide_clocks
from ..linking import Known, unknown_names
from ..models import Guide
from ..references import at_slug, known_to
from ..source.facts import facts_of
from ..source.front_matter import LONGEST
from ..source.markdown import CONTROL
from ..source.problems import BrokenGuide, Problem
from ..source.reading import GuideFile, read_guide_text
from .gate import blocked_in
from .writing import (
    BlockedWording,
    UnknownGuide,
    forget_plan,
    guide_at,
    link,
    move,
    source_of,
    write_facts,
)


def show(guide: Guide, number: int, *, day: date) -> None:
    """Makes a revision the public text; a guide that never was public is published on this day.

    All is looked at before anything is changed. Raises BrokenGuide with every mistake,
    BlockedWording for what nobody has signed.
    """
    source = source_of(guide, number)
    if source is None:
        raise UnknownGuide(guide.slug)
    file, known = _readable(guide, source)
    blocked = blocked_in(source, guide_id=guide.id, place=f"guide {file.slug}")
    if blocked:
        raise BlockedWording(blocked)
    if file.slug != guide.slug:
        take_address(guide, file.slug)
    guides = {**known.guides, file.slug: guide.id}
    write_facts(guide, file, known)
    link(guide, file, replace(known, guides=guides))
    guide.state, guide.shown = "published", number
    guide.published_on = guide.published_on or day
    forget_plan(guide)
    drop_pages()
    tell_guide_clocks()


def take_out(guide: Guide, state: str) -> None:
    """Takes a guide out of the shop, into a state in which nobody reads it."""
    guide.state, guide.shown = state, 0
    keep_up(guide, source_of(guide, guide.newest) or guide.source)
    forget_plan(guide)
    drop_pages()
    tell_guide_clocks()


def keep_up(guide: Guide, source: str) -> None:
    """Lets the row of a guide that is not public say what its newest text says, as far as it can.

    Of a text with mistakes only the words are taken; its links are compiled when it is published.
    """
    guide.source = source
    title = CONTROL.sub("", (facts_of(source) or {}).get("title", ""))
    guide.title = title[: LONGEST["title"]] or guide.title
    try:
        file, known = _readable(guide, source)
    except BrokenGuide:
        return
    if file.slug != guide.slug:
        take_address(guide, file.slug)
    write_facts(guide, file, known)
    link(guide, file, replace(known, guides={**known.guides, file.slug: guide.id}))


def take_address(guide: Guide, slug: str) -> None:
    """Moves a guide; what was its address before anybody could read it leads nowhere."""
    if guide.shown or guide.published_on:
        move(guide, slug)
    else:
        guide.slug = slug


def _readable(guide: Guide, source: str) -> tuple[GuideFile, Known]:
    file = read_guide_text(source, f"guide {guide.slug}")
    known = known_to(file)
    problems = [*unknown_names(file, known), *_address_problems(guide, file)]
    if problems:
        raise BrokenGuide(problems)
    return file, known


def _address_problems(guide: Guide, file: GuideFile) -> list[Problem]:
    """An address belongs to one guide, also where it was once."""
    if file.slug == guide.slug:
        return []
    there = guide_at(file.slug)
    owner = there.id if there else catalog.resolve_slug("guide", file.slug)
    if owner in {None, guide.id}:
        return []
    what = f"The address “{file.slug}” belongs to another guide."
    return [at_slug(file, what, "Choose another one.")]
