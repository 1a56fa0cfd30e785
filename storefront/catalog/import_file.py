"""From a file to a draft: every value is checked against its field's rule, with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ..pages import settings
from .csv_file import read_csv
from .drafts import (
    BadField,
    Cell,
    Draft,
    Entry,
    Problem,
    Problems,
    ProductEntry,
    ProductRecord,
    Record,
    Records,
)
from .fields import Rule, Rules, rules_for
from .yaml_file import read_yaml

MOST_BYTES = 100_000_000
_FORMATS = {".yaml": "yaml", ".yml": "yaml", ".csv": "csv"}
# Where nothing stands, nothing is said: what is there stays, or the default is taken.
_EMPTY_SAYS_NOTHING = {
    "category", "state", "kind", "has_best_before", "price", "currency", "tax_class", "is_sold",
    "weight_grams", "opening_stock", "kit",
}  # fmt: skip
_CSV_NAMES = {
    "variant": {"name": "size"},
    "category": {
        "slug": "category",
        "name": "category_name",
        "description": "category_description",
        "also_called": "category_also_called",
    },
    "picture": {"file": "pictures (file)", "alt": "pictures (alt)", "sku": "pictures (sku)"},
}

_AnyEntry = TypeVar("_AnyEntry", bound=Entry)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, and everything in it that has to be mended before it can be taken in."""

    file: str
    draft: Draft
    problems: list[Problem]


def shop_rules() -> Rules:
    """The field rules of the current shop."""
    chosen = settings()
    return rules_for(chosen.STOREFRONT_CURRENCY, tuple(chosen.tax_basis_points))


def read_catalogue(path: Path) -> Reading:
    """A YAML or CSV file as a draft; reading never raises, it finds problems instead."""
    problems = Problems()
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        problems.at_line(1, f"{path.name} is neither YAML nor CSV.",
                         "Hand in a file that ends in .yaml or .csv.")  # fmt: skip
        return Reading(path.name, Draft(), problems.found)
    text = _text(path, problems)
    if text is None:
        return Reading(path.name, Draft(), problems.found)
    rules = shop_rules()
    records = read_yaml(text, rules, problems) if kind == "yaml" else read_csv(text, problems)
    draft = _Checker(rules, problems, is_table=kind == "csv").draft(records)
    return Reading(path.name, draft, problems.in_order())


def read_product(record: ProductRecord) -> Reading:
    """One product as a page wrote it, by the rules of a file; line is the number of a size."""
    problems = Problems()
    draft = _Checker(shop_rules(), problems, is_table=False).draft(Records(products=[record]))
    return Reading("", draft, problems.in_order())


def _text(path: Path, problems: Problems) -> str | None:
    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        problems.at_line(1, f"The file cannot be read: {error.strerror}.", "Check its name.")
        return None
    if len(content) > MOST_BYTES:
        problems.at_line(1, "The file is larger than 100 MB.", "Divide it into several.")
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.at_line(line, "This line is not UTF-8 text.",
                         "Save the file again with the encoding UTF-8.")  # fmt: skip
        return None
    if "\0" in text:
        problems.at_line(text.count("\n", 0, text.index("\0")) + 1,
                         "This line holds a NUL character.",
                         "Save the file again as text, with the encoding UTF-8.")  # fmt: skip
        return None
    return text


class _Checker:
    """Turns records into entries with good values; whatever is bad becomes a problem."""

    def __init__(self, rules: Rules, problems: Problems, *, is_table: bool) -> None:
        self._rules, self._problems = rules, problems
        self._names: Mapping[str, Mapping[str, str]] = _CSV_NAMES if is_table else {}
        self._skus: dict[str, Record] = {}

    def draft(self, records: Records) -> Draft:
        categories = [
            self._entry(Entry, record, "category", "slug") for record in records.categories
        ]
        products = [self._product(record) for record in records.products]
        sizes = [self._entry(Entry, record, "variant", "sku") for record in records.sizes]
        return Draft(
            categories=self._once(categories, "category", "slug", {}),
            products=self._once(products, "product", "slug", {}),
            sizes=self._once(sizes, "variant", "sku", self._skus),
        )

    def _product(self, record: ProductRecord) -> ProductEntry:
        entry = self._entry(ProductEntry, record, "product", "slug")
        variants = [self._entry(Entry, item, "variant", "sku") for item in record.variants]
        entry.variants = self._once(variants, "variant", "sku", self._skus)
        if record.pictures is not None:
            pictures = [self._entry(Entry, item, "picture", "file") for item in record.pictures]
            entry.pictures = [picture for picture in pictures if picture.key]
        return entry

    def _entry(self, kind: type[_AnyEntry], record: Record, what: str, key: str) -> _AnyEntry:
        rules: Mapping[str, Rule] = getattr(self._rules, what)
        values: dict[str, Any] = {}
        for name, cell in record.cells.items():
            if name in rules and not (name in _EMPTY_SAYS_NOTHING and not cell.text.strip()):
                self._take(values, what, name, cell, rules[name])
        if key not in record.cells:
            self._problems.add(self._column(what, key), record, "is missing.", _first(key))
        if what == "picture" and "file" in record.cells and "alt" not in record.cells:
            self._problems.add("alt", record, "is missing.", "Say what the picture shows.")
        return kind(key=values.pop(key, ""), values=values, record=record)

    def _take(self, values: dict[str, Any], what: str, name: str, cell: Cell, rule: Rule) -> None:
        try:
            values["price_cents" if name == "price" else name] = rule(cell.text)
        except BadField as bad:
            self._problems.add(self._column(what, name), cell, bad.wrong, bad.instead)

    def _column(self, what: str, name: str) -> str:
        return self._names.get(what, {}).get(name, name)

    def _once(
        self, entries: Iterable[_AnyEntry], what: str, key: str, seen: dict[str, Record]
    ) -> list[_AnyEntry]:
        """The entries with a key of their own; a key used twice in the file is a problem."""
        kept = []
        for entry in entries:
            if not entry.key:
                continue
            if entry.key in seen:
                self._problems.add(
                    self._column(what, key), entry.record.cells[key],
                    f"{entry.key} stands in line {seen[entry.key].line} already.",
                    "Remove one of the two, or give it another.",
                )  # fmt: skip
                continue
            seen[entry.key] = entry.record
            kept.append(entry)
        return kept


def _first(key: str) -> str:
    examples = {"slug": "magnesium-oil-spray", "sku": "OIL-SPRAY-100", "file": "oil-spray.jpg"}
    return f"Write {key}: {examples[key]}, or what is yours."
