"""The pack of wording rules: what may not be said where, why, and what to say instead.

The pack is `rules.json`; its version is the day on which the law was looked at. A hit is a tripwire
for a person to judge, not a judgement.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import Refusal
from .stems import alternatives, needed_stems

MARKETS = ("US", "UK", "EU")
SEVERITIES = ("note", "warn", "block")  # from mild to strict
CONTEXTS = ("marketing", "article", "review", "safety", "legal", "engine")

_PACK = Path(__file__).with_name("rules.json")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from."""

    id: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a pattern, and the letters of which each of its matches holds some."""

    pattern: re.Pattern[str]
    stems: frozenset[str]  # empty when it cannot be told


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording rule; severities holds only the markets to which it applies."""

    id: str
    category: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    severities: Mapping[str, str]
    not_in_context: frozenset[str]
    rewording: str
    softer: tuple[str, ...]  # whole sentences that may stand where a forbidden one stood
    sources: tuple[Source, ...]
    branches: tuple["Branch", ...]  # the alternatives of the pattern, each to be tried by itself

    def severity(self, markets: tuple[str, ...]) -> str | None:
        """The strictest severity among these markets, None where the rule does not apply."""
        found = [self.severities[market] for market in markets if market in self.severities]
        return max(found, key=SEVERITIES.index) if found else None


@dataclass(frozen=True, slots=True)
class Excuse:
    """A form of sentence in which rules of some categories are not meant: a warning, a refusal."""

    id: str
    what: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str]
    categories: frozenset[str]

    def holds(self, sentence: str) -> bool:
        """Whether a sentence has this form, whatever quotation mark it begins with."""
        bare = sentence.lstrip("\"'( ")
        return self.pattern.search(bare) is not None and self.unless.search(bare) is None


class UnreadablePack(Refusal):
    """A file that holds no pack of rules; the sentence says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """All rules and excuses, and the day to which they state the law."""

    version: str
    rules: tuple[Rule, ...]
    excuses: tuple[Excuse, ...]
    sources: Mapping[str, Source]

    def rule(self, id_: str) -> Rule | None:
        """The rule of this name."""
        return next((rule for rule in self.rules if rule.id == id_), None)


@cache
def load_pack() -> Pack:
    """The pack that comes with the shop, read and compiled once."""
    return _pack(json.loads(_PACK.read_text(encoding="utf-8")))


def read_pack(path: Path) -> Pack:
    """A pack of rules out of a file, to be looked at before it counts; raises UnreadablePack."""
    try:
        return _pack(json.loads(path.read_text(encoding="utf-8")))
    except KeyError as missing:
        raise UnreadablePack(f"{path} is no pack of rules: {missing} is missing.") from None
    except (OSError, ValueError, TypeError, AttributeError, re.error) as error:
        raise UnreadablePack(f"{path} is no pack of rules: {error}.") from None


def _pack(written: Mapping[str, Any]) -> Pack:
    words = written["words"]
    sources = {
        id_: Source(id_, source["what"], source["where"])
        for id_, source in written["sources"].items()
    }
    return Pack(
        written["version"],
        tuple(_rule(rule, sources, words) for rule in written["rules"]),
        tuple(_excuse(excuse, words) for excuse in written["excuses"]),
        sources,
    )


def branches(pattern: str) -> tuple[Branch, ...]:
    """The alternatives of a pattern, so that a sentence is tried only with those it can trip."""
    return tuple(
        Branch(re.compile(one, re.IGNORECASE), needed_stems(one)) for one in alternatives(pattern)
    )


def _spelled_out(pattern: str, words: Mapping[str, str]) -> str:
    """A pattern with the lists of words that several rules share, written {{name}}, put in."""
    return re.sub(r"\{\{(\w+)\}\}", lambda name: words[name[1]], pattern)


def _compiled(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(_spelled_out(pattern, words), re.IGNORECASE)


def _excuse(written: Mapping[str, Any], words: Mapping[str, str]) -> Excuse:
    return Excuse(
        id=written["id"],
        what=written["what"],
        pattern=_compiled(written["pattern"], words),
        unless=_compiled(written["unless"], words),
        categories=frozenset(written["categories"]),
    )


def _rule(
    written: Mapping[str, Any], sources: Mapping[str, Source], words: Mapping[str, str]
) -> Rule:
    pattern = _compiled(written["pattern"], words)
    return Rule(
        id=written["id"],
        category=written["category"],
        pattern=pattern,
        unless=_compiled(written["unless"], words) if written["unless"] else None,
        severities=written["jurisdictions"],
        not_in_context=frozenset(written["not_in_context"]),
        rewording=written["rewording"],
        softer=tuple(written.get("softer", ())),
        sources=tuple(sources[name] for name in written["sources"]),
        branches=branches(pattern.pattern),
    )
