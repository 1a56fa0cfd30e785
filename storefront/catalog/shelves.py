"""All categories as one page writes them: their names, descriptions and order."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from sqlalchemy import func, select

from ..database import db
from .drafts import BadField, Cell, Draft, Entry, Problems, Record
from .editing import slug_from
from .import_file import shop_rules
from .models import Category, Product
from .operations import apply_draft
from .price_clock import take_catalogue
from .writing import CatalogueBusy


class CategoryRow(TypedDict):
    """A category, its place from 1, and how many products of any state stand on it."""

    slug: str
    name: str
    description: str
    also_called: str
    products: int
    place: int


def category_rows() -> list[CategoryRow]:
    """All categories in their order."""
    rows = db.session.execute(
        select(
            Category.slug, Category.name, Category.description, Category.also_called,
            func.count(Product.id),
        )
        .outerjoin(Product, Product.category_id == Category.id)
        .group_by(Category.id)
        .order_by(Category.position, Category.id)
    )  # fmt: skip
    return [
        {
            "slug": slug, "name": name, "description": text, "also_called": called,
            "products": count, "place": place,
        }
        for place, (slug, name, text, called, count) in enumerate(rows, start=1)
    ]  # fmt: skip


def categories_version() -> str:
    """What somebody saw of the categories, to be compared with what is there when they press."""
    told = (
        f"{row['slug']}|{row['name']}|{row['description']}|{row['also_called']}"
        for row in category_rows()
    )
    return version_of(told)


def save_categories(rows: Sequence[CategoryRow], *, new: Mapping[str, str], seen: str) -> None:
    """Writes all categories in this order, and a new one at the end when it has a name.

    Raises CatalogueBusy when they are not as they were seen, and BadCatalogue whose lines count
    from 1; line 0 is the new one.
    """
    take_catalogue()
    if categories_version() != seen:
        raise CatalogueBusy
    problems = Problems()
    entries = [
        _entry(n, row["slug"], _written(row), problems) for n, row in enumerate(rows, start=1)
    ]
    if new["name"].strip():
        slug = slug_from(new["name"])
        if not slug or slug in {row["slug"] for row in rows}:
            problems.add("name", Record(0), "is there already.", "Choose another name.")
        entries.append(_entry(0, slug, {**new}, problems))
    elif new["description"].strip() or new["also_called"].strip():
        problems.add("name", Record(0), "is missing.", "A new category needs one.")
    apply_draft(Draft(categories=entries), reason="edited", known=problems.found)


def version_of(parts: Iterable[str]) -> str:
    """A short name of what somebody saw, to be compared with what is there when they press."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _written(row: CategoryRow) -> dict[str, str]:
    return {
        "name": row["name"], "description": row["description"], "also_called": row["also_called"]
    }  # fmt: skip


def _entry(line: int, slug: str, written: Mapping[str, str], problems: Problems) -> Entry:
    rules, values = shop_rules().category, {}
    record = Record(line, {name: Cell(text, line) for name, text in written.items()})
    for name, cell in record.cells.items():
        try:
            values[name] = rules[name](cell.text)
        except BadField as bad:
            problems.add(name, cell, bad.wrong, bad.instead)
    return Entry(key=slug, values=values, record=record)
