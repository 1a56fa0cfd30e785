"""Commands of the guides."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from .. import catalog, claims
from ..database import db, transaction
from ..pages import settings
from ..progress import progress
from . import importing, tasks
from .health import KINDS, TEXTS, find_ills
from .importing import Batch, read_batch, take_in_pictures
from .operations import Saved, save_guides
from .publishing.gate import refuse_blocked
from .publishing.schedule import missed
from .publishing.writing import BlockedWording
from .source.problems import BrokenGuide
from .wording import findings_in


def register(group: click.Group) -> None:
    """Adds import-guide, publish-guides and check-links."""
    group.add_command(check_links)
    group.add_command(import_guide)
    group.add_command(publish_guides)


def load_guides(
    target: Path, *, media: Path | None = None, publish: bool = False
) -> tuple[Saved, ...]:
    """Reads a file or folder of guides into the shop, all or none; opens the transaction itself.

    Raises BrokenGuide with every mistake, BlockedWording when a guide would be public that says
    what a market forbids.
    """
    return _save(_read(target, media), publish=publish)


@click.command("import-guide")
@click.argument(
    "targets",
    nargs=-1,
    required=True,
    metavar="FILE|FOLDER|ZIP…",
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where the pictures lie; by default beside the guides or in a folder media.",
)
@click.option("--publish", is_flag=True, help="Show the guides to readers at once.")
@click.option("--json", "wants_json", is_flag=True, help="Print the report as JSON.")
def import_guide(
    targets: tuple[Path, ...], media: Path | None, publish: bool, wants_json: bool
) -> None:
    """Reads guides and articles from files; new ones become drafts, published ones stay published.

    Guides in the form of the shop are read as a whole, so they may link to each other; with any
    mistake nothing is changed. Articles of other sites (Markdown, HTML, plain text, an export of
    WordPress, RSS, Atom, or a zip of such files) become drafts each for itself, and never more
    than drafts. Ends with 1 when something could not be taken in, or when wording forbids a guide
    to be public.
    """
    if not importing.are_own(targets):
        if publish:
            raise click.UsageError("Articles of another site become drafts: leave --publish out.")
        raise SystemExit(_import_articles(targets, media, wants_json))
    report = _Report(wants_json)
    try:
        batch = _read(targets, media)
        report.findings = [f for file in batch.files for f in findings_in(file.source, file.file)]
        report.saved = _save(batch, publish=publish)
    except BrokenGuide as broken:
        report.broken = broken
    except BlockedWording:
        report.is_blocked = True
    report.show()
    raise SystemExit(1 if report.broken or report.is_blocked else 0)


@click.command("publish-guides")
def publish_guides() -> None:
    """Publishes guides whose moment has come; the worker and every page do it by themselves.

    Ends with 1 when one could not be published at its moment.
    """
    for title in tasks.publish_guides():
        click.echo(f"Published: {title}")
    late = missed()
    for one in late:
        click.echo(f"Not published: {one.title}. {one.problem}", err=True)
    raise SystemExit(1 if late else 0)


def _import_articles(targets: Sequence[Path], media: Path | None, wants_json: bool) -> int:
    """Imports articles of another site with a report; the exit code tells whether all came in."""
    with importing.unpacking_place() as place:
        report = importing.examine(targets, media=media, into=Path(place))
        db.session.rollback()
        count = sum(len(draft.found) for draft in report.drafts if draft.is_written)
        with progress("Pictures", count) as advance:
            prepared = importing.take_in_pictures_of(
                report.drafts, settings().instance / "media", advance=advance
            )
    with transaction():
        importing.save_drafts(report.drafts, prepared, by="command line")
    if wants_json:
        click.echo(json.dumps(report.as_json(), indent=2, ensure_ascii=False))
    else:
        for line in report.lines():
            click.echo(line)
    return 0 if report.is_whole else 1


def _read(targets: Path | Sequence[Path], media: Path | None) -> Batch:
    batch = read_batch(targets, media)
    db.session.rollback()  # pictures take their time, and no reader shall wait in the database
    if batch.problems:
        raise BrokenGuide(batch.problems)
    return batch


def _save(batch: Batch, *, publish: bool) -> tuple[Saved, ...]:
    if publish:
        refuse_blocked(batch.files)
    with progress("Pictures", len(batch.new_pictures)) as advance:
        prepared = take_in_pictures(batch, settings().instance / "media", advance=advance)
    with transaction():
        ids = catalog.save_pictures(prepared)
        taken_in = {picture.file: ids[picture.name] for picture in prepared}
        return save_guides(batch.files, pictures=batch.old_pictures | taken_in, publish=publish)


class _Report:
    """What an import has to tell, to people or to scripts."""

    def __init__(self, wants_json: bool) -> None:
        self.wants_json = wants_json
        self.saved: tuple[Saved, ...] = ()
        self.findings: list[claims.Finding] = []
        self.broken: BrokenGuide | None = None
        self.is_blocked = False

    def show(self) -> None:
        """Prints the report."""
        if self.wants_json:
            click.echo(json.dumps(self._as_json(), indent=2, ensure_ascii=False))
            return
        for problem in self.broken.problems if self.broken else ():
            click.echo(str(problem), err=True)
        for finding in self.findings:
            if finding.hit.severity != "note":
                click.echo(str(finding))
        for saved in self.saved:
            click.echo(f"{saved.slug}: {'new' if saved.is_new else 'updated'}, {saved.state}")
        click.echo(self._ending())

    def _ending(self) -> str:
        if self.broken:
            count = len(self.broken.problems)
            return f"{count} {'mistake' if count == 1 else 'mistakes'}; nothing was changed."
        told = f"Wording: {claims.summary(self.findings)}."
        if self.is_blocked:
            return f"{told} Nothing was changed: reword what says block, or import as a draft."
        return f"{told} {len(self.saved)} saved."

    def _as_json(self) -> dict[str, object]:
        problems = self.broken.problems if self.broken else ()
        return {
            "guides": [
                {"file": s.file, "slug": s.slug, "state": s.state, "is_new": s.is_new}
                for s in self.saved
            ],
            "problems": [
                {
                    "file": p.file,
                    "line": p.line,
                    "column": p.column,
                    "what": p.what,
                    "instead": p.instead,
                }
                for p in problems
            ],
            "claims": [claims.as_json(finding) for finding in self.findings],
            "is_blocked": self.is_blocked,
        }


@click.command("check-links")
@click.option("--ask", is_flag=True, help="Ask the outside addresses that are due first.")
@click.option("--json", "wants_json", is_flag=True, help="Print the list as JSON.")
def check_links(ask: bool, wants_json: bool) -> None:
    """Lists what guides lead to and show that is not there, and what could be better.

    Of each guide the text that was saved last is read, and the one that readers see.
    Ends with 1 when something is broken: a dead link, a picture without words, a text that cannot
    be read, or an outside address that failed on two days.
    """
    if ask:
        tasks.ask_outside_links()
    found = find_ills()
    if wants_json:
        click.echo(json.dumps([asdict(ill) for ill in found.all], indent=2, ensure_ascii=False))
    else:
        for ill in found.all:
            place = f"{ill.guide}:{ill.line}: " if ill.guide else ""
            where = f" ({TEXTS[ill.stands_in]})" if ill.stands_in else ""
            click.echo(f"{KINDS[ill.kind].words}: {place}{ill.message}{where}")
        click.echo(f"{len(found.all)} to look at, {found.broken} of them broken.")
    raise SystemExit(1 if found.broken else 0)
