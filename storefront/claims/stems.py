"""Which letters a pattern cannot do without, so that most rules are skipped for most sentences.

Python's own parser takes the pattern apart. Whatever it does not understand asks for nothing, and
then the rule is simply tried: a stem saves time and never decides anything.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

_parser: Any = import_module("re._parser")  # private, but the only parser of Python's patterns
_WORD = re.compile("[a-z]{2,}")
_SIGN = re.compile(r"\\.|.", re.DOTALL)
_NOTHING: frozenset[str] = frozenset()


def needed_stems(pattern: str) -> frozenset[str]:
    """Runs of letters of which every match contains at least one; empty when none is certain."""
    try:
        return _of_sequence(_parser.parse(pattern, re.IGNORECASE))
    except (re.error, RecursionError):
        return _NOTHING


def alternatives(pattern: str) -> list[str]:
    """A pattern cut at the | that stand outside of every bracket."""
    pieces, depth, in_class = [""], 0, False
    for sign in _SIGN.findall(pattern):
        if in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        else:
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if sign == "|" and not depth:
                pieces.append("")
                continue
        pieces[-1] += sign
    return pieces


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """The most telling of all that the items of a sequence ask for."""
    return max(_demands(items), key=_worth, default=_NOTHING)


def _worth(stems: frozenset[str]) -> tuple[int, int]:
    return (min((len(stem) for stem in stems), default=0), -len(stems))


def _demands(items: Iterable[tuple[Any, Any]]) -> Iterator[frozenset[str]]:
    letters = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            letters += chr(value).lower()
            continue
        yield from _of_letters(letters)
        letters = ""
        yield _of_item(str(kind), value)
    yield from _of_letters(letters)


def _of_letters(letters: str) -> Iterator[frozenset[str]]:
    words: list[str] = _WORD.findall(letters)
    if words:
        yield frozenset([max(words, key=len)])


def _of_item(kind: str, value: Any) -> frozenset[str]:
    if kind == "ATOMIC_GROUP":
        return _of_sequence(value)
    if kind == "SUBPATTERN":
        return _of_sequence(value[-1])
    if kind == "BRANCH":
        branches = [_of_sequence(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else _NOTHING
    if kind in {"MAX_REPEAT", "MIN_REPEAT"} and value[0] > 0:
        return _of_sequence(value[2])
    return _NOTHING
