"""The difference between two texts, line by line, and within a changed line word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 2
_MOST_LINES = 4_000  # above that, comparing takes longer than anybody waits
_MOST_WORDS = 2_000
_ALIKE = 0.5  # lines that have less in common are two lines, and not one that changed
_PIECE = re.compile(r"\s+|\w+|[^\w\s]")

Piece = tuple[str, bool]  # some letters, and whether they differ


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line: 'same', 'gone', 'new', or 'gap' where number counts lines that were left out."""

    kind: str
    number: int
    pieces: tuple[Piece, ...] = ()


def difference(old: str, new: str) -> list[DiffLine]:
    """What became of a text, with a few lines around each change; empty when nothing did."""
    before, after = old.split("\n"), new.split("\n")
    if before == after:
        return []
    return list(_shortened([*_lines(before, after)]))


def _lines(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    changed, into = before[start : len(before) - end], after[start : len(after) - end]
    for number, text in enumerate(after[:start], 1):
        yield DiffLine("same", number, ((text, False),))
    for tag, a, b, c, d in _opcodes(changed, into):
        if tag == "equal":
            for number in range(c, d):
                yield DiffLine("same", start + number + 1, ((into[number], False),))
            continue
        yield from _changed(changed[a:b], into[c:d], start + a, start + c)
    for number in range(len(after) - end, len(after)):
        yield DiffLine("same", number + 1, ((after[number], False),))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    if len(old) + len(new) > _MOST_LINES:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _changed(old: list[str], new: list[str], old_at: int, new_at: int) -> Iterator[DiffLine]:
    """Lines that went and lines that came; those in the same place are compared by words."""
    pairs = [_words(a, b) for a, b in zip(old, new, strict=False)]
    for number, text in enumerate(old):
        pieces = pairs[number][0] if number < len(pairs) else ((text, False),)
        yield DiffLine("gone", old_at + number + 1, pieces)
    for number, text in enumerate(new):
        pieces = pairs[number][1] if number < len(pairs) else ((text, False),)
        yield DiffLine("new", new_at + number + 1, pieces)


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        return ((old, True),), ((new, True),)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ((old, False),), ((new, False),)
    gone: list[Piece] = []
    come: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone.append(("".join(before[a:b]), tag != "equal"))
        come.append(("".join(after[c:d]), tag != "equal"))
    return tuple(p for p in gone if p[0]), tuple(p for p in come if p[0])


def _shortened(lines: list[DiffLine]) -> Iterator[DiffLine]:
    near = {
        place
        for at, line in enumerate(lines)
        if line.kind != "same"
        for place in range(at - CONTEXT, at + CONTEXT + 1)
    }
    left_out = 0
    for at, line in enumerate(lines):
        if at not in near:
            left_out += 1
            continue
        if left_out:
            yield DiffLine("gap", left_out)
            left_out = 0
        yield line
    if left_out:
        yield DiffLine("gap", left_out)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        count += 1
    return count
