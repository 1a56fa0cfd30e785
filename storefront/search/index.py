"""The one interface to the two databases' full text: FTS5 on SQLite, tsvector on PostgreSQL.

Both get the same words and answer the same question with the same documents in the same order;
what is a word and what ranks first is decided in Python (words.py, ranking.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from .documents import Document

MOST_PRODUCTS, MOST_PASSAGES = 300, 60
BEGINNING = 1000  # products that are looked at before an index is asked, on PostgreSQL
_FIELDS = ("name", "also", "brief", "body")


@dataclass(frozen=True, slots=True)
class Word:
    """A word that has to be there, or the beginning of one."""

    form: str
    is_beginning: bool = False


#: One of these has to be there with all of its words.
Either = tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What documents must hold: all of `every`, or a whole SKU; without any, one of `some`."""

    every: tuple[Either, ...]
    some: tuple[Either, ...]
    sku: str = ""


class SearchIndex(Protocol):
    """What a database has to be able to do."""

    def add(self, session: Session, documents: Iterable[tuple[int, Document]]) -> None:
        """Indexes documents under the ids of their rows."""

    def take_out(self, session: Session, ids: Sequence[int]) -> Counter[str]:
        """Takes documents out, and gives their words: in how many of them each was."""

    def clear(self, session: Session) -> None:
        """Takes out everything."""

    def found(self) -> str:
        """SQL of a query for the ids of what was asked for: the best of products and of guides.

        Those with all words in their names come first, then by how few words those names have.
        """

    def parameters(self, asked: Asked) -> dict[str, Any]:
        """The values for that SQL."""


def index_of(dialect: str) -> SearchIndex:
    """The index of a database, by SQLAlchemy's name of its dialect."""
    return _PostgresqlIndex() if dialect == "postgresql" else _SqliteIndex()


# Name and also, as the index of migration 0030 has them.
_IS_NAMED = "ts_filter(words, CAST('{a,b}' AS \"char\"[])) @@ CAST(:named AS tsquery)"


def _window(ids: str, order: str, condition: str) -> str:
    products = _first(ids, f"{condition} AND kind = 'product'", order, MOST_PRODUCTS)
    guides = _first(ids, f"{condition} AND kind <> 'product'", order, MOST_PASSAGES)
    return f"SELECT id FROM ({products}) products UNION ALL SELECT id FROM ({guides}) guides"  # noqa: S608


def _first(columns: str, condition: str, order: str, most: int) -> str:
    return (
        f"SELECT {columns} FROM shop_search_text WHERE {condition}"  # noqa: S608
        f" ORDER BY {order} LIMIT {most}"
    )


def _or_else(every: str, some: str) -> str:
    """The end of a WITH: one query's rows, or the other's where the first one has none."""
    return (
        f"hits AS MATERIALIZED ({every}) SELECT id FROM hits UNION ALL"  # noqa: S608
        f" SELECT id FROM ({some}) more WHERE NOT EXISTS (SELECT 1 FROM hits)"
    )


class _SqliteIndex:
    """FTS5: fields are columns, a rowid is the id of a document."""

    def add(self, session: Session, documents: Iterable[tuple[int, Document]]) -> None:
        rows = [
            {"id": id_, "kind": one.kind, "width": len(one.name.split())}
            | {field: getattr(one, field).replace("|", " ") for field in _FIELDS}
            for id_, one in documents
        ]
        if rows:
            session.execute(
                text(
                    "INSERT INTO shop_search_text (rowid, name, also, brief, body, kind, width)"
                    " VALUES (:id, :name, :also, :brief, :body, :kind, :width)"
                ),
                rows,
            )

    def take_out(self, session: Session, ids: Sequence[int]) -> Counter[str]:
        told = session.execute(
            _with_ids("SELECT name, also, brief, body FROM shop_search_text WHERE rowid IN :ids"),
            {"ids": ids},
        )
        words = Counter(word for row in told for word in set(" ".join(row).split()))
        session.execute(_with_ids("DELETE FROM shop_search_text WHERE rowid IN :ids"), {"ids": ids})
        return words

    def clear(self, session: Session) -> None:
        session.execute(text("DELETE FROM shop_search_text"))

    def found(self) -> str:
        is_named = (
            "rowid IN (SELECT rowid FROM shop_search_text WHERE shop_search_text MATCH :named)"
        )
        order = f"{is_named} DESC, width, rowid"
        every = _window("rowid AS id", order, "shop_search_text MATCH :every")
        some = _window("rowid AS id", "width, rowid", "shop_search_text MATCH :some")
        return f"WITH {_or_else(every, some)}"

    def parameters(self, asked: Asked) -> dict[str, Any]:
        every, sku = self._all_of(asked.every), f'"{asked.sku}"'
        return {
            "every": " OR ".join(part for part in (every, asked.sku and sku) if part) or '""',
            "named": f"{{name also}} : ({every})" if every else '""',
            "some": " OR ".join(map(self._either, asked.some)) or '""',
        }

    def _all_of(self, every: Iterable[Either]) -> str:
        return f"({' AND '.join(map(self._either, every))})" if every else ""

    def _either(self, either: Either) -> str:
        ways = (" AND ".join(map(self._word, words)) for words in either)
        return f"({' OR '.join(f'({way})' for way in ways)})"

    @staticmethod
    def _word(word: Word) -> str:
        return f'"{word.form}"{" *" if word.is_beginning else ""}'


class _PostgresqlIndex:
    """A tsvector made of the words themselves: weight A is the name, B also, C brief, D body."""

    def add(self, session: Session, documents: Iterable[tuple[int, Document]]) -> None:
        rows = [
            {"id": id_, "kind": one.kind, "width": len(one.name.split()), "words": _vector(one)}
            for id_, one in documents
        ]
        if rows:
            session.execute(
                text(
                    "INSERT INTO shop_search_text (id, kind, width, words)"
                    " VALUES (:id, :kind, :width, CAST(:words AS tsvector))"
                ),
                rows,
            )

    def take_out(self, session: Session, ids: Sequence[int]) -> Counter[str]:
        told = session.execute(
            _with_ids("DELETE FROM shop_search_text WHERE id IN :ids"
                      " RETURNING tsvector_to_array(words)"),
            {"ids": ids},
        )  # fmt: skip
        return Counter(word for (words,) in told for word in words)

    def clear(self, session: Session) -> None:
        session.execute(text("DELETE FROM shop_search_text"))

    def found(self) -> str:
        # Most words are in far more texts than names, so products that only speak of them are read
        # where few are named so. The rest are the first of all without those.
        # Sorted by a sum, as PostgreSQL would else walk through all products for the few that fit.
        every, order = "words @@ CAST(:every AS tsquery)", "width + 0, id"
        named = _first("id", f"{_IS_NAMED} AND kind = 'product'", order, MOST_PRODUCTS)
        # What names half of the shop is among the first in any case, and nothing is sorted.
        beginning = _first("id, width, words", "kind = 'product'", "width, id", BEGINNING)
        head = (
            f"SELECT id FROM ({beginning}) products WHERE {_IS_NAMED}"  # noqa: S608
            f" ORDER BY {order} LIMIT {MOST_PRODUCTS}"
        )
        is_full = f"(SELECT count(*) FROM head) = {MOST_PRODUCTS}"  # noqa: S608
        named = (
            f"SELECT id FROM head WHERE {is_full}"  # noqa: S608
            f" UNION ALL SELECT id FROM ({named}) products WHERE NOT {is_full}"
        )
        products = _first("id, width", f"{every} AND kind = 'product'", order, 2 * MOST_PRODUCTS)
        others = (
            f"SELECT id FROM ({products}) products WHERE id NOT IN (SELECT id FROM named)"  # noqa: S608
            f" ORDER BY {order} LIMIT (SELECT {MOST_PRODUCTS} - count(*) FROM named)"
        )
        guides = _first(
            "id", f"{every} AND kind <> 'product'", f"{_IS_NAMED} DESC, {order}", MOST_PASSAGES
        )
        hits = (
            f"SELECT id FROM named UNION ALL SELECT id FROM ({others}) others"  # noqa: S608
            f" UNION ALL SELECT id FROM ({guides}) guides"
        )
        some = _window("id", order, "words @@ CAST(:some AS tsquery)")
        parts = f"head AS MATERIALIZED ({head}), named AS MATERIALIZED ({named})"
        return f"WITH {parts}, {_or_else(hits, some)}"

    def parameters(self, asked: Asked) -> dict[str, Any]:
        every, sku = self._all_of(asked.every), f"'{asked.sku}'"
        return {
            "every": " | ".join(part for part in (every, asked.sku and sku) if part),
            "named": self._all_of(asked.every),
            "some": " | ".join(map(self._either, asked.some)),
        }

    def _all_of(self, every: Iterable[Either]) -> str:
        return f"({' & '.join(map(self._either, every))})" if every else ""

    def _either(self, either: Either) -> str:
        ways = (" & ".join(map(self._word, words)) for words in either)
        return f"({' | '.join(f'({way})' for way in ways)})"

    @staticmethod
    def _word(word: Word) -> str:
        return f"'{word.form}'{':*' if word.is_beginning else ''}"


def _vector(document: Document) -> str:
    """The words with a position for each field that they stand in; only its letter matters."""
    places: dict[str, list[str]] = {}
    for position, field in enumerate(_FIELDS, 1):
        for word in set(getattr(document, field).replace("|", " ").split()):
            places.setdefault(word, []).append(f"{position}{'ABCD'[position - 1]}")
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _with_ids(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("ids", expanding=True))
