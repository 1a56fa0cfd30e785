"""Stock and ledger as CSV; no cell is one that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from ... import catalog, inventory
from .words import stock_reason

Table = Iterable[Sequence[object]]
LEDGER_COLUMNS = ("when", "change", "on_hand", "reason", "reference", "who")


def ledger_table(lines: Iterable[inventory.LedgerLine]) -> Table:
    """The ledger of a SKU, newest first, with what was on hand after each line."""
    yield LEDGER_COLUMNS
    for line in lines:
        yield (
            line.moved_at.isoformat(timespec="seconds"),
            line.change,
            line.balance,
            stock_reason(line.reason),
            line.reference,
            line.actor,
        )


def csv_text(table: Table) -> str:
    """A table as CSV; texts that a spreadsheet would run get an apostrophe in front."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table:
        writer.writerow([catalog.guard(c) if isinstance(c, str) else c for c in row])
    return out.getvalue()


def csv_answer(table: Table, name: str) -> Response:
    """A table as a file to keep; it begins with the mark by which spreadsheets know UTF-8."""
    answer = Response("\ufeff" + csv_text(table), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
