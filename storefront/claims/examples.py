"""What each rule finds and leaves alone, in sentences that people read and tests hold it to."""

from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("examples.txt")

Examples = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@cache
def examples() -> Examples:
    """Rule → sentences that it finds, and sentences near to them that it does not."""
    found: dict[tuple[str, str], list[str]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        rule, sign, sentence = line.split(" ", 2)
        found.setdefault((rule, sign), []).append(sentence)
    return {
        rule: (tuple(found.get((rule, "+"), ())), tuple(found.get((rule, "-"), ())))
        for rule in dict.fromkeys(rule for rule, _ in found)
    }
