"""Verbs of the guides: save what files say, rename, publish, archive. None of them commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..database import require_transaction
from ..local_time import today
from ..pages import drop_pages
from .models import Guide
from .publishing.gate import refuse_blocked
from .publishing.showing import show, take_out
from .publishing.writing import (
    UnknownGuide,
    add_revision,
    forget_plan,
    guide_at,
    link,
    move,
    source_of,
    take_guides,
    write_facts,
)
from .references import known_names, problems_of
from .source.facts import facts_of, with_facts
from .source.problems import BrokenGuide
from .source.reading import GuideFile


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one file."""

    file: str
    slug: str
    state: str
    is_new: bool


def save_guide(
    file: GuideFile, *, pictures: Mapping[str, int] | None = None, publish: bool = False
) -> Saved:
    """Creates or updates the guide at the file's slug; see save_guides."""
    return save_guides([file], pictures=pictures, publish=publish)[0]


def save_guides(
    files: Sequence[GuideFile],
    *,
    pictures: Mapping[str, int] | None = None,
    publish: bool = False,
    by: str = "command line",
) -> tuple[Saved, ...]:
    """Creates or updates guides that may link to each other, all or none.

    pictures maps file names to ids. A new guide is a draft unless it is published here; one that
    is published stays so. Raises BrokenGuide for names that the shop does not know, BlockedWording
    when a guide that would be public says what a market forbids.
    """
    session = require_transaction()
    take_guides()
    known = known_names(files, pictures or {})
    problems = problems_of(files, known)
    if problems:
        raise BrokenGuide(problems)
    rows = {file.slug: _row(file) for file in files}
    was_new = {slug: row.id is None for slug, row in rows.items()}
    refuse_blocked(f for f in files if publish or rows[f.slug].state == "published")
    for file in files:
        write_facts(rows[file.slug], file, known)
        if publish:
            _publish(rows[file.slug])
    session.add_all(rows.values())
    session.flush()  # from here on every guide has an id that the others can link to
    ids = dict(known.guides) | {slug: row.id for slug, row in rows.items()}
    for file in files:
        row = rows[file.slug]
        link(row, file, replace(known, guides=ids))
        number = add_revision(row, file.source, by=by, note=f"Read from {Path(file.file).name}")
        row.shown = number if row.state == "published" else 0
    session.flush()
    drop_pages()
    return tuple(
        Saved(file.file, file.slug, rows[file.slug].state, was_new[file.slug]) for file in files
    )


def publish_guide(slug: str) -> None:
    """Shows the newest revision to readers.

    Raises UnknownGuide, BrokenGuide, or BlockedWording for what it says.
    """
    guide = _existing(slug)
    show(guide, guide.newest, day=today())


def archive_guide(slug: str) -> None:
    """Takes a guide out of the shop; links to it become plain text. Raises UnknownGuide."""
    take_out(_existing(slug), "archived")


def rename_guide(slug: str, new_slug: str) -> None:
    """Moves a guide to another address; the old one leads there for ever.

    Raises UnknownGuide, or catalog.SlugTaken when another guide has or once had the new address.
    """
    guide = _existing(slug)
    if new_slug == slug:
        return
    move(guide, new_slug)
    _write_slug(guide)
    drop_pages()


def _write_slug(guide: Guide) -> None:
    """The text says where its guide is: else the next press of Publish would move it back."""
    newest = source_of(guide, guide.newest) or guide.source
    if facts_of(newest) is None or facts_of(guide.source) is None:
        return
    was_shown = guide.shown == guide.newest
    guide.source = with_facts(guide.source, {"slug": guide.slug})
    newest = with_facts(newest, {"slug": guide.slug})
    number = add_revision(guide, newest, by="", note=f"Moved to {guide.slug}")
    guide.shown = number if was_shown else guide.shown


def _row(file: GuideFile) -> Guide:
    """The guide that a file is about: at its slug, else where it was before, else a new one."""
    guide = guide_at(file.slug)
    if guide is None and file.formerly:
        guide = guide_at(file.formerly)
        if guide is not None:
            move(guide, file.slug)
    return guide or Guide(slug=file.slug, state="draft", blocks=[])


def _publish(guide: Guide) -> None:
    guide.state = "published"
    guide.published_on = guide.published_on or today()
    forget_plan(guide)


def _existing(slug: str) -> Guide:
    take_guides()
    guide = guide_at(slug)
    if guide is None:
        raise UnknownGuide(slug)
    return guide
