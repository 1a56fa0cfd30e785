"""flask shop export-stock, import-stock and tell-low-stock."""

import json
from pathlib import Path

import click

from ... import catalog, inventory
from ...database import transaction
from ...errors import Refusal
from ..tasks import tell_low_stock
from .booking import book_stock
from .tables import csv_text

_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN_PROBLEMS = 200


def register(group: click.Group) -> None:
    """Adds export-stock, import-stock and tell-low-stock."""
    group.add_command(tell_low)
    group.add_command(export_stock)
    group.add_command(import_stock)


@click.command("tell-low-stock")
def tell_low() -> None:
    """Writes to those who keep the stock what has become low; the worker does this by itself."""
    click.echo(f"{tell_low_stock()} became low.")


@click.command("export-stock")
@click.option("--output", type=_FILE, help="Where to write; the screen when left out.")
def export_stock(output: Path | None) -> None:
    """Writes the stock as CSV that import-stock reads; archived sizes are left out."""
    rows = catalog.whole_stock(catalog.StockFilters(sort="sku"))
    written = csv_text(catalog.stock_table(rows)).encode()
    if output is None:
        click.echo(written, nl=False)
        return
    try:
        output.write_bytes(written)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(f"Written to {output}.", err=True)


@click.command("import-stock")
@click.argument("file", type=_FILE)
@click.option("--apply", "is_applied", is_flag=True, help="Book it; without this, only report.")
@click.option("--actor", default="command line", show_default=True, help="Who books it.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_stock(file: Path, is_applied: bool, actor: str, as_json: bool) -> None:
    """Reads a CSV of the stock from FILE and reports what would change, or what is wrong.

    Nothing is booked without --apply, and nothing at all when one row is wrong. Ends with 1 when
    there is something to mend.
    """
    text = _text(file)
    reading = catalog.read_stock_file(text)
    if reading.problems:
        _report(file.name, reading, as_json=as_json)
        raise SystemExit(1)
    if is_applied:
        try:
            load_stock(reading, file.name, text, actor=actor)
        except Refusal as refusal:
            raise click.ClickException(refusal.sentence) from None
    _summarise(file.name, reading, is_applied=is_applied, as_json=as_json)


def load_stock(reading: catalog.StockReading, name: str, text: str, *, actor: str) -> None:
    """Books a file that was read, in a transaction of its own; raises CannotBook."""
    with transaction():
        kept = inventory.keep_file(name, text, actor=actor)
        inventory.claim_file(kept)
        book_stock(reading, reference=f"file-{kept}", name=name, actor=actor)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8 text; save it again as UTF-8.") from None


def _report(file: str, reading: catalog.StockReading, *, as_json: bool) -> None:
    problems = reading.problems
    if as_json:
        rows = [
            {n: getattr(p, n) for n in ("line", "column", "wrong", "instead")} for p in problems
        ]
        click.echo(json.dumps({"file": file, "problems": rows}, indent=2, ensure_ascii=False))
        return
    for problem in problems[:_SHOWN_PROBLEMS]:
        click.echo(problem.sentence(file))
    if len(problems) > _SHOWN_PROBLEMS:
        click.echo(f"… and {len(problems) - _SHOWN_PROBLEMS} more; --json lists all of them.")
    things = "thing" if len(problems) == 1 else "things"
    click.echo(f"{len(problems)} {things} to mend. Nothing was booked.", err=True)


def _summarise(
    file: str, reading: catalog.StockReading, *, is_applied: bool, as_json: bool
) -> None:
    changes, marks = reading.changes, sum(one.has_mark for one in reading.changes)
    tally = {
        "rows": reading.rows,
        "SKUs changed": sum(one.change != 0 for one in changes),
        "units": sum(one.change for one in changes),
        "marks": marks,
    }
    if as_json:
        click.echo(json.dumps({"file": file, "problems": [], "applied": is_applied, **tally}))
        return
    click.echo(", ".join(f"{count} {what}" for what, count in tally.items()))
    click.echo("Booked." if is_applied else "Nothing is wrong. Add --apply to book it.")
