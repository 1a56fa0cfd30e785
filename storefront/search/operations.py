"""Verbs of the search: write its documents anew, keep or forget what nobody found.

What changes a product or a guide does nothing here: triggers note it in its transaction
(shop_search_change). Whoever searches next, or the worker, writes the documents and takes the notes
away in one transaction, so that a process which dies in between has changed nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import delete, func, insert, select

from .. import catalog, guides
from ..database import db, insert_into, require_transaction, take_turn
from ..pages import drop_pages
from .documents import Document, guide_documents, product_documents
from .index import index_of
from .models import SearchChange, SearchDocument, SearchWord
from .words import LONGEST_WORD, SKU_MARK

_KINDS = {"product": ("product",), "guide": ("guide", "passage")}
_PUBLIC = (("product", catalog.Product), ("guide", guides.Guide))
_BATCH = 200


def refresh(*, most: int = _BATCH) -> int:
    """Writes what at most so many notes of changes speak of; gives how many notes it took away.

    The notes are read before the texts, so a text is at least as new as its note, and only these
    are taken away: a change that is being made in this moment has a note of its own.
    """
    session = require_transaction()
    take_turn("search")
    noted = session.execute(
        select(SearchChange.id, SearchChange.kind, SearchChange.ref)
        .order_by(SearchChange.id)
        .limit(most)
    ).all()
    if not noted:
        return 0
    for kind in _KINDS:
        _write(kind, sorted({row.ref for row in noted if row.kind == kind}))
    session.execute(delete(SearchChange).where(SearchChange.id.in_([row.id for row in noted])))
    drop_pages()
    return len(noted)


def rebuild(advance: Callable[[int], object] = lambda count: None) -> int:
    """Throws the index away and writes it anew, all or nothing; gives how much can be found."""
    session = require_transaction()
    take_turn("search")
    session.execute(delete(SearchChange))
    session.execute(delete(SearchDocument))
    session.execute(delete(SearchWord))
    index_of(_dialect()).clear(session)
    written = 0
    for kind, table in _PUBLIC:
        ids = session.scalars(select(table.id).where(table.state == "published")).all()
        for part in _parts(sorted(ids)):
            written += _write(kind, part)
            advance(len(part))
    drop_pages()
    return written


def indexable() -> int:
    """How many products and guides rebuild() will read."""
    return sum(
        db.session.execute(
            select(func.count()).select_from(table).where(table.state == "published")
        ).scalar_one()
        for _, table in _PUBLIC
    )


def _write(kind: str, refs: Sequence[int]) -> int:
    """Puts the documents of these products or guides in the place of those that they had."""
    if not refs:
        return 0
    gone = _take_out(kind, refs)
    documents = product_documents(refs) if kind == "product" else guide_documents(refs)
    come = _add(documents)
    come.subtract(gone)
    _count_words(come)
    return len(documents)


def _take_out(kind: str, refs: Sequence[int]) -> Counter[str]:
    session = require_transaction()
    are_theirs = SearchDocument.kind.in_(_KINDS[kind]) & SearchDocument.ref.in_(refs)
    ids = session.scalars(select(SearchDocument.id).where(are_theirs)).all()
    words: Counter[str] = Counter()
    for part in _parts(ids):
        words += index_of(_dialect()).take_out(session, part)
    session.execute(delete(SearchDocument).where(are_theirs))
    return words


def _add(documents: Sequence[Document]) -> Counter[str]:
    session = require_transaction()
    if not documents:
        return Counter()
    ids = session.scalars(
        insert(SearchDocument).returning(SearchDocument.id, sort_by_parameter_order=True),
        [document.row() for document in documents],
    ).all()
    index_of(_dialect()).add(session, zip(ids, documents, strict=True))
    return Counter(word for document in documents for word in document.words())


def _count_words(changed: Counter[str]) -> None:
    """Keeps in how many documents each word is; what is in none is forgotten."""
    rows = [
        {"word": word, "documents": more}
        for word, more in sorted(changed.items())
        if more and len(word) <= LONGEST_WORD and not word.startswith(SKU_MARK)
    ]
    if not rows:
        return
    session = require_transaction()
    new = insert_into(SearchWord)
    counts = SearchWord.documents + new.excluded.documents
    session.execute(
        new.on_conflict_do_update(index_elements=["word"], set_={"documents": counts}), rows
    )
    session.execute(delete(SearchWord).where(SearchWord.documents <= 0))


def _dialect() -> str:
    return require_transaction().get_bind().dialect.name


def _parts(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while part := list(islice(rest, _BATCH)):
        yield part
