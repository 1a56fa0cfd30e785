"""A catalogue as a table: one row per size, the product's columns repeated on each of its rows.

A row without slug and SKU describes a category. A row with a SKU and no slug changes that size
only. Pictures are one cell: `file|alt|sku` for each, in lines of their own or divided by ` ; `.
A spreadsheet runs cells that begin with = + - or @, so such texts get an apostrophe in front when
they are written, and lose it again when they are read.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping

from .drafts import Cell, Problems, ProductRecord, Record, Records
from .fields import nearest

CATEGORY = {
    "category": "slug", "category_name": "name", "category_description": "description",
    "category_also_called": "also_called",
}  # fmt: skip
PRODUCT = {
    name: name
    for name in (
        "slug", "name", "also_called", "category", "state", "kind", "summary", "description",
        "directions", "use_amount", "uses_per_week", "used_for", "ingredients", "warnings",
        "opened_months", "has_best_before", "responsible_name", "responsible_address",
        "responsible_contact", "responsible_uk", "contact_us", "origin_country", "goes_with",
    )
}  # fmt: skip
VARIANT = {
    "sku": "sku", "size": "name", "price": "price", "currency": "currency",
    "net_content": "net_content", "net_unit": "net_unit", "weight_grams": "weight_grams",
    "gtin": "gtin", "tax_class": "tax_class", "is_sold": "is_sold",
    "opening_stock": "opening_stock", "kit": "kit",
}  # fmt: skip
_FIRST = ("slug", "name", *CATEGORY)
COLUMNS = (*_FIRST, *(name for name in PRODUCT if name not in _FIRST), "pictures", *VARIANT)
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 1_000_000


def guard(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would run it; see unguard."""
    is_guarded = text[:1] == "'" and text[1:2] in {*_RUNS, "'"}
    return f"'{text}" if text.startswith(_RUNS) or is_guarded else text


def kit_text(parts: Mapping[str, int]) -> str:
    """Parts of a kit as the field of that name reads them: 1 OIL-SPRAY-250, 2 FLAKES-1000."""
    return ", ".join(f"{units} {sku}" for sku, units in sorted(parts.items()))


def unguard(text: str) -> str:
    """What guard() was given."""
    is_guarded = text[:1] == "'" and text[1:2] in {*_RUNS, "'"}
    return text[1:] if is_guarded else text


def join_pictures(pictures: Iterable[tuple[str, str, str]]) -> str:
    """The pictures cell for (file, alt, sku) of each picture."""
    return "\n".join("|".join(_escape(part) for part in picture) for picture in pictures)


def split_pictures(text: str) -> list[list[str]]:
    """The parts of each picture in a pictures cell."""
    lines = re.split(r"\n| ; ", text.replace("\r\n", "\n"))
    cells = (re.findall(r"(?:^|\|)((?:[^|\\]|\\.|\\$)*)", line) for line in lines if line.strip())
    return [[re.sub(r"\\(.?)", _unescape, part.strip()) for part in parts] for parts in cells]


def _escape(text: str) -> str:
    return re.sub(r"([|\\])", r"\\\1", text).replace("\n", r"\n").replace(" ; ", r" \; ")


def _unescape(match: "re.Match[str]") -> str:
    return "\n" if match[1] == "n" else match[1] or "\\"


def read_csv(text: str, problems: Problems) -> Records:
    """The records of a CSV file; what is wrong with its form goes to `problems`."""
    rows = _rows(text, problems)
    first = next(rows, None)
    if first is None:
        if not problems.found:
            problems.at_line(1, "The file is empty.", f"Begin with the columns {_example()}.")
        return Records()
    header = _header(first, problems)
    return _Sorter(problems).sort(
        record for record in (_record(header, row, problems) for row in rows) if record
    )


def _rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    limit = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        problems.at_line(start, *_csv_problem(str(error)))
    finally:
        csv.field_size_limit(limit)


def _csv_problem(error: str) -> tuple[str, str]:
    if "end of data" in error:
        return "A quote that opens in this row is never closed.", 'Close it with another ".'
    if "field larger" in error:
        return "A cell in this row is very long.", 'Look for a quote " that is never closed.'
    return f"This row is not CSV: {error}.", 'Write a quote inside a quoted cell twice, as "".'


def _header(row: tuple[int, list[str]], problems: Problems) -> list[str]:
    line, names = row[0], [name.strip() for name in row[1]]
    for index, name in enumerate(names):
        if name not in COLUMNS:
            likely = nearest(name, COLUMNS)
            hint = f"Did you mean {likely}?" if likely else f"Use {', '.join(COLUMNS)}."
            problems.add(name or f"column {index + 1}", Record(line), "is no column.", hint)
        elif name in names[:index]:
            problems.add(name, Record(line), "is written twice.", "Keep one of the two columns.")
    return names


def _record(header: list[str], row: tuple[int, list[str]], problems: Problems) -> Record | None:
    line, cells = row
    if len(cells) != len(header):
        problems.at_line(
            line, f"The row has {len(cells)} cells, and there are {len(header)} columns.",
            "Put cells that hold a comma into quotes.",
        )  # fmt: skip
        return None
    pairs = zip(header, cells, strict=True)
    return Record(line, {name: Cell(unguard(cell), line) for name, cell in pairs})


def _example() -> str:
    return "slug,name,category,sku,size,price"


class _Sorter:
    """Sorts rows into categories, products with their sizes, and sizes alone."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._products: dict[str, ProductRecord] = {}
        self._seen: dict[str, Record] = {}
        self._records = Records()

    def sort(self, rows: Iterable[Record]) -> Records:
        for row in rows:
            slug, sku = (_text(row, name) for name in ("slug", "sku"))
            if slug:
                self._product_row(slug, row)
            elif sku:
                self._records.sizes.append(_part(row, VARIANT, is_sparse=True))
            elif _text(row, "category") and not _is_product(row):
                self._records.categories.append(_part(row, CATEGORY))
            else:
                self._problems.add("slug", row, "is missing.", "Write the product's slug.")
        return self._records

    def _product_row(self, slug: str, row: Record) -> None:
        product = self._products.get(slug)
        if product is None:
            part = _part(row, PRODUCT)
            product = ProductRecord(row.line, part.cells, pictures=self._pictures(row))
            self._products[slug], self._seen[slug] = product, row
            self._records.products.append(product)
        else:
            self._compare(self._seen[slug], row)
        if _text(row, "sku"):
            product.variants.append(_part(row, VARIANT))
        elif any(_text(row, name) for name in VARIANT):
            self._problems.add("sku", row, "is missing.", "Write the SKU of this size.")

    def _compare(self, first: Record, row: Record) -> None:
        """Later rows of a product repeat what its first row says, or leave it empty."""
        for name in (*PRODUCT, "pictures"):
            said, cell = _text(first, name), row.cells.get(name)
            if cell is not None and cell.text.strip() not in {"", said}:
                self._problems.add(
                    name, cell, f"differs from line {first.line}, which is the same product.",
                    "Write the same, or leave it empty.",
                )  # fmt: skip

    def _pictures(self, row: Record) -> list[Record] | None:
        cell = row.cells.get("pictures")
        if cell is None:
            return None
        pictures = []
        for parts in split_pictures(cell.text):
            if len(parts) > 3:
                self._problems.add("pictures", cell, "has more than three parts.",
                                   r"Write file|alt|sku, and \| for a bar inside.")  # fmt: skip
            named = zip(("file", "alt", "sku"), parts, strict=False)
            pictures.append(Record(row.line, {name: Cell(part, row.line) for name, part in named}))
        return pictures


def _is_product(row: Record) -> bool:
    others = (*PRODUCT, *VARIANT, "pictures")
    return any(_text(row, name) for name in others if name not in CATEGORY)


def _text(record: Record, name: str) -> str:
    cell = record.cells.get(name)
    return cell.text.strip() if cell else ""


def _part(row: Record, names: dict[str, str], *, is_sparse: bool = False) -> Record:
    """The cells of one kind; in a sparse row an empty cell means "leave it as it is"."""
    cells = {
        field: row.cells[column]
        for column, field in names.items()
        if column in row.cells and not (is_sparse and not row.cells[column].text.strip())
    }
    return Record(row.line, cells)
