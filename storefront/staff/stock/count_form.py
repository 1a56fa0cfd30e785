"""What somebody has entered into the rows of a stock-take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ... import inventory
from ...forms import Form
from ...local_time import read_moment

NO_COUNT = "Write how many there are, from 0 to 1,000,000, or leave it empty."
NO_MOMENT = "Write a moment between the start of the stock-take and now, or leave it empty for now."


@dataclass(slots=True)
class CountForm:
    """The numbers of one page, kept as they were written; errors by row, 'at' for the moment."""

    written: Mapping[str, str]
    started_at: datetime
    entries: list[inventory.Entry] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def read(self, lines: Sequence[inventory.StockCountLine]) -> bool:
        """Whether everything that was written can be taken down."""
        for line in lines:
            self._read_row(line.id)
        self._read_moment()
        return not self.errors

    def of(self, line: inventory.StockCountLine) -> str:
        """What stands in a row's field: what was written, or else what was counted before."""
        kept = "" if line.counted is None else str(line.counted)
        return self.written.get(f"n-{line.id}", kept)[:12]

    def first_wrong(self) -> str:
        """The row that the focus goes to, '' if all are right."""
        return next(iter(self.errors), "")

    def _read_row(self, line_id: int) -> None:
        text = self.written.get(f"n-{line_id}", "").strip()
        was = self.written.get(f"was-{line_id}")
        if was is None:
            return  # a row of another page
        if not _is_number(text):
            self.errors[str(line_id)] = NO_COUNT
            return
        old = int(was) if was and _is_number(was) else None
        self.entries.append(inventory.Entry(line_id, int(text) if text else None, old))

    def _read_moment(self) -> None:
        text = self.written.get("at", "").strip()
        if not text:
            return
        try:
            at = read_moment(text)
        except ValueError:
            self.errors["at"] = NO_MOMENT
            return
        start = self.started_at.replace(second=0, microsecond=0)
        if not start <= at <= self.at:
            self.errors["at"] = NO_MOMENT
        self.at = at


def read_reasons(written: Mapping[str, str]) -> dict[int, str]:
    """Row → why it differs, of the rows whose reason is one."""
    named = ((name.removeprefix("why-"), word) for name, word in written.items())
    return {
        int(row): word for row, word in named if _is_row(row) and word in inventory.EDIT_REASONS
    }


def is_ours() -> bool:
    """Whether the form came from our own page, lately."""
    return bool(Form().validate())


def _is_row(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _is_number(text: str) -> bool:
    return not text or inventory.units_in(text) is not None
