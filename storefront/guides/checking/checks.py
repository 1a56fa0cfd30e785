"""What is to be said about a guide's text while somebody writes it, each with its place.

Each finder lives in a file of its own; here they are only put together. Places are offsets in the
source, so that an editor can underline them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ... import claims
from ..linking import unknown_names
from ..references import known_names, known_pictures
from ..source.lines import Lines
from ..source.problems import BrokenGuide, Problem
from ..source.reading import GuideFile, read_guide
from ..wording import findings_in
from .softer import softer_words

#: What a check may be about; how much it weighs: block stops publishing, warn and note do not.
KINDS = ("mistake", "claim", "mention", "price", "link", "picture", "heading")
SEVERITIES = ("note", "warn", "block")

_WORD = re.compile(r"[^\s()\[\]\"“”]+")
_WRONG = re.compile("“([^”]+)”")
_RIGHT = re.compile(r"Did you mean “([^”]+)”\?")


@dataclass(frozen=True, slots=True)
class Fix:
    """What may stand in the place of what is wrong, taken with one press.

    It takes the place between start and end, or that of the check itself where they are left out.
    """

    label: str
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at between two offsets of a source, why, and what could stand there."""

    kind: str
    severity: str
    start: int
    end: int
    line: int
    column: int
    message: str
    why: str = ""
    source_url: str = ""
    fixes: tuple[Fix, ...] = ()


Finder = Callable[[str], Iterator[Check]]


def check_text(source: str, *, guide_id: int | None = None) -> list[Check]:
    """Everything that is to be said about a guide's source, in its order; asks the shop's names.

    Wording that somebody has signed for in this guide is a note.
    """
    lines = Lines(source)
    found = [*_mistakes(source, lines), *_claims(source, lines, guide_id)]
    for finder in _finders():
        found += finder(source)
    return sorted(found, key=lambda one: (one.start, -SEVERITIES.index(one.severity), one.end))


def problems_in(source: str) -> list[Problem]:
    """What keeps a source from being published: what cannot be read, and names nobody knows."""
    try:
        file = read_guide(source.encode("utf-8", "replace"), "guide")
    except BrokenGuide as broken:
        return list(broken.problems)
    return unknown_in(file)


def unknown_in(file: GuideFile) -> list[Problem]:
    """Products, guides and pictures that a file speaks of in vain."""
    pictures = {r.name for r in file.references if r.kind == "picture"}
    return unknown_names(file, known_names([file], known_pictures(pictures)))


def _mistakes(source: str, lines: Lines) -> Iterator[Check]:
    for problem in problems_in(source):
        start = lines.offset(problem.line, problem.column)
        wrong, right = _WRONG.search(problem.what), _RIGHT.search(problem.instead)
        end = _end_of_word(source, lines, start, problem)
        fixes: tuple[Fix, ...] = ()
        if wrong and right:
            at = source.find(wrong[1], start, lines.end_of(problem.line))
            if at >= 0:
                start, end = at, at + len(wrong[1])
                fixes = (Fix(f"Write “{right[1]}”", right[1]),)
        yield Check(
            problem.kind, "block", start, end, problem.line, start - lines.start_of(start) + 1,
            problem.what, problem.instead, fixes=fixes,
        )  # fmt: skip


def _end_of_word(source: str, lines: Lines, start: int, problem: Problem) -> int:
    """The end of what a problem points at: a word, or the line where it points at its start."""
    if problem.column > 1 and (word := _WORD.match(source, start)):
        return word.end()
    return lines.end_of(problem.line)


def _claims(source: str, lines: Lines, guide_id: int | None) -> Iterator[Check]:
    found = findings_in(source, "guide")
    waiting = claims.not_signed(found, f"guide {guide_id}") if guide_id else found
    for finding in found:
        is_signed = finding.hit.is_block and not any(one is finding for one in waiting)
        yield _claim(finding, source, lines, is_signed=is_signed)


def _claim(finding: claims.Finding, source: str, lines: Lines, *, is_signed: bool) -> Check:
    """A hit at its words; a softer sentence takes the place of the whole one."""
    hit = finding.hit
    start, end = _place_of(finding, source, lines)
    markets = ", ".join(f"{market}: {word}" for market, word in hit.severities.items())
    signed = " Somebody has signed for it." if is_signed else ""
    return Check(
        "claim", "note" if is_signed else hit.severity, start, end, lines.line_of(start),
        start - lines.start_of(start) + 1,
        f"“{hit.excerpt}” ({markets}). {hit.rewording}{signed}",
        f"{hit.rule_id}, {hit.category}. {'; '.join(one.what for one in hit.sources)}",
        source_url=_address(hit.sources[0].where if hit.sources else ""),
        fixes=_softer(hit, source, start),
    )  # fmt: skip


def _softer(hit: claims.Hit, source: str, start: int) -> tuple[Fix, ...]:
    """Softer words; for whole sentences only where the sentence stands in the source as found."""
    from_, to = start + hit.sentence_start - hit.start, start + hit.sentence_end - hit.start
    is_there = source.startswith(hit.excerpt, start) and 0 <= from_ < to <= len(source)
    if not is_there or "\n\n" in source[from_:to]:
        return ()
    return tuple(
        Fix(label, words, from_, to) if is_sentence else Fix(label, words)
        for label, words, is_sentence in softer_words(hit)
    )


def _place_of(finding: claims.Finding, source: str, lines: Lines) -> tuple[int, int]:
    """Columns of a value of the front matter count in the value, so it is looked for there."""
    line_start, line_end = lines.offset(finding.line, 1), lines.end_of(finding.line)
    there, words = line_start + finding.column - 1, finding.hit.excerpt
    if source.startswith(words, there):
        return there, there + len(words)
    at = source.find(words, line_start)
    if 0 <= at <= line_end:
        return at, at + len(words)
    return line_start, line_end


def _address(where: str) -> str:
    found = re.search(r"https://[^\s()]+", where)
    return found[0].rstrip(".,;") if found else ""


def _finders() -> tuple[Finder, ...]:
    """What other files find, each given the whole source; they are made of what stands above."""
    from .link_checks import links_and_headings
    from .mention_checks import unlinked_mentions
    from .price_checks import prices_by_hand

    return (unlinked_mentions, prices_by_hand, links_and_headings)
