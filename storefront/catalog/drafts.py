"""A catalogue on its way into the shop: what a file or an operation wants to be true."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


class BadField(ValueError):
    """A value that a field does not take: `wrong` says why, `instead` what to write."""

    def __init__(self, wrong: str, instead: str) -> None:
        super().__init__(f"{wrong} {instead}")
        self.wrong, self.instead = wrong, instead


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it was written, with its line and, in YAML, the character it starts at."""

    text: str
    line: int
    character: int = 0


@dataclass(slots=True)
class Record:
    """One entry of a file: field → cell. Fields that were left out are missing."""

    line: int
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class ProductRecord(Record):
    """A product as it was written; pictures is None when the file says nothing about them."""

    variants: list[Record] = field(default_factory=list)
    pictures: list[Record] | None = None


@dataclass(slots=True)
class Records:
    """A whole file before its values were looked at; sizes are SKUs named without a product."""

    categories: list[Record] = field(default_factory=list)
    products: list[ProductRecord] = field(default_factory=list)
    sizes: list[Record] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a file: where, what is wrong, and what to write instead."""

    line: int
    column: str
    wrong: str
    instead: str
    character: int = 0

    def sentence(self, file: str) -> str:
        """The problem as a line of a report."""
        place = f"{file}:{self.line}" + (f":{self.character}" if self.character else "")
        return f"{place}: {self.column + ' ' if self.column else ''}{self.wrong} {self.instead}"


@dataclass(slots=True)
class Entry:
    """A category, product, variant or picture whose values are known to be good.

    `values` holds only what is to change; `record` says where each value was written.
    """

    key: str
    values: dict[str, Any]
    record: Record = field(default_factory=lambda: Record(0))


@dataclass(slots=True)
class ProductEntry(Entry):
    """A product with its sizes; pictures is None to leave them as they are."""

    variants: list[Entry] = field(default_factory=list)
    pictures: list[Entry] | None = None


@dataclass(slots=True)
class Draft:
    """Everything that is to be created or changed, in the order of the file."""

    categories: list[Entry] = field(default_factory=list)
    products: list[ProductEntry] = field(default_factory=list)
    sizes: list[Entry] = field(default_factory=list)

    def all_sizes(self) -> Iterator[Entry]:
        """Every size that is named, below its product or alone."""
        for product in self.products:
            yield from product.variants
        yield from self.sizes

    def picture_files(self) -> list[str]:
        """The picture files that are named, each once, in order."""
        named = (picture.key for product in self.products for picture in product.pictures or ())
        return list(dict.fromkeys(named))


class Problems:
    """Collects what is wrong with a file."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self.found = list(found)

    def add(self, column: str, cell: Cell | Record, wrong: str, instead: str) -> None:
        """Reports a cell, or a whole record when the cell is missing."""
        character = cell.character if isinstance(cell, Cell) else 0
        self.found.append(Problem(cell.line, column, wrong, instead, character))

    def at_line(self, line: int, wrong: str, instead: str) -> None:
        """Reports something that belongs to a line and to no field."""
        self.found.append(Problem(line, "", wrong, instead))

    def in_order(self) -> list[Problem]:
        """What was found, in the order of the file."""
        return sorted(self.found, key=lambda problem: (problem.line, problem.character))
