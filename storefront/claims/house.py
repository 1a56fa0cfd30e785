"""What the house changes of the rules: some muted, some tuned by market, some of its own.

The pack stays as it is, versioned in its file; changes stand in a table and lie over it. Every
process keeps the rules in force and reads the table again when a stamp says that it changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import current_app, has_app_context
from sqlalchemy import func, select

from ..database import db
from ..page_cache import Stamp
from .models import WordingChange
from .rules import MARKETS, Pack, Rule, Source, branches, load_pack

OWN_RULE = re.compile(r"H[1-9]\d{0,5}")
GAPS = ("…", "...")
_GAP = r"(?!\w)[^.!?\n]{0,40}(?<!\w)"
_ENDING = r"\w{0,30}"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule as the house wants it; severities only of the markets in which it counts."""

    rule_id: str
    severities: tuple[tuple[str, str], ...]
    phrases: tuple[str, ...] = ()
    category: str = ""
    rewording: str = ""
    reason: str = ""


House = tuple[Change, ...]


class KeptHouse:
    """The changes in force, kept in this process until somebody changes one anywhere."""

    def __init__(self, stamp: Stamp) -> None:
        self.stamp = stamp
        self._read_at: tuple[int, int] | None = None
        self._house: House = ()

    def current(self) -> House:
        """The changes that count now."""
        stamp = self.stamp.current()  # before the read: what comes between is read again
        if stamp != self._read_at:
            self._house = read_house()
            self._read_at = stamp
        return self._house


def current_house() -> House:
    """The changes of the shop whose app this is; none where there is no app."""
    if not has_app_context() or "storefront" not in current_app.extensions:
        return ()
    kept: KeptHouse = current_app.extensions["storefront"].wording
    return kept.current()


def read_house() -> House:
    """The newest change of each rule that nobody has undone, in one statement."""
    table = WordingChange.__table__.c
    newest = select(func.max(table.id)).where(table.undone_at.is_(None)).group_by(table.rule_id)
    rows = db.read(
        select(
            table.rule_id, table.us, table.uk, table.eu, table.words, table.category,
            table.rewording, table.reason,
        )
        .where(table.id.in_(newest))
        .order_by(table.rule_id)
    )  # fmt: skip
    return tuple(
        Change(name, chosen((us, uk, eu)), tuple(words.splitlines()), category, rewording, reason)
        for name, us, uk, eu, words, category, rewording, reason in rows
    )


def chosen(severities: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Market and severity of a row, without the markets where the rule is off."""
    pairs = zip(MARKETS, severities, strict=True)
    return tuple((market, severity) for market, severity in pairs if severity != "off")


@lru_cache(maxsize=16)
def rules_in_force(house: House, pack: Pack | None = None) -> tuple[Rule, ...]:
    """The rules of a pack, by default the one that counts, as the house wants them, and its own."""
    changes = {change.rule_id: change for change in house}
    rules = (pack or load_pack()).rules
    tuned = [
        replace(rule, severities=dict(changes[rule.id].severities)) if rule.id in changes else rule
        for rule in rules
    ]
    return (*tuned, *(own_rule(change) for change in house if change.phrases))


def own_rule(change: Change) -> Rule:
    """A rule of the house; its phrases are words with * for any letters and … for any words."""
    pattern = "|".join(phrase_pattern(phrase) for phrase in change.phrases)
    return Rule(
        id=change.rule_id,
        category=change.category,
        pattern=re.compile(pattern, re.IGNORECASE),
        unless=None,
        severities=dict(change.severities),
        not_in_context=frozenset(),
        rewording=change.rewording,
        softer=(),
        sources=(Source("HOUSE", f"A rule of this house: {change.reason}", ""),),
        branches=branches(pattern),
    )


def phrase_pattern(phrase: str) -> str:
    """The pattern of a phrase; whatever is written, matching takes a bounded number of steps.

    A word ends where the letters end, so there is one way to read it, and none is tried again
    when a later word is not there.
    """
    pieces: list[str] = []
    for word in phrase.split():
        if word in GAPS:
            pieces.append(_GAP)
            continue
        if pieces and pieces[-1] != _GAP:
            pieces.append("[- ]")
        letters = _ENDING.join(re.escape(part) for part in word.split("*"))
        end = r"(?!\w)" if re.search(r"[\w*]$", word) else ""
        pieces.append(f"(?>{letters}{end})")
    pattern = "".join(pieces)
    first = r"\b" if re.match(r"[\w*]", phrase) else ""
    return f"{first}{pattern}"
