"""What can be found, as words: one document for a product, and several for a guide.

Products and kinds are found by all names that staff wrote below “Also called”, and so are guides
that mention them: it is the one list of synonyms, and the checks of guides go by it too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from .. import catalog, guides
from ..database import require_transaction
from .words import joined_words, sku_word, words_of

_LINK = re.compile(r"\]\([^)\s]*\)|<[^>\s]*>")
_P, _C, _V, _G = catalog.Product, catalog.Category, catalog.Variant, guides.Guide


@dataclass(slots=True)
class Document:
    """One thing that can be found; the last four hold words, also several names divided by |."""

    kind: str
    ref: int
    anchor: str = ""
    heading: str = ""
    text: str = ""
    name: str = ""
    also: str = ""
    brief: str = ""
    body: str = ""

    def row(self) -> dict[str, Any]:
        """The columns of its SearchDocument."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "body"}

    def words(self) -> set[str]:
        """All of its words, each once."""
        return set(
            " ".join((self.name, self.also, self.brief, self.body)).replace("|", " ").split()
        )


@dataclass(slots=True)
class _Sizes:
    names: list[str] = field(default_factory=list)
    skus: list[str] = field(default_factory=list)


def product_documents(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these products that are on sale, in two statements."""
    session = require_transaction()
    sizes: dict[int, _Sizes] = {}
    for row in session.execute(
        select(_V.product_id, _V.sku, _V.name, _V.gtin)
        .where(_V.product_id.in_(ids), _V.is_sold.is_(True))
        .order_by(_V.product_id, _V.position, _V.id)
    ):
        found = sizes.setdefault(row.product_id, _Sizes())
        found.names.append(row.name)
        found.skus += [row.sku, row.gtin]
    rows = session.execute(
        select(_P.id, _P.name, _P.also_called, _P.summary, _P.description, _P.directions,
               _P.ingredients, _P.used_for, _C.name.label("kind"),
               _C.also_called.label("kind_called"))
        .join(_C, _C.id == _P.category_id)
        .where(_P.id.in_(sizes), _P.state == "published")
        .order_by(_P.id)
    )  # fmt: skip
    return [_product(row, sizes[row.id]) for row in rows]


def guide_documents(ids: Sequence[int]) -> list[Document]:
    """The documents of those of these guides that are published, in two statements."""
    rows = require_transaction().execute(
        select(_G.id, _G.title, _G.summary, _G.blocks)
        .where(_G.id.in_(ids), _G.state == "published")
        .order_by(_G.id)
    )
    read = [(row, guides.sections_of(row.blocks)) for row in rows]
    called = _names_of({id_ for _, parts in read for part in parts for id_ in part.products})
    return [document for row, parts in read for document in _guide(row, parts, called)]


def _product(row: Any, sizes: _Sizes) -> Document:
    called = [*_called(row.also_called), row.kind, *_called(row.kind_called)]
    skus = [word for sku in sizes.skus if (word := sku_word(sku))]
    return Document(
        "product",
        row.id,
        name=_words(row.name),
        also="|".join([*(_words(name) for name in called), *map(_words, sizes.skus), *skus]),
        brief=_words(" ".join((row.summary, row.used_for, *sizes.names))),
        body=_words(_plain(f"{row.description} {row.directions} {row.ingredients}")),
    )


def _guide(
    row: Any, parts: tuple[guides.Section, ...], called: dict[int, list[str]]
) -> list[Document]:
    title = _words(row.title)
    names = [_names(part.products, called) for part in parts]
    whole = Document(
        "guide",
        row.id,
        text=row.summary,
        name=title,
        brief=_words(" ".join((row.summary, *(part.heading for part in parts)))),
        body=" ".join((*(_words(part.text) for part in parts), *names)),
    )
    passages = [
        Document(
            "passage", row.id, part.anchor[:80], part.heading, part.text,
            name=_words(part.heading), also=title, brief=names[number], body=_words(part.text),
        )
        for number, part in enumerate(parts)
    ]  # fmt: skip
    return [whole, *passages]


def _names(products: Iterable[int], called: dict[int, list[str]]) -> str:
    return " ".join(dict.fromkeys(name for id_ in products for name in called.get(id_, ())))


def _names_of(product_ids: set[int]) -> dict[int, list[str]]:
    rows = require_transaction().execute(
        select(_P.id, _P.name, _P.also_called, _C.also_called.label("kind_called"))
        .join(_C, _C.id == _P.category_id)
        .where(_P.id.in_(product_ids))
    )
    return {
        row.id: [
            _words(n) for n in (row.name, *_called(row.also_called), *_called(row.kind_called))
        ]
        for row in rows
    }


def _called(also_called: str) -> list[str]:
    return [name for name in also_called.split(", ") if name and not name.startswith("not ")]


def _words(text: str) -> str:
    return " ".join((*words_of(text), *joined_words(text)))


def _plain(markdown: str) -> str:
    return _LINK.sub("] ", catalog.WRITTEN.sub(" ", markdown))
