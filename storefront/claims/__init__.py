"""Wording rules: what health copy may not say in the US, UK and EU, and what to say instead."""

from .checker import Finding, Hit, Text, blocked, check, find, quoted
from .examples import examples
from .files import texts_in_files, texts_in_markdown, texts_in_yaml
from .foresight import found_if_added, found_if_tuned, newly_found
from .house import House, KeptHouse, current_house, own_rule, rules_in_force
from .models import ClaimSignOff, WordingChange
from .operations import (
    CHOICES,
    BadRule,
    ChangedMeanwhile,
    add_rule,
    categories,
    tune_rule,
    undo_change,
)
from .queries import changes_of, newest_changes
from .report import as_json, summary
from .rules import CONTEXTS, MARKETS, Rule, Source, load_pack
from .sentences import plain
from .sign_offs import (
    NoGrounds,
    NothingToSign,
    OwnWords,
    all_sign_offs,
    blocking_markets,
    not_signed,
    sign_off,
    sign_offs,
    signature,
    withdraw,
)
from .templates import template_texts

__all__ = [
    "found_if_added",
    "found_if_tuned",
    "newly_found",
    "House",
    "KeptHouse",
    "current_house",
    "own_rule",
    "rules_in_force",
    "ClaimSignOff",
    "WordingChange",
    "CHOICES",
    "BadRule",
    "ChangedMeanwhile",
    "add_rule",
    "categories",
    "tune_rule",
    "undo_change",
    "changes_of",
    "newest_changes",
    "NoGrounds",
    "NothingToSign",
    "OwnWords",
    "all_sign_offs",
    "blocking_markets",
    "not_signed",
    "sign_off",
    "sign_offs",
    "signature",
    "withdraw",
    "CONTEXTS",
    "MARKETS",
    "Finding",
    "Hit",
    "Rule",
    "Source",
    "Text",
    "as_json",
    "blocked",
    "check",
    "examples",
    "find",
    "load_pack",
    "plain",
    "quoted",
    "summary",
    "template_texts",
    "texts_in_files",
    "texts_in_markdown",
    "texts_in_yaml",
]
