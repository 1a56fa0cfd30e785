"""A carrier's file of numbers: order,carrier,tracking; read whole, with every mistake at once."""

import csv
import io
from dataclasses import dataclass

from .. import orders
from ..errors import Refusal
from .queries import waiting_of

COLUMNS = ("order", "carrier", "tracking")
MOST_ROWS = 2000


class FileMistakes(Refusal):
    """The file cannot be taken as it is; sentences name line and column, and nothing changed."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        number = len(sentences)
        super().__init__(
            f"Nothing was shipped: {number} {'thing has' if number == 1 else 'things have'}"
            " to be mended in the file."
        )


@dataclass(frozen=True, slots=True)
class ShipRow:
    """One parcel of a file that was found."""

    parcel_id: int
    carrier: str
    tracking: str


def read_tracking(text: str, *, carrier: str = "") -> list[ShipRow]:
    """The parcels that a file ships; carrier stands in for one that a row leaves out.

    An order is named by its number. Raises FileMistakes with all of them.
    """
    rows = _rows(text)
    wrong: list[str] = []
    numbers: dict[int, int] = {}
    for line, row in rows:
        order_id = orders.id_of(row["order"])
        if order_id is None:
            wrong.append(
                f"Line {line}, order: “{row['order'][:40]}” is not the number of an order."
            )
        elif order_id in numbers.values():
            wrong.append(f"Line {line}, order: order {row['order'][:40]} stands here twice.")
        else:
            numbers[line] = order_id
        wrong += _too_long(line, row)
    parcels = waiting_of(set(numbers.values()))
    found = []
    for line, row in rows:
        if line not in numbers:
            continue
        here = parcels[numbers[line]]
        if len(here) == 1:
            found.append(ShipRow(here[0].id, row["carrier"] or carrier, row["tracking"]))
        else:
            wrong.append(f"Line {line}, order: {_why(row['order'], len(here))}")
    if wrong:
        raise FileMistakes(sorted(wrong, key=lambda s: int(s.split(",")[0].split()[1])))
    return found


def _why(number: str, parcels: int) -> str:
    if not parcels:
        return f"no parcel of order {number[:40]} waits for a carrier."
    return f"{parcels} parcels of order {number[:40]} wait; write their numbers into the table."


def _too_long(line: int, row: dict[str, str]) -> list[str]:
    most = {"carrier": 60, "tracking": 120}
    return [
        f"Line {line}, {name}: this is longer than {length} characters."
        for name, length in most.items()
        if len(row[name]) > length
    ]


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """(line of the file, its values) of every row that says something."""
    text = text.lstrip("\ufeff")
    head = next(iter(text.splitlines()), "")
    mark = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error:
        raise FileMistakes(["Line 1, head: this is no table. Save it again as CSV."]) from None
    names = [name.strip().casefold() for name in lines[0]] if lines else []
    missing = [name for name in COLUMNS if name not in names and name != "carrier"]
    if missing:
        raise FileMistakes(
            ["Line 1, head: the first line has to name the columns: order,carrier,tracking."]
        )
    if len(lines) > MOST_ROWS + 1:
        raise FileMistakes([f"Line 1, head: a file may have {MOST_ROWS} rows, not more."])
    found = []
    for line, cells in enumerate(lines[1:], start=2):
        values = dict.fromkeys(COLUMNS, "") | {
            name: cell.strip() for name, cell in zip(names, cells, strict=False)
        }
        if any(values[name] for name in COLUMNS):
            found.append((line, values))
    return found
