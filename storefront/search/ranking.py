"""Which of the documents found comes first; in Python, so that it is the same on both databases.

A word in a name weighs most, then one in another name of the same thing, in a summary, in the text.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from .questions import Question, Term, Way

_NAME, _ALSO, _BRIEF, _BODY = 10.0, 7.0, 3.0, 1.0
_IS_NAME, _IS_ALSO = 8.0, 6.0  # the question is a whole name, or another name
_IN_A_ROW = 3.0  # its words stand beside each other in a name
_FULL = 4.0  # how much of the name the question speaks of
EXACT_SKU = 1000.0
_OF_KIND = {"product": 1.0, "guide": 0.95, "passage": 0.6}
_OF_KIND_ASKED = {"product": 0.6, "guide": 1.1, "passage": 0.9}


def score(question: Question, document: Any) -> float:
    """How well a document with kind, name, also and brief answers; only to be compared."""
    also = document.also.split("|")
    if question.sku and question.sku in also:
        return EXACT_SKU
    name, brief = document.name.split(), set(document.brief.split())
    fields = ((set(name), _NAME), (set(" ".join(also).split()), _ALSO), (brief, _BRIEF))
    weighed = sum(term.rarity for term in question.terms) or 1.0
    points = sum(term.rarity * _best(term, fields) for term in question.terms) / weighed
    points += _of_names(question, name, also)
    of_kind = _OF_KIND_ASKED if question.is_asking else _OF_KIND
    return points * of_kind[document.kind]


def _best(term: Term, fields: Iterable[tuple[set[str], float]]) -> float:
    """The heaviest field that the term stands in; the text, where it is in none of these."""
    best = _BODY
    for words, weight in fields:
        for way in term.ways:
            if weight * way.closeness > best and _stands_in(way, words):
                best = weight * way.closeness
    return best


def _stands_in(way: Way, words: set[str]) -> bool:
    return all(
        word.form in words
        or (word.is_beginning and any(other.startswith(word.form) for other in words))
        for word in way.words
    )


def _of_names(question: Question, name: Sequence[str], also: Sequence[str]) -> float:
    forms = [word.form for term in question.terms for word in term.ways[0].words]
    if not forms or not name:
        return 0.0
    points = _FULL * len(set(forms) & set(name)) / len(set(name))
    phrase = f" {' '.join(forms)} "
    if len(forms) > 1 and any(phrase in f" {one} " for one in (" ".join(name), *also)):
        points += _IN_A_ROW
    if forms == list(name):
        return points + _IS_NAME
    return points + (_IS_ALSO if " ".join(forms) in also else 0.0)
