"""Wording rules: what health copy may not say in the US, UK and EU, and what to say instead."""

from .checker import Finding, Hit, Text, check, find
from .files import texts_in_files, texts_in_markdown, texts_in_yaml
from .report import as_json, summary
from .rules import CONTEXTS, MARKETS, Rule, Source, load_pack
from .sentences import plain

__all__ = [
    "CONTEXTS",
    "MARKETS",
    "Finding",
    "Hit",
    "Rule",
    "Source",
    "Text",
    "as_json",
    "check",
    "find",
    "load_pack",
    "plain",
    "summary",
    "texts_in_files",
    "texts_in_markdown",
    "texts_in_yaml",
]
