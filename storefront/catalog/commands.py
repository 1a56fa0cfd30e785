"""flask shop import-catalogue and export-catalogue."""

import json
from pathlib import Path
from typing import Any

import click

from ..database import db, transaction
from ..errors import Refusal
from ..pages import settings
from ..progress import progress
from . import tasks
from .drafts import Draft, Problem
from .export_file import export_csv, export_yaml
from .import_file import Reading, read_catalogue
from .operations import BadCatalogue, apply_draft, examine
from .pictures import BadPicture, PreparedPicture, check_all, is_rendered, take_in_all
from .planning import Plan
from .queries import picture_widths
from .writing import save_pictures

_SHOWN_PROBLEMS = 200
_EXISTING_FILE = click.Path(path_type=Path)


def register(group: click.Group) -> None:
    """Adds import-catalogue, export-catalogue and start-prices."""
    group.add_command(start_prices)
    group.add_command(import_catalogue)
    group.add_command(export_catalogue)


@click.command("start-prices")
def start_prices() -> None:
    """Begins and ends planned prices that are due; the worker does it every minute."""
    done = tasks.start_prices()
    click.echo(f"{done} planned {'price' if done == 1 else 'prices'} begun or ended.")


@click.command("import-catalogue")
@click.argument("file", type=_EXISTING_FILE)
@click.option("--apply", "is_applied", is_flag=True, help="Write it; without this, only report.")
@click.option("--media", type=_EXISTING_FILE, help="Folder of pictures; media beside FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_catalogue(file: Path, is_applied: bool, media: Path | None, as_json: bool) -> None:
    """Reads products from FILE (YAML or CSV) and reports what would change, or what is wrong.

    Nothing is written without --apply, and nothing at all when one line is wrong. Ends with 1
    when there is something to mend.
    """
    reading = read_catalogue(file)
    folder = media or file.parent / "media"
    try:
        plan = _import(reading, folder, is_applied=is_applied)
    except BadCatalogue as bad:
        _report(reading.file, bad.problems, as_json=as_json)
        raise SystemExit(1) from None
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    _summarise(reading.file, plan, is_applied=is_applied, as_json=as_json)


@click.command("export-catalogue")
@click.option(
    "--format", "kind", type=click.Choice(["yaml", "csv"]), help="yaml, or as OUTPUT ends."
)
@click.option("--output", type=_EXISTING_FILE, help="Where to write; the screen when left out.")
def export_catalogue(kind: str | None, output: Path | None) -> None:
    """Writes all products as a file that import-catalogue reads."""
    kind = kind or ("csv" if output and output.suffix.lower() == ".csv" else "yaml")
    written = (export_csv() if kind == "csv" else export_yaml()).encode()
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {output}.", err=True)


def load_catalogue(file: Path, media: Path) -> Plan:
    """Imports a file with its pictures, showing progress; raises BadCatalogue or Refusal."""
    return _import(read_catalogue(file), media, is_applied=True)


def load_pictures(folder: Path, files: list[str]) -> None:
    """Takes in pictures that no product shows, such as the front page's, with progress."""
    prepared = _render(folder, files)
    with transaction():
        save_pictures(prepared)


def _render(folder: Path, files: list[str]) -> list[PreparedPicture]:
    with progress("Pictures", len(files)) as advance:
        return take_in_all([(folder / f, f) for f in files], _media(), advance=advance)


def _import(reading: Reading, folder: Path, *, is_applied: bool) -> Plan:
    problems = list(reading.problems)
    known = {n for n, widths in picture_widths().items() if is_rendered(n, widths, _media())}
    names = _check_pictures(reading.draft, folder, known, problems)
    plan = examine(reading.draft, names, known=problems)
    if not is_applied:
        return plan
    db.session.rollback()  # no read stays open while pictures are rendered
    prepared = _render(folder, [f for f, name in names.items() if name not in known])
    with progress("Writing", plan.size()) as count, transaction():
        return apply_draft(
            reading.draft, reason="import", pictures=prepared, picture_names=names, advance=count
        )


def _check_pictures(
    draft: Draft, folder: Path, known: set[str], problems: list[Problem]
) -> dict[str, str]:
    """File → content name of the pictures that can be shown; the others become problems."""
    files = draft.picture_files()
    with progress("Checking pictures", len(files)) as advance:
        checked = check_all([(folder / file, file) for file in files], known=known, advance=advance)
    for product in draft.products:
        for picture in product.pictures or ():
            found = checked[picture.key]
            if isinstance(found, BadPicture):
                cell = picture.record.cells["file"]
                problems.append(
                    Problem(cell.line, "pictures", f"{found.file} {found.reason}.", found.instead,
                            cell.character)
                )  # fmt: skip
    return {file: found if isinstance(found, str) else "" for file, found in checked.items()}


def _report(file: str, problems: list[Problem], *, as_json: bool) -> None:
    if as_json:
        rows = [{name: getattr(p, name) for name in p.__slots__} for p in problems]
        click.echo(json.dumps({"file": file, "problems": rows}, indent=2, ensure_ascii=False))
        return
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(problem.sentence(file))
    rest = len(problems) - _SHOWN_PROBLEMS
    if rest > 0:
        click.echo(f"… and {rest} more; --json lists all of them.")
    things = "thing" if len(problems) == 1 else "things"
    click.echo(f"{len(problems)} {things} to mend. Nothing was written.", err=True)


def _summarise(file: str, plan: Plan, *, is_applied: bool, as_json: bool) -> None:
    tally = plan.tally()
    if as_json:
        report: dict[str, Any] = {"file": file, "problems": [], "applied": is_applied, **tally}
        click.echo(json.dumps(report, indent=2))
        return
    for kind, counts in tally.items():
        click.echo(f"{kind}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    click.echo("Written." if is_applied else "Nothing is wrong. Add --apply to write it.")


def _media() -> Path:
    return settings().instance / "media"
