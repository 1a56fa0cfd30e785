"""The words that somebody looked for, marked in what is shown; everything is escaped first."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from .questions import Question
from .words import WRITTEN, forms_of

_LONGEST = 190
_LEAD = 60  # letters that are left before the first word found


def marked(text: str, question: Question) -> Markup:
    """The text with <mark> around what was looked for."""
    html, at = Markup(""), 0
    for start, end in _hits(text, question):
        html += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return html + escape(text[at:])


def passage(text: str, question: Question) -> Markup:
    """The stretch of a long text in which most of what was looked for stands, marked."""
    if len(text) <= _LONGEST:
        return marked(text, question)
    hits = [start for start, _ in _hits(text, question)]
    start = _densest(hits, text) if hits else 0
    first = text.rfind(" ", 0, start) + 1 if start else 0
    last = text.rfind(" ", first, first + _LONGEST)
    end = last if first + _LONGEST < len(text) and last > first else first + _LONGEST
    cut = text[first:end].rstrip(" ,;:–—")
    return Markup("{}{}{}").format(
        "… " if first else "", marked(cut, question), " …" if end < len(text) else ""
    )


def _densest(hits: list[int], text: str) -> int:
    """Where to begin, so that as many hits as can be stand in the stretch."""
    best = max(hits, key=lambda at: (sum(at <= hit < at + _LONGEST - _LEAD for hit in hits), -at))
    sentence = max(text.rfind(mark, 0, best) for mark in (". ", "? ", "! "))
    if sentence >= 0 and best - sentence <= _LEAD:
        return sentence + 2
    return max(0, best - _LEAD)


def _hits(text: str, question: Question) -> Iterable[tuple[int, int]]:
    forms = {word for term in question.terms for way in term.ways for word in way.words}
    whole = {word.form for word in forms}
    begun = tuple(word.form for word in forms if word.is_beginning)
    for match in WRITTEN.finditer(text):
        found = forms_of(match[0])
        if any(form in whole or (begun and form.startswith(begun)) for form in found):
            yield match.span()
