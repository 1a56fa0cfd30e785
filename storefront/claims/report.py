"""Findings as JSON for scripts, and counted for people."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .checker import Finding
from .rules import SEVERITIES, load_pack


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding with everything that its rule says."""
    hit = finding.hit
    return {
        "place": finding.place,
        "line": finding.line,
        "column": finding.column,
        "rule": hit.rule_id,
        "category": hit.category,
        "severity": hit.severity,
        "markets": dict(hit.severities),
        "excerpt": hit.excerpt,
        "instead": hit.rewording,
        "sources": [
            {"id": source.id, "what": source.what, "where": source.where} for source in hit.sources
        ],
    }


def summary(findings: Iterable[Finding]) -> str:
    """'2 block, 5 warn, 0 note (rules of 2026-11-21)'."""
    counts = Counter(finding.hit.severity for finding in findings)
    told = ", ".join(f"{counts[severity]} {severity}" for severity in reversed(SEVERITIES))
    return f"{told} (rules of {load_pack().version})"
