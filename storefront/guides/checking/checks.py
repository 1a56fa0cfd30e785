"""All that is to be said about a text: mistakes, wording, and what the other files find."""

import re
from collections.abc import Iterator

from ... import claims
from ..linking import unknown_names
from ..references import known_to
from ..source.lines import Lines
from ..source.problems import BrokenGuide, Problem
from ..source.reading import read_guide_text
from ..wording import findings_in
from .check import SEVERITIES, Check, Fix
from .link_checks import links_and_headings
from .mention_checks import unlinked_mentions
from .price_checks import prices_by_hand
from .softer import softer_words

_WORD = re.compile(r"[^\s()\[\]\"“”]+")
_WRONG = re.compile("“([^”]+)”")
_RIGHT = re.compile(r"Did you mean “([^”]+)”\?")


_FINDERS = (unlinked_mentions, prices_by_hand, links_and_headings)


def check_text(source: str, *, guide_id: int | None = None) -> list[Check]:
    """Everything that is to be said about a guide's source, in its order; asks the shop's names.

    Wording that somebody has signed for in this guide is a note.
    """
    lines = Lines(source)
    found = [*_mistakes(source, lines), *_claims(source, lines, guide_id)]
    for finder in _FINDERS:
        found += finder(source)
    return sorted(found, key=lambda one: (one.start, -SEVERITIES.index(one.severity), -one.end))


def problems_in(source: str) -> list[Problem]:
    """What keeps a source from being published: what cannot be read, and names nobody knows."""
    try:
        file = read_guide_text(source)
    except BrokenGuide as broken:
        return list(broken.problems)
    return unknown_names(file, known_to(file))


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
            problem.kind, "block", start, end, *lines.place(start), problem.what, problem.instead,
            fixes=fixes,
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
    signed = " Somebody has signed for it." if is_signed else ""
    return Check(
        "claim", "note" if is_signed else hit.severity, start, end, *lines.place(start),
        f"“{hit.excerpt}” ({_strictness(hit)}). {hit.rewording}{signed}",
        f"{hit.rule_id}, {hit.category}. {'; '.join(one.what for one in hit.sources)}",
        source_url=_address(hit.sources[0].where if hit.sources else ""),
        fixes=_softer(hit, source, start),
    )  # fmt: skip


def _strictness(hit: claims.Hit) -> str:
    """How strict the markets are, those of one mind together: block in US and UK, warn in EU."""
    markets: dict[str, list[str]] = {}
    for market, severity in hit.severities.items():
        markets.setdefault(severity, []).append(market)
    return ", ".join(f"{severity} in {_listed(names)}" for severity, names in markets.items())


def _listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


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
