"""Applying the rules: sentence by sentence, fast enough to run while somebody writes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from .rules import CONTEXTS, MARKETS, SEVERITIES, Rule, Source, load_pack
from .sentences import Levelled, Markup, level, sentences

_STEM_KEY = 3
_MOST_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule and the words it was tripped by; start and end count in the text as written."""

    rule_id: str
    category: str
    severity: str  # the strictest of the markets that were asked for
    severities: Mapping[str, str]  # of each market asked for to which the rule applies
    excerpt: str
    start: int
    end: int
    rewording: str
    sources: tuple[Source, ...]

    @property
    def is_block(self) -> bool:
        """Whether publishing must wait for a second person."""
        return self.severity == "block"


@dataclass(frozen=True, slots=True)
class Text:
    """Something a shopper can read, and where somebody would go to change it."""

    place: str  # a file, or 'product magnesium-oil-spray, summary'
    text: str
    context: str = "article"
    markup: Markup = "text"
    line: int = 1  # where the text begins in its file


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit and the line it stands on."""

    place: str
    line: int
    column: int
    hit: Hit

    def __str__(self) -> str:
        hit = self.hit
        sources = "; ".join(source.what for source in hit.sources)
        markets = ", ".join(f"{market} {severity}" for market, severity in hit.severities.items())
        return (
            f"{self.place}:{self.line}:{self.column}: {hit.severity} {hit.rule_id} "
            f"({hit.category}; {markets}): “{hit.excerpt}”. Instead: {hit.rewording} "
            f"Source: {sources}."
        )


def check(
    text: str,
    *,
    markets: Iterable[str] = MARKETS,
    context: str = "article",
    markup: Markup = "text",
) -> tuple[Hit, ...]:
    """Every place of the text where a rule of these markets is tripped, from left to right.

    Raises ValueError for a market or context that no rule knows.
    """
    asked = tuple(markets)
    if not asked or not set(asked) <= set(MARKETS) or context not in CONTEXTS:
        raise ValueError(f"markets are {MARKETS}, contexts {CONTEXTS}")
    levelled = level(text, markup)
    hits = [
        _hit(applied, found, levelled, text)
        for start, end, applied in _candidates(levelled.text, _index(asked, context))
        for found in _found(applied.rule, levelled.text, start, end)
    ]
    return tuple(sorted(hits, key=lambda hit: (hit.start, -SEVERITIES.index(hit.severity))))


def find(texts: Iterable[Text], *, markets: Iterable[str] = MARKETS) -> Iterator[Finding]:
    """The hits in many texts, each with its line and column."""
    asked = tuple(markets)
    for text in texts:
        for hit in check(text.text, markets=asked, context=text.context, markup=text.markup):
            before = text.text[: hit.start]
            column = hit.start - (before.rfind("\n") + 1) + 1
            yield Finding(text.place, text.line + before.count("\n"), column, hit)


def _found(rule: Rule, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    if rule.unless is not None and rule.unless.search(text, start, end):
        return
    yield from rule.pattern.finditer(text, start, end)


def _hit(applied: "_Applied", found: re.Match[str], levelled: Levelled, text: str) -> Hit:
    start, end = levelled.original(found.start(), found.end())
    rule = applied.rule
    return Hit(
        rule_id=rule.id,
        category=rule.category,
        severity=applied.severity,
        severities=applied.severities,
        excerpt=text[start:end],
        start=start,
        end=end,
        rewording=rule.rewording,
        sources=rule.sources,
    )


def _candidates(text: str, index: "_Index") -> Iterator[tuple[int, int, "_Applied"]]:
    """Sentences of a levelled text, each with the rules that its words can trip."""
    for start, end in sentences(text):
        words = text[start:end].lower().split()
        for number in sorted(index.always.union(*map(index.__getitem__, words))):
            yield start, end, index.applied[number]


@dataclass(frozen=True, slots=True)
class _Applied:
    """A rule as it counts for some markets."""

    rule: Rule
    severity: str
    severities: Mapping[str, str]


class _Index(dict[str, frozenset[int]]):
    """Word → rules whose stems it contains; a word is looked at once and then remembered."""

    def __init__(self, applied: Iterable[_Applied]) -> None:
        super().__init__()
        self.applied = tuple(applied)
        self.always = frozenset(n for n, one in enumerate(self.applied) if not one.rule.stems)
        self._by_key: dict[str, list[tuple[str, int]]] = {}
        for number, one in enumerate(self.applied):
            for stem in one.rule.stems:
                self._by_key.setdefault(stem[:_STEM_KEY], []).append((stem, number))

    def __missing__(self, word: str) -> frozenset[int]:
        keys = (word[at : at + size] for at in range(len(word)) for size in (2, _STEM_KEY))
        rules = frozenset(
            number for key in keys for stem, number in self._by_key.get(key, ()) if stem in word
        )
        if len(self) > _MOST_WORDS:
            self.clear()  # nobody's vocabulary: random letters must not fill the memory
        self[word] = rules
        return rules


@cache
def _index(markets: tuple[str, ...], context: str) -> _Index:
    return _Index(
        _Applied(rule, severity, {m: rule.severities[m] for m in markets if m in rule.severities})
        for rule in load_pack().rules
        if (severity := rule.severity(markets)) and context not in rule.not_in_context
    )
