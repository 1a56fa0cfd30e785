"""Writing what an import found: pictures first, then all guides as drafts, in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from ... import catalog
from ...database import db, now, require_transaction
from ..models import Guide
from ..operations import save_guides
from ..publishing.writing import take_guides
from ..references import known_pictures
from ..source.problems import BrokenGuide
from .articles import Unreadable
from .drafting import Draft, drafts_of, leave_out, look_again, read_again
from .origins import GuideOrigin
from .report import Report
from .sources import collect, read_source


def examine(
    targets: Sequence[Path],
    *,
    media: Path | None = None,
    into: Path,
    advance: Callable[[], object] = lambda: None,
) -> Report:
    """What an import of these files, folders and archives would do; nothing is written.

    Archives are unpacked into `into`, which has to stay until the import is over.
    """
    report = Report()
    try:
        sources = collect(list(targets), into, media=media)
    except Unreadable as problem:
        report.unreadable.append(problem)
        return report
    report.passed_over = sources.passed_over
    articles = []
    for name, path in sources.texts:
        try:
            found, left_out = read_source(name, path)
        except Unreadable as problem:
            report.unreadable.append(problem)
            continue
        articles += found
        report.left_out += [f"{name}: {line}" for line in left_out]
        advance()
    if not sources.texts and not report.unreadable:
        report.unreadable.append(
            Unreadable(
                str(targets[0]), 1, "There is nothing to import here.",
                "Hand in Markdown, HTML, text, an export of WordPress or a feed.",
            )
        )  # fmt: skip
    report.drafts = drafts_of(articles, sources)
    return report


def take_in_pictures_of(
    drafts: Sequence[Draft], media: Path, *, advance: Callable[[], object] = lambda: None
) -> list[catalog.PreparedPicture]:
    """Renders the pictures of drafts that are to be written; a broken one is left out of them."""
    prepared, hurt = [], list[Draft]()
    wanted = {name: path for draft in drafts if draft.is_written
              for name, path in draft.found.items()}  # fmt: skip
    for name, path in wanted.items():
        try:
            prepared.append(catalog.take_in(path, name, media))
        except catalog.BadPicture as bad:
            why = catalog.BadPicture(path.name, bad.reason, bad.instead).sentence
            showing = [draft for draft in drafts if name in draft.found]
            for draft in showing:
                leave_out(draft, name, why)
            hurt += [draft for draft in showing if draft not in hurt]
        advance()
    if hurt:
        read_again(hurt)
        db.session.rollback()
    return prepared


def save_drafts(
    drafts: Sequence[Draft], prepared: Sequence[catalog.PreparedPicture], *, by: str
) -> None:
    """Writes every draft that is new or has changed there; never commits, never publishes.

    Rendering pictures takes a while: what somebody wrote here meanwhile is not written over.
    """
    take_guides()
    look_again(drafts)
    pictures = _picture_ids(drafts, prepared)
    while written := [draft for draft in drafts if draft.is_written]:
        try:
            files = [draft.file for draft in written if draft.file]
            save_guides(files, pictures=pictures, by=by)
        except BrokenGuide as broken:  # told before anything is written; the others go in
            by_file = {draft.file.file: draft for draft in written if draft.file}
            for problem in broken.problems:
                by_file[problem.file].problems.append(problem)
            continue
        _remember(written)
        return


def _picture_ids(
    drafts: Sequence[Draft], prepared: Sequence[catalog.PreparedPicture]
) -> Mapping[str, int]:
    ids = catalog.save_pictures(prepared)
    files = [draft.file for draft in drafts if draft.is_written and draft.file]
    named = set[str]().union(*(file.names_of("picture") for file in files))
    return known_pictures(named) | {one.file: ids[one.name] for one in prepared}


def _remember(drafts: Sequence[Draft]) -> None:
    """Where each guide came from, so that its old address leads to it and it is known again."""
    session = require_transaction()
    ids = {
        row.slug: row.id
        for row in session.execute(
            select(Guide.slug, Guide.id).where(Guide.slug.in_([draft.slug for draft in drafts]))
        )
    }
    for draft in drafts:
        draft.guide_id = ids[draft.slug]
        key = draft.article.key[:500]
        origin = session.scalar(select(GuideOrigin).where(GuideOrigin.key == key))
        if origin is None:
            origin = GuideOrigin(key=key, guide_id=draft.guide_id)
            session.add(origin)
        origin.path, origin.digest, origin.imported_at = draft.path, draft.digest, now()
    session.flush()


def told_of(report: Report, folder: Path) -> dict[str, Any]:
    """The report for scripts and pages, in which files have the names they were handed in by."""
    text = json.dumps(report.as_json())
    for place in (folder.as_posix(), str(folder.resolve())):
        text = text.replace(f"{place}/", "")
    told: dict[str, Any] = json.loads(text)
    return told


def unpacking_place() -> "TemporaryDirectory[str]":
    """A folder for archives that is gone when the import is over."""
    return TemporaryDirectory(prefix="storefront-import-")
