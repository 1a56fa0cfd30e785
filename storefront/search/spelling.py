"""Which words of the shop somebody may have meant with one that nobody wrote here."""

import os
from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA
from sqlalchemy import ColumnElement, and_, func, or_, select

from ..database import db
from .models import SearchWord

_MOST_NEAR = 5000
_MOST_MEANT = 3
_SHORTEST_STEM = 4
_CLOSENESS = {1: 0.8, 2: 0.6}


def near_words(words: Iterable[str]) -> dict[str, int]:
    """Words that begin like these or resemble them, with their counts, in one statement at most.

    What resembles shares its first letter or three letters in a row, at nearly the same length;
    on PostgreSQL an index of trigrams finds that.
    """
    conditions = [_is_near(word) for word in words]
    if not conditions:
        return {}
    rows = db.read(
        select(SearchWord.word, SearchWord.documents)
        .where(or_(*conditions))
        .order_by(SearchWord.word)
        .limit(_MOST_NEAR)
    )
    return {row.word: row.documents for row in rows}


def meant(word: str, near: Mapping[str, int]) -> list[tuple[str, float]]:
    """The closest of these words, best first, and how close; none where too much differs.

    A letter more, less, other or exchanged with its neighbour counts as one; a word of three to
    five letters may have one of these, a longer one two.
    """
    most = _most_wrong(word)
    found = []
    for other, documents in near.items() if most else ():
        wrong = OSA.distance(word, other, score_cutoff=most)
        if 0 < wrong <= most and not any(letter.isdigit() for letter in other):
            found.append((wrong, other[0] != word[0], -documents, other))
    best = sorted(found)[:_MOST_MEANT]
    return [(other, _CLOSENESS[wrong]) for wrong, _, _, other in best if wrong == best[0][0]]


def same_stem(word: str, near: Iterable[str]) -> list[str]:
    """Of these words those that begin as this one does but for its ending, the most alike first.

    storing for storage: what is left of a language's rules when nobody knows the language.
    """
    stem = _stem(word)
    alike = [(-_shared(word, other), len(other), other) for other in near if other.startswith(stem)]
    return [other for _, _, other in sorted(alike)[:_MOST_MEANT]] if stem else []


def _stem(word: str) -> str:
    return word[: max(_SHORTEST_STEM, len(word) - 3)] if len(word) > _SHORTEST_STEM + 1 else ""


def _shared(one: str, two: str) -> int:
    return len(os.path.commonprefix([one, two]))


def _most_wrong(word: str) -> int:
    if len(word) < 3 or any(letter.isdigit() for letter in word):
        return 0
    return 1 if len(word) <= 5 else 2


def _is_near(word: str) -> ColumnElement[bool]:
    begins = SearchWord.word.like(f"{_stem(word) or word}%")
    most = _most_wrong(word)
    if not most:
        return begins
    pieces = {word[at : at + 3] for at in range(len(word) - 2)}
    resembles = [SearchWord.word.like(f"{word[0]}%")]
    resembles += [SearchWord.word.like(f"%{piece}%") for piece in sorted(pieces)]
    length = func.length(SearchWord.word)
    return or_(begins, and_(length.between(len(word) - most, len(word) + most), or_(*resembles)))
