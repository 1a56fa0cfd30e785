"""Verbs of the house's rules: change one, add one, undo the last change of one."""

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import select

from ..database import after_commit, now, require_transaction, take_turn
from ..errors import NotFound, Refusal
from .house import GAPS, OWN_RULE
from .models import WordingChange
from .rules import MARKETS, SEVERITIES, load_pack

OFF = "off"
CHOICES = (OFF, *SEVERITIES)
_MOST_PHRASES, _LONGEST_PHRASE, _LONGEST_TEXT = 30, 80, 1000


class BadRule(Refusal):
    """A rule that cannot be written down; field is where on the form the mistake stands."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class ChangedMeanwhile(Refusal):
    """Somebody else changed the rule since it was looked at."""

    status = 409

    def __init__(self) -> None:
        super().__init__("Somebody else changed this rule meanwhile.")


def tune_rule(
    rule_id: str, severities: Mapping[str, str], *, reason: str, actor: str, seen: int
) -> WordingChange:
    """Says how strict a rule is in each market, 'off' to mute it; seen is its newest change.

    Raises NotFound, BadRule, ChangedMeanwhile.
    """
    _check_choice(severities, reason)
    last = _take_newest(rule_id, seen)
    is_own = OWN_RULE.fullmatch(rule_id) is not None
    if (is_own and last is None) or (not is_own and load_pack().rule(rule_id) is None):
        raise NotFound("There is no rule of this name.")
    kept = last if is_own else None
    return _write(
        rule_id,
        severities,
        reason=reason,
        actor=actor,
        words=kept.words if kept else "",
        category=kept.category if kept else "",
        rewording=kept.rewording if kept else "",
    )


def add_rule(
    phrases: str,
    severities: Mapping[str, str],
    *,
    category: str,
    rewording: str,
    reason: str,
    actor: str,
) -> WordingChange:
    """Adds a rule of the house, with a name of its own; raises BadRule."""
    _check_choice(severities, reason)
    words = checked_phrases(phrases)
    if category not in categories():
        raise BadRule("category", "Please choose one of the categories.")
    if not rewording.strip() or len(rewording) > _LONGEST_TEXT:
        raise BadRule("rewording", "Please write what to say instead.")
    if set(severities.values()) == {OFF}:
        raise BadRule("US", "A rule that is off everywhere finds nothing.")
    take_turn("wording")
    names = select(WordingChange.rule_id).where(WordingChange.rule_id.like("H%")).distinct()
    numbers = [int(name[1:]) for name in require_transaction().scalars(names)]
    return _write(
        f"H{max(numbers, default=0) + 1}",
        severities,
        reason=reason,
        actor=actor,
        words=words,
        category=category,
        rewording=rewording.strip(),
    )


def undo_change(change_id: int, *, actor: str) -> WordingChange:
    """Takes back the newest change of a rule, so that the one before it counts, or the pack.

    Raises NotFound, and ChangedMeanwhile when another change came after it.
    """
    session = require_transaction()
    change = session.get(WordingChange, change_id)
    if change is None or change.undone_at is not None:
        raise NotFound("There is no such change, or it was undone before.")
    _take_newest(change.rule_id, change_id)
    change.undone_at = now()
    change.undone_by = actor
    session.flush()
    _tell_everybody()
    return change


def categories() -> tuple[str, ...]:
    """The categories that rules are sorted by."""
    return tuple(sorted({rule.category for rule in load_pack().rules}))


def checked_severities(severities: Mapping[str, str]) -> None:
    """Raises BadRule unless one of the four is chosen for each market."""
    for market in MARKETS:
        if severities.get(market) not in CHOICES:
            raise BadRule(market, "Please choose one of the four.")


def _check_choice(severities: Mapping[str, str], reason: str) -> None:
    checked_severities(severities)
    if not reason.strip() or len(reason) > _LONGEST_TEXT:
        raise BadRule("reason", f"Please write why, in {_LONGEST_TEXT:,} letters at most.")


def checked_phrases(written: str) -> str:
    """Phrases as they are kept, one on each line; raises BadRule."""
    phrases = [" ".join(line.split()) for line in written.splitlines() if line.strip()]
    if not phrases or len(phrases) > _MOST_PHRASES:
        raise BadRule("words", f"Please write from one to {_MOST_PHRASES} phrases, one a line.")
    for phrase in phrases:
        letters = sum(sign.isalnum() for sign in phrase)
        gaps = sum(word in GAPS for word in phrase.split())
        too_wild = max(word.count("*") for word in phrase.split()) > 2 or gaps > 2  # noqa: PLR2004
        at_end = phrase.split()[0] in GAPS or phrase.split()[-1] in GAPS
        if letters < 3 or len(phrase) > _LONGEST_PHRASE or too_wild or at_end:  # noqa: PLR2004
            raise BadRule(
                "words",
                f"“{phrase[:_LONGEST_PHRASE]}” is no phrase of three letters or more, of"
                f" {_LONGEST_PHRASE} at most, with * twice in a word at most, and … twice at most"
                " and only between words.",
            )
    return "\n".join(phrases)


def _take_newest(rule_id: str, seen: int) -> WordingChange | None:
    take_turn("wording")
    newest = (
        select(WordingChange)
        .where(WordingChange.rule_id == rule_id, WordingChange.undone_at.is_(None))
        .order_by(WordingChange.id.desc())
        .limit(1)
    )
    found = require_transaction().scalar(newest)
    if (found.id if found else 0) != seen:
        raise ChangedMeanwhile
    return found


def _write(rule_id: str, severities: Mapping[str, str], **facts: str) -> WordingChange:
    session = require_transaction()
    change = WordingChange(
        rule_id=rule_id,
        us=severities["US"],
        uk=severities["UK"],
        eu=severities["EU"],
        words=facts["words"],
        category=facts["category"],
        rewording=facts["rewording"],
        reason=facts["reason"].strip(),
        changed_by=facts["actor"],
    )
    session.add(change)
    session.flush()
    _tell_everybody()
    return change


def _tell_everybody() -> None:
    """Has every process read the rules of the house again, once the commit is done."""
    after_commit(current_app.extensions["storefront"].wording.stamp.bump)
