"""What somebody typed, understood: its words, what they may stand for, and how rare each is."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, literal, select, union_all

from ..database import db
from .index import Asked, Either, Word
from .models import SearchChange, SearchWord
from .spelling import meant, near_words, same_stem
from .words import ASKING, LIGHT, WRITTEN, forms_of, sku_word, words_of

LONGEST_QUESTION = 100
_MOST_WORDS = 8
_MOST_UNKNOWN = 4
_SHORTEST_BEGINNING = 3
_SHORTEST_PART = 3
_COMPLETED, _DIVIDED, _LONGER, _STEM = 0.8, 0.95, 0.6, 0.5  # of the weight of an exact hit

_BLANKS = re.compile(r"\s+")
_WORDS: BindParameter[Any] = bindparam("words", expanding=True)
_NO_WORD = ""
# With the words comes whether something was changed that the index does not know yet.
_KNOWN = union_all(
    select(SearchWord.word, SearchWord.documents).where(SearchWord.word.in_(_WORDS)),
    select(literal(_NO_WORD), func.min(SearchChange.id)),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that a word may stand for: all of these words, and how sure that is (0 to 1)."""

    words: tuple[Word, ...]
    closeness: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question with its ways; rarity weighs it against the others (0 to 1)."""

    typed: str
    ways: tuple[Way, ...]
    rarity: float

    def either(self) -> Either:
        """What a document has to hold; a word is left out where its beginning will do."""
        all_ = dict.fromkeys(way.words for way in self.ways)
        return tuple(
            words for words in all_ if _longer(words) == words or _longer(words) not in all_
        )


def _longer(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The same, of which the last word may go on."""
    return (*words[:-1], replace(words[-1], is_beginning=True))


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed and what was understood of it.

    is_behind says that the index has yet to take in a change. corrected is the text with the words
    that were meant, '' when nothing had to be corrected; unknown are words of nothing here.
    """

    text: str
    terms: tuple[Term, ...]
    sku: str
    is_asking: bool
    is_behind: bool
    corrected: str
    unknown: tuple[str, ...]

    def asked(self) -> Asked:
        """The same for the index; where no document has all, one of the two rarest will do."""
        rarest = sorted(self.terms, key=lambda term: -term.rarity)[:2]
        every = tuple(term.either() for term in self.terms)
        some = tuple(term.either() for term in rarest) if len(every) > 1 else ()
        return Asked(every, some, self.sku)


def tidy(text: str) -> str:
    """What was typed, short, and without what no text holds."""
    kept = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cs", "Co"} else letter
        for letter in text[: 10 * LONGEST_QUESTION]
    )
    return _BLANKS.sub(" ", kept).strip()[:LONGEST_QUESTION].strip()


def read_question(text: str, *, is_being_typed: bool = False) -> Question:
    """Understands a question, in two statements at most.

    While it is being typed, its last word may be the beginning of one.
    """
    text = tidy(text)
    typed = words_of(text)[:_MOST_WORDS]
    wanted = list(
        dict.fromkeys(word for word in typed if word not in LIGHT) or dict.fromkeys(typed)
    )
    joined = [one + two for one, two in pairwise(typed)]
    parts = (part for word in wanted for part in _parts(word))
    known, is_behind = _known([*wanted, *joined, *parts])
    missing = [word for word in wanted if word not in known][:_MOST_UNKNOWN]
    reader = _Reader(known, near_words(missing), typed)
    is_open = is_being_typed and bool(wanted) and typed[-1] == wanted[-1]
    ways = {w: tuple(reader.ways(w, is_open=is_open and w == wanted[-1])) for w in wanted}
    return Question(
        text=text,
        terms=tuple(Term(w, found, reader.rarity(found)) for w, found in ways.items() if found),
        sku=sku_word(text),
        is_asking=not ASKING.isdisjoint(typed),
        is_behind=is_behind,
        corrected=_corrected(text, reader.corrected),
        unknown=tuple(word for word, found in ways.items() if not found),
    )


class _Reader:
    """Finds what words may stand for, among the words of the shop."""

    def __init__(
        self, known: Mapping[str, int], near: Mapping[str, int], typed: Sequence[str]
    ) -> None:
        self._known, self._near = known, near
        self._pairs_typed = list(pairwise(typed))
        self.corrected: dict[str, str] = {}

    def ways(self, word: str, *, is_open: bool) -> Iterator[Way]:
        """What a word may stand for; guesses only where nobody wrote the word itself."""
        sure = list(self._sure(word, is_open=is_open))
        yield from sure
        if sure:
            return
        completed = self._count(Word(word, is_beginning=True))
        if len(word) >= _SHORTEST_BEGINNING and completed:
            yield Way((Word(word, is_beginning=True),), _COMPLETED)
        others = [one for one in meant(word, self._near) if self._near[one[0]] > completed]
        for other, closeness in others:
            self.corrected.setdefault(word, other)
            yield Way((Word(other),), closeness)
        if not completed and not others:
            yield from (Way((Word(one),), _STEM) for one in same_stem(word, self._near))

    def rarity(self, ways: Sequence[Way]) -> float:
        """1 for a word that stands nowhere, less the more documents hold it."""
        documents = sum(min(self._count(word) for word in way.words) for way in ways)
        return 1 / (1 + math.log2(1 + documents))

    def _sure(self, word: str, *, is_open: bool) -> Iterator[Way]:
        if word in self._known:
            yield Way((Word(word),), 1)
            if len(word) > _SHORTEST_BEGINNING:
                yield Way((Word(word, is_beginning=True),), _LONGER)  # travelling, of travel
        if is_open and (word in self._known or self._begins(word)):
            yield Way((Word(word, is_beginning=True),), _COMPLETED)
        for one, two in self._pairs_typed:
            if word in {one, two} and one + two in self._known:
                yield Way((Word(one + two),), _DIVIDED)
        if word not in self._known:
            for one, two in _pairs(word):
                if one in self._known and two in self._known:
                    yield Way((Word(one), Word(two)), _DIVIDED)

    def _begins(self, word: str) -> bool:
        return any(other.startswith(word) for other in self._near)

    def _count(self, word: Word) -> int:
        if not word.is_beginning:
            return self._known.get(word.form, 0) or self._near.get(word.form, 0)
        return sum(n for other, n in self._near.items() if other.startswith(word.form))


def _known(words: Iterable[str]) -> tuple[dict[str, int], bool]:
    """Those of these words that are in the index, and whether the index is behind."""
    rows = db.read(_KNOWN, {"words": sorted(set(words))})
    counts = {word: count for word, count in rows if count is not None}
    is_behind = counts.pop(_NO_WORD, None) is not None
    return counts, is_behind


def _pairs(word: str) -> Iterator[tuple[str, str]]:
    """footbath may be foot and bath."""
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        yield word[:at], word[at:]


def _parts(word: str) -> Iterator[str]:
    return (part for pair in _pairs(word) for part in pair)


def _corrected(text: str, corrections: Mapping[str, str]) -> str:
    if not corrections:
        return ""

    def put_right(match: re.Match[str]) -> str:
        forms = forms_of(match[0])
        return corrections.get(forms[0], match[0]) if len(forms) == 1 else match[0]

    return WRITTEN.sub(put_right, text)
