"""The stock as a table: written for a spreadsheet, read back with every mistake told at once.

`was` is what the books said when the file was written. What is booked is the difference between
`on_hand` and `was`, so that what was sold in between stays sold; without `was`, `on_hand` is a
count of this moment.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .. import inventory
from .csv_file import unguard
from .drafts import Problem
from .fields import nearest
from .stock_list import StockRow, stock_rows

SHOWN = ("product", "size", "held", "available")
COLUMNS = ("sku", "product", "size", "on_hand", "was", "held", "available", "low_at", "change",
           "reason")  # fmt: skip
MOST_ROWS = 50_000
_NUMBER = "Write a number from 0 to 1,000,000."
_SIGNED = "Write a number such as 24 or -1."


@dataclass(frozen=True, slots=True)
class StockChange:
    """What one row of a file books; has_mark says whether low_at is to be set (None: the shop's).

    counted is what there shall be, where the row says it without `was`.
    """

    sku: str
    change: int
    counted: int | None
    reason: str
    has_mark: bool
    low_at: int | None


@dataclass(frozen=True, slots=True)
class StockReading:
    """What a file of stock changes, in SKU order, and everything in it that has to be mended."""

    changes: Sequence[StockChange]
    problems: Sequence[Problem]
    rows: int


def stock_table(rows: Iterable[StockRow]) -> Iterator[Sequence[object]]:
    """The stock with its headings; what is read back is told from what is only shown."""
    yield COLUMNS
    for row in rows:
        mark = "" if row.low_at is None else row.low_at
        yield (row.sku, row.product, row.size, row.on_hand, row.on_hand, row.held, row.available,
               mark, "", "")  # fmt: skip


def read_stock_file(text: str) -> StockReading:
    """What a CSV file changes; reading never raises, it finds problems instead."""
    reader = _Reader()
    changes = reader.read(text.removeprefix("\ufeff"))
    found = sorted(reader.problems, key=lambda problem: problem.line)
    return StockReading(sorted(changes, key=lambda one: one.sku), found, reader.rows)


class _Reader:
    """Turns rows into changes; whatever is bad becomes a problem with its line and column."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.rows = 0
        self._seen: dict[str, int] = {}

    def read(self, text: str) -> list[StockChange]:
        lines = self._lines(text)
        if not lines or not self._header(lines[0][1]):
            if not lines and not self.problems:
                self._wrong(1, "", "The file is empty.", "Begin with the columns sku,on_hand.")
            return []
        names = [name.strip().lower() for name in lines[0][1]]
        rows = [(line, self._cells(line, names, cells)) for line, cells in lines[1:]]
        self.rows = len(rows)
        known = stock_rows(sorted({cells["sku"] for _, cells in rows if cells.get("sku")}))
        found = (self._change(line, cells, known) for line, cells in rows if cells)
        return [change for change in found if change]

    def _lines(self, text: str) -> list[tuple[int, list[str]]]:
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        found: list[tuple[int, list[str]]] = []
        start = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    found.append((start, cells))
                start = reader.line_num + 1
        except csv.Error:
            self._wrong(start, "", "This row is not CSV.", "Look for a quote that is not closed.")
        if len(found) > MOST_ROWS + 1:
            self._wrong(1, "", f"The file has more than {MOST_ROWS:,} rows.", "Divide it.")
        return found

    def _header(self, cells: list[str]) -> bool:
        names = [name.strip().lower() for name in cells]
        for name in names:
            if name not in COLUMNS:
                likely = nearest(name, COLUMNS)
                hint = f"Did you mean {likely}?" if likely else f"Use {', '.join(COLUMNS)}."
                self._wrong(1, name or "a column", "is no column.", hint)
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._wrong(1, name, "is written twice.", "Keep one of the two columns.")
        if "sku" not in names:
            self._wrong(1, "sku", "is missing.", "Add a column with the SKU of each row.")
        return not self.problems

    def _cells(self, line: int, names: list[str], cells: list[str]) -> dict[str, str]:
        if len(cells) != len(names):
            wrong = f"The row has {len(cells)} cells, and there are {len(names)} columns."
            self._wrong(line, "", wrong, "Put cells that hold a comma into quotes.")
            return {}
        return {n: unguard(c.strip()) for n, c in zip(names, cells, strict=True)}

    def _change(
        self, line: int, cells: Mapping[str, str], known: Mapping[str, StockRow]
    ) -> StockChange | None:
        before = len(self.problems)
        row = self._row(line, cells.get("sku", ""), known)
        on_hand, was = (self._whole(line, cells, name) for name in ("on_hand", "was"))
        change = self._signed(line, cells)
        has_mark, low_at = self._mark(line, cells)
        if change is not None and on_hand is not None and on_hand != was:
            self._wrong(line, "change", "stands beside on_hand.", "Write one of the two.")
        reason = self._reason(line, cells.get("reason", ""))
        if row is None or len(self.problems) > before:
            return None
        counted = on_hand if was is None and change is None else None
        by = change or 0
        if change is None and on_hand is not None:
            by = on_hand - (row.on_hand if was is None else was)
        self._fits(line, row, by, reason, "on_hand" if change is None else "change")
        if has_mark and low_at == row.low_at:
            has_mark = False
        is_some = by or has_mark
        return StockChange(row.sku, by, counted, reason, has_mark, low_at) if is_some else None

    def _row(self, line: int, sku: str, known: Mapping[str, StockRow]) -> StockRow | None:
        if not sku:
            self._wrong(line, "sku", "is missing.", "Write the SKU of this row.")
        elif sku not in known:
            likely = nearest(sku, known)
            hint = f"Did you mean {likely}?" if likely else "Look it up in the table of the stock."
            self._wrong(line, "sku", f"{sku[:64]} is no SKU of the shop.", hint)
        elif sku in self._seen:
            self._wrong(line, "sku", f"stands in line {self._seen[sku]} too.", "Keep one of them.")
        else:
            self._seen[sku] = line
        return known.get(sku)

    def _whole(self, line: int, cells: Mapping[str, str], name: str) -> int | None:
        text = cells.get(name, "")
        if not text:
            return None
        found = inventory.units_in(text)
        if found is None:
            self._wrong(line, name, f"{text[:40]} is no number of units.", _NUMBER)
        return found

    def _signed(self, line: int, cells: Mapping[str, str]) -> int | None:
        text = cells.get("change", "").replace("−", "-")
        digits = text[1:] if text[:1] in {"+", "-"} else text
        if not text:
            return None
        found = inventory.units_in(digits)
        if found is None:
            self._wrong(line, "change", f"{text[:40]} is no change.", _SIGNED)
            return None
        return -found if text[0] == "-" else found

    def _mark(self, line: int, cells: Mapping[str, str]) -> tuple[bool, int | None]:
        text = cells.get("low_at", "")
        if text.lower() == "default":
            return True, None
        mark = self._whole(line, cells, "low_at")
        return mark is not None, mark

    def _reason(self, line: int, text: str) -> str:
        reason = text.lower() or "counted"
        if reason not in inventory.EDIT_REASONS:
            use = f"Use {', '.join(inventory.EDIT_REASONS)}, or leave it empty."
            self._wrong(line, "reason", f"{text[:40]} is no reason.", use)
        return reason

    def _fits(self, line: int, row: StockRow, by: int, reason: str, column: str) -> None:
        """Whether the shelf can change so; booking asks the database once more."""
        if not by or reason not in inventory.EDIT_REASONS:
            return
        if row.is_kit:
            self._wrong(line, column, f"{row.sku} is a kit.", "Change the stock of its parts.")
        elif by * inventory.EDIT_REASONS[reason] < 0:
            way = "adds" if by > 0 else "takes away"
            self._wrong(line, "reason", f"{reason} is no reason that {way}.", "Choose another.")
        elif row.on_hand + by < row.held:
            there = f"there are {row.on_hand}, and open payments hold {row.held}."
            self._wrong(line, column, f"takes away {-by}, but {there}", "Take away fewer.")
        elif row.on_hand + by > inventory.MOST_UNITS:
            self._wrong(line, column, "makes more than 1,000,000.", _NUMBER)

    def _wrong(self, line: int, column: str, wrong: str, instead: str) -> None:
        self.problems.append(Problem(line, column, wrong, instead))
