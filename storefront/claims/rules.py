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

from .stems import needed_stems

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
class Rule:
    """One wording rule; severities holds only the markets to which it applies."""

    id: str
    category: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    severities: Mapping[str, str]
    not_in_context: frozenset[str]
    rewording: str
    sources: tuple[Source, ...]
    stems: frozenset[str]  # one of them is in every hit; empty when that cannot be told

    def severity(self, markets: tuple[str, ...]) -> str | None:
        """The strictest severity among these markets, None where the rule does not apply."""
        found = [self.severities[market] for market in markets if market in self.severities]
        return max(found, key=SEVERITIES.index) if found else None


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules, and the day to which they state the law."""

    version: str
    rules: tuple[Rule, ...]


@cache
def load_pack() -> Pack:
    """The pack that comes with the shop, read and compiled once."""
    written = json.loads(_PACK.read_text(encoding="utf-8"))
    sources = {
        id_: Source(id_, source["what"], source["where"])
        for id_, source in written["sources"].items()
    }
    return Pack(written["version"], tuple(_rule(rule, sources) for rule in written["rules"]))


def _rule(written: Mapping[str, object], sources: Mapping[str, Source]) -> Rule:
    values: dict[str, object] = dict(written)
    pattern, unless = str(values["pattern"]), values["unless"]
    severities = values["jurisdictions"]
    names, skipped = values["sources"], values["not_in_context"]
    assert isinstance(severities, dict)
    assert isinstance(names, list)
    assert isinstance(skipped, list)
    return Rule(
        id=str(values["id"]),
        category=str(values["category"]),
        pattern=re.compile(pattern, re.IGNORECASE),
        unless=re.compile(str(unless), re.IGNORECASE) if unless else None,
        severities=severities,
        not_in_context=frozenset(skipped),
        rewording=str(values["rewording"]),
        sources=tuple(sources[name] for name in names),
        stems=needed_stems(pattern),
    )
