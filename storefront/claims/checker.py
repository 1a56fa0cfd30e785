"""Applying the rules: sentence by sentence, fast enough to run while somebody writes."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from .house import House, current_house, rules_in_force
from .rules import CONTEXTS, MARKETS, SEVERITIES, Pack, Rule, Source, load_pack
from .sentences import Levelled, Markup, level, sentences

_STEM_KEY = 3
_MARKED = re.compile(r"[\[\]<>{}|*_`#\n]|:::|&\w+;")
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
    sentence: str  # the whole sentence in one spelling, to which a sign-off is bound
    sentence_start: int
    sentence_end: int
    rewording: str
    replacements: tuple[str, ...]  # what may stand instead of the whole sentence
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
    key: str = ""  # where its sign-offs are kept: 'guide 12', 'product 5 summary'


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit and the line it stands on."""

    place: str
    line: int
    column: int
    hit: Hit
    key: str = ""

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
    house: House | None = None,
    pack: Pack | None = None,
    only: str = "",
) -> tuple[Hit, ...]:
    """Every place of the text where a rule of these markets is tripped, from left to right.

    Of hits that begin at one letter the strictest comes first, then the longest.
    house is what is changed of the rules, by default what the shop has changed; pack are the rules
    themselves, by default those that count. only is a rule that is asked alone.
    Raises ValueError for a market or context that no rule knows.
    """
    asked = tuple(markets)
    if not asked or not set(asked) <= set(MARKETS) or context not in CONTEXTS:
        raise ValueError(f"markets are {MARKETS}, contexts {CONTEXTS}")
    levelled = level(text, markup)
    pack = pack or load_pack()
    index = _index(asked, context, current_house() if house is None else house, pack, only)
    hits = [
        hit
        for start, end, candidates in _candidates(levelled.text, index)
        for hit in _hits(
            _meant(candidates, levelled.text, (start, end), pack), levelled, (start, end), text
        )
    ]
    return tuple(sorted(hits, key=_in_order))


def _in_order(hit: Hit) -> tuple[int, int, int]:
    return (hit.start, -SEVERITIES.index(hit.severity), -hit.end)


def find(
    texts: Iterable[Text],
    *,
    markets: Iterable[str] = MARKETS,
    house: House | None = None,
    pack: Pack | None = None,
    only: str = "",
) -> Iterator[Finding]:
    """The hits in many texts, each with its line and column; see check."""
    asked = tuple(markets)
    in_force = current_house() if house is None else house
    for text in texts:
        hits = check(
            text.text, markets=asked, context=text.context, markup=text.markup, house=in_force,
            pack=pack, only=only,
        )  # fmt: skip
        for hit in hits:
            before = text.text[: hit.start]
            column = hit.start - (before.rfind("\n") + 1) + 1
            yield Finding(text.place, text.line + before.count("\n"), column, hit, text.key)


def blocked(texts: Iterable[Text]) -> list[Finding]:
    """What of these texts no shop may publish, in any market; see find."""
    return [finding for finding in find(texts) if finding.hit.is_block]


def quoted(findings: Iterable[Finding]) -> str:
    """The words of the first three findings, each once, as a sentence names them."""
    words = dict.fromkeys(f"“{finding.hit.excerpt}”" for finding in findings)
    return ", ".join(list(words)[:3])


_Found = tuple["_Applied", re.Match[str]]


def _meant(
    candidates: Iterable["_Applied"], text: str, place: tuple[int, int], pack: Pack
) -> list[_Found]:
    """What trips a rule in a sentence, without what the form of the sentence excuses."""
    start, end = place
    found: list[_Found] = []
    for applied in candidates:
        matches = list(applied.pattern.finditer(text, start, end))
        if matches and not applied.is_excepted(text, start, end):
            found += [(applied, match) for match in matches]
    if not found:
        return found
    excused = _excused(text[start:end], pack)
    return _apart([one for one in found if one[0].rule.category not in excused])


def _apart(found: list[_Found]) -> list[_Found]:
    """Without what overlaps an earlier place of the same rule: it is the same claim."""
    kept: list[_Found] = []
    reached: dict[str, int] = {}
    for applied, match in sorted(found, key=lambda one: one[1].start()):
        if match.start() >= reached.get(applied.rule.id, 0):
            kept.append((applied, match))
            reached[applied.rule.id] = match.end()
    return kept


def _excused(sentence: str, pack: Pack) -> frozenset[str]:
    """The categories of which a sentence cannot be meant: it warns, refuses or quotes the law."""
    excuses = (excuse for excuse in pack.excuses if excuse.holds(sentence))
    return frozenset().union(*(excuse.categories for excuse in excuses))


def _hits(
    found: list[_Found], levelled: Levelled, place: tuple[int, int], text: str
) -> Iterator[Hit]:
    """The hits in one sentence, whose own words are cut out once for all of them."""
    if not found:
        return
    from_, to = levelled.original(*place)
    sentence, written = levelled.text[slice(*place)].strip(), text[from_:to]
    is_marked = _MARKED.search(written) is not None
    for applied, match in found:
        start, end = levelled.original(match.start(), match.end())
        rule = applied.rule
        yield Hit(
            rule_id=rule.id,
            category=rule.category,
            severity=applied.severity,
            severities=applied.severities,
            excerpt=text[start:end],
            start=start,
            end=end,
            sentence=sentence,
            sentence_start=from_,
            sentence_end=to,
            rewording=rule.rewording,
            replacements=() if is_marked else _replacements(rule, written),
            sources=rule.sources,
        )


def _replacements(rule: Rule, written: str) -> tuple[str, ...]:
    """Softer sentences as this one is written."""
    if written.endswith((".", "!", "?")):
        return rule.softer
    return tuple(softer.rstrip(".") for softer in rule.softer)


def _candidates(text: str, index: "_Index") -> Iterator[tuple[int, int, Iterable["_Applied"]]]:
    """Sentences of a levelled text, each with the rules that its words can trip."""
    for start, end in sentences(text):
        words = text[start:end].lower().split()
        numbers = index.always.union(*map(index.__getitem__, words))
        if numbers:
            yield start, end, [index.applied[number] for number in sorted(numbers)]


@dataclass(frozen=True, slots=True)
class _Applied:
    """One alternative of a rule as it counts for some markets."""

    rule: Rule
    pattern: re.Pattern[str]
    stems: frozenset[str]
    severity: str
    severities: Mapping[str, str]

    def is_excepted(self, text: str, start: int, end: int) -> bool:
        """Whether the rule itself makes an exception of this sentence."""
        unless = self.rule.unless
        return unless is not None and unless.search(text, start, end) is not None


class _Index(dict[str, frozenset[int]]):
    """Word → rules whose stems it contains; a word is looked at once and then remembered."""

    def __init__(self, applied: Iterable[_Applied]) -> None:
        super().__init__()
        self.applied = tuple(applied)
        self.always = frozenset(n for n, one in enumerate(self.applied) if not one.stems)
        self._by_key: dict[str, list[tuple[str, int]]] = {}
        for number, one in enumerate(self.applied):
            for stem in one.stems:
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


@lru_cache(maxsize=64)
def _index(markets: tuple[str, ...], context: str, house: House, pack: Pack, only: str) -> _Index:
    return _Index(
        _Applied(rule, branch.pattern, branch.stems, severity, severities)
        for rule in rules_in_force(house, pack)
        if only in {"", rule.id}
        and context not in rule.not_in_context
        and (severity := rule.severity(markets))
        for severities in [{m: rule.severities[m] for m in markets if m in rule.severities}]
        for branch in rule.branches
    )
