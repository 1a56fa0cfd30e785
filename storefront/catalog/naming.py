"""What products and kinds are called in running text: their names, and other words for them.

`also_called` is one line: words divided by commas. “not …” among them are words that hold a name
and mean something else: with “Zechstein magnesium, not Zechstein magnesium chloride” the second is
never taken for the first.
"""

import re
from dataclasses import dataclass

from sqlalchemy import select

from ..database import db
from .drafts import BadField
from .models import Category, Product, Variant

_LONGEST_WORDS = 80
_MOST = 40
_NOT = "not "


@dataclass(frozen=True, slots=True)
class Naming:
    """Something that texts may speak of, and the published products it stands for, best first."""

    names: tuple[str, ...]
    other_things: tuple[str, ...]  # words that hold a name and mean something else
    products: tuple[int, ...]
    is_kind: bool  # a category: any product of it will do


def also_called(written: str) -> str:
    """The rule of the field: words divided by commas, each once; raises BadField."""
    words = [" ".join(part.split()) for part in re.split(r"[,;\n]", written)]
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    kept = [word for word in first.values() if word]
    for word in kept:
        name = word.removeprefix(_NOT)
        if len(word) > _LONGEST_WORDS:
            raise BadField(
                f"“{word[:30]}…” is {len(word)} characters long.",
                f"Write at most {_LONGEST_WORDS}, and commas between the words.",
            )
        if sum(letter.isalpha() for letter in name) < 3 or not name.isprintable():
            raise BadField(f"“{word}” is no word.", "Write at least three letters of each.")
    if len(kept) > _MOST:
        raise BadField(f"has {len(kept)} words.", f"Write at most {_MOST}.")
    return ", ".join(kept)


def namings() -> tuple[Naming, ...]:
    """Everything that published texts can be searched for, in the order of the shop."""
    on_sale = select(Variant.id).where(Variant.product_id == Product.id, Variant.is_sold.is_(True))
    rows = db.session.execute(
        select(Product.id, Product.name, Product.also_called, Product.category_id)
        .where(Product.state == "published", on_sale.exists())
        .order_by(Product.position, Product.id)
    ).all()
    shelves: dict[int, list[int]] = {}
    for row in rows:
        shelves.setdefault(row.category_id, []).append(row.id)
    kinds = db.session.execute(
        select(Category.id, Category.name, Category.also_called).order_by(Category.position)
    )
    products = [_naming(row.name, row.also_called, [row.id], is_kind=False) for row in rows]
    return (
        *products,
        *(
            _naming(row.name, row.also_called, shelves[row.id], is_kind=True)
            for row in kinds
            if row.id in shelves
        ),
    )


def _naming(name: str, called: str, products: list[int], *, is_kind: bool) -> Naming:
    words = [word for word in called.split(", ") if word]
    return Naming(
        names=(name, *(word for word in words if not word.startswith(_NOT))),
        other_things=tuple(word.removeprefix(_NOT) for word in words if word.startswith(_NOT)),
        products=tuple(products),
        is_kind=is_kind,
    )
