"""The page of a product: what was written, what is wrong with it, and what the shop says now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ... import catalog
from ...pages import settings

MOST_SIZES = 100
_SIZE = re.compile(r"size-(\d{1,3})-sku")
_SIZE_FIELDS = (
    "sku", "name", "price", "net_content", "net_unit", "weight_grams", "gtin", "tax_class",
)  # fmt: skip
_VERBS = {"is", "goes", "holds", "has", "belongs"}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CHECKS = ("has_best_before",)

#: Field → its label and a hint, in the order of the page.
LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("Name", ""),
    "also_called": (
        "Also called",
        "Other words for it, with commas. Guides offer a link where they stand; “not …” names"
        " words that mean something else.",
    ),
    "slug": ("Address", "The last part of it. The one before leads here for ever."),
    "category": ("Category", ""),
    "kind": ("Kind", "It says which facts are asked for before it is published."),
    "summary": ("Summary", "One sentence, below the name and in search engines."),
    "description": ("Description", "Paragraphs, **bold** and lists in Markdown."),
    "directions": ("Directions", "How to use it."),
    "use_amount": ("Amount of one use", "In ml or g, as its sizes are counted, such as 1.5."),
    "uses_per_week": ("Uses in a week", "7 is once a day. Pages then say how long a size lasts."),
    "used_for": (
        "Used for",
        "Parts of the body or occasions, with commas: feet, bath. Lists offer them to choose by.",
    ),
    "warnings": ("Warnings", "As they stand on the label."),
    "ingredients": ("Ingredients (INCI)", "In the order of the label."),
    "opened_months": ("Months it keeps once opened", ""),
    "has_best_before": ("A best-before date stands on each pack", ""),
    "goes_with": (
        "Goes with",
        "One line each: the address of the other product, a colon, and why. Shown on its page, in"
        " carts and below guides, while it can be bought.",
    ),
    "origin_country": ("Country of origin", "Two letters, such as DE."),
    "responsible_name": ("Responsible person in the EU: name", ""),
    "responsible_address": ("Postal address", ""),
    "responsible_contact": ("E-mail or web page", ""),
    "responsible_uk": ("Responsible person in the UK", "Name, address and e-mail or web page."),
    "contact_us": ("Contact in the US", "Where buyers report harm: address, phone or web page."),
}
KINDS = {"cosmetic": "Cosmetic", "set": "Set of several", "article": "No cosmetic"}


@dataclass(slots=True)
class Field:
    """One input; now is what the shop says where that differs after somebody else was faster."""

    name: str
    label: str
    value: str
    hint: str = ""
    error: str = ""
    now: str = ""

    @property
    def id(self) -> str:
        """What a link to this field names."""
        return self.name


@dataclass(slots=True)
class SizeFields:
    """The inputs of one size; a new one has no SKU yet, and may be left empty."""

    number: int
    is_new: bool
    fields: dict[str, Field]
    is_sold: bool = True
    place: str = ""
    units: int | None = None


@dataclass(slots=True)
class ProductForm:
    """Everything on the page of a product that can be written."""

    seen: str
    facts: dict[str, Field]
    sizes: list[SizeFields]
    differing: list[str] = field(default_factory=list)

    @property
    def first_wrong(self) -> str:
        """The id of the first field to mend, '' if none."""
        return next((f.id for f in self._all() if f.error), "")

    def show_problems(self, problems: Sequence[catalog.Problem], order: Sequence[int]) -> None:
        """Puts each problem at its field; order gives the numbers of the sizes that were sent."""
        numbered = {size.number: size for size in self.sizes}
        for problem in problems:
            place = self.facts
            if problem.line:
                place = numbered[order[problem.line - 1]].fields
            at = place.get(problem.column) or next(iter(place.values()))
            at.error = f"{at.error} {sentence(problem)}".strip()

    def show_difference(self, sheet: catalog.Sheet) -> None:
        """Names what the shop says now wherever it is not what was written here."""
        for name, text in sheet.facts.items():
            self._compare(self.facts[name], text)
        there = {size["sku"]: size for size in sheet.sizes}
        for size in self.sizes:
            for name, control in size.fields.items():
                found = there.get(size.fields["sku"].value, {})
                if name in found:
                    self._compare(control, found[name])
        known = {size.fields["sku"].value for size in self.sizes}
        fresh = [size for size in read_sheet(sheet).sizes if not size.is_new]
        number = max((size.number for size in self.sizes), default=0)
        for size in fresh:
            if size.fields["sku"].value not in known:
                number += 1
                self.sizes.append(_numbered(size, number))
                self.differing.append(f"Size {size.fields['sku'].value}")

    def _compare(self, control: Field, text: str) -> None:
        if control.value.replace("\r\n", "\n").strip() != text.strip():
            control.now = text or "nothing"
            self.differing.append(control.label)

    def _all(self) -> list[Field]:
        sizes = [control for size in self.sizes for control in size.fields.values()]
        return [*self.facts.values(), *sizes]


def read_sheet(sheet: catalog.Sheet) -> ProductForm:
    """The form as the shop has it, with room for one more size."""
    facts = {n: Field(n, label, sheet.facts[n], hint) for n, (label, hint) in LABELS.items()}
    sizes = [
        _size(n, size, is_new=False, units=sheet.units.get(size["sku"]))
        for n, size in enumerate(sheet.sizes, start=1)
    ]
    return ProductForm(sheet.seen.isoformat(), facts, [*sizes, _blank(len(sizes) + 1)])


def read_sent(sent: Mapping[str, str], sheet: catalog.Sheet) -> ProductForm:
    """The form as somebody sent it."""
    facts = {}
    for name, (label, hint) in LABELS.items():
        value = sent.get(name, sheet.facts[name])
        if name in _CHECKS:
            value = "yes" if sent.get(name) else "no"
        facts[name] = Field(name, label, value, hint)
    numbers = sorted({int(found[1]) for key in sent if (found := _SIZE.fullmatch(key))})
    there = {size["sku"] for size in sheet.sizes}
    sizes = [_sent_size(n, sent, there, sheet) for n in numbers[:MOST_SIZES]]
    return ProductForm(sent.get("seen", ""), facts, sizes)


def written_sizes(form: ProductForm) -> tuple[list[dict[str, str]], list[int]]:
    """The sizes in the order that was asked for, without empty new ones; and their numbers."""
    kept = [size for size in form.sizes if not _is_empty(size)]
    kept.sort(key=lambda size: (_place(size), size.number))
    return [_written(size) for size in kept], [size.number for size in kept]


def moment(text: str) -> datetime:
    """The version that a page was made of; one that nobody ever read fits nothing."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _NEVER
    return found if found.tzinfo else _NEVER


def sentence(problem: catalog.Problem) -> str:
    """A problem as it stands below its field."""
    if problem.wrong.endswith(" already.") and problem.column == "sku":
        return f"{problem.wrong.replace('stands in line', 'is the SKU of size')} Give it another."
    first = problem.wrong.split(" ", 1)[0]
    start = "This " if first in _VERBS else ""
    return f"{start}{problem.wrong} {problem.instead}"


def _size(
    number: int, size: Mapping[str, str], *, is_new: bool, units: int | None = None
) -> SizeFields:
    labels = {
        "sku": "SKU", "name": "Name", "price": f"Price in {settings().STOREFRONT_CURRENCY}",
        "net_content": "Net content", "net_unit": "Unit", "weight_grams": "Weight packed, in g",
        "gtin": "GTIN", "tax_class": "Tax", "opening_stock": "How many are there",
    }  # fmt: skip
    names = (*_SIZE_FIELDS, "opening_stock") if is_new else _SIZE_FIELDS
    fields = {n: Field(f"size-{number}-{n}", labels[n], size.get(n, "")) for n in names}
    is_sold = size.get("is_sold", "yes") == "yes"
    return SizeFields(number, is_new, fields, is_sold, size.get("place", str(number)), units)


def _blank(number: int) -> SizeFields:
    return _size(number, {"tax_class": next(iter(settings().tax_basis_points))}, is_new=True)


def _numbered(size: SizeFields, number: int) -> SizeFields:
    for name, control in size.fields.items():
        control.name = f"size-{number}-{name}"
    size.number, size.place = number, str(number)
    return size


def _sent_size(
    number: int, sent: Mapping[str, str], there: set[str], sheet: catalog.Sheet
) -> SizeFields:
    names = (*_SIZE_FIELDS, "opening_stock", "place")
    values = {name: sent.get(f"size-{number}-{name}", "") for name in names}
    values["is_sold"] = "yes" if sent.get(f"size-{number}-is_sold") else "no"
    sku = values["sku"].strip()
    is_new = bool(sent.get(f"size-{number}-is_new")) or sku not in there
    return _size(number, values, is_new=is_new, units=sheet.units.get(sku))


def _is_empty(size: SizeFields) -> bool:
    told = ("sku", "name", "price", "net_content", "gtin", "opening_stock")
    return size.is_new and not any(size.fields[name].value.strip() for name in told)


def _place(size: SizeFields) -> int:
    text = size.place.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else size.number


def _written(size: SizeFields) -> dict[str, str]:
    values = {name: control.value for name, control in size.fields.items()}
    values["weight_grams"] = values["weight_grams"].strip() or "0"
    if size.is_new:
        values["opening_stock"] = values["opening_stock"].strip() or "0"
    return values | {"is_sold": "yes" if size.is_sold else "no"}
