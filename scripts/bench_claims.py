"""How well the wording rules judge sentences that people have labelled, and how fast.

    python scripts/bench_claims.py           both halves, and a megabyte against the clock
    python scripts/bench_claims.py tuning    only the half that rules may be tuned on

Recall: of the sentences that must be blocked, how many are. Precision: of those that are blocked,
how many must be. Of a category, recall goes by what a sentence is and precision by what the rule
is that blocked it. A page is open to all markets, so a sentence counts by the strictest of them;
the last three rows go by one market alone. Ends with 1 when a goal is missed.
"""

import csv
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from storefront import claims

ROOT = Path(__file__).resolve().parent.parent
HALVES = ("tuning", "held_out")
LEAST_RECALL, LEAST_PRECISION, MOST_SECONDS = 0.95, 0.90, 1.0
SEVERITIES = ("-", "note", "warn", "block")
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, what a person said of it in each market, and what the rules say."""

    kind: str
    category: str
    labels: dict[str, str]
    text: str
    hits: tuple[claims.Hit, ...]

    def label(self, markets: Iterable[str] = claims.MARKETS) -> str:
        """The strictest of what these markets say to it."""
        return max((self.labels[market] for market in markets), key=SEVERITIES.index)

    def blocking(self, markets: Iterable[str] = claims.MARKETS) -> list[claims.Hit]:
        """The hits that stop it in one of these markets."""
        return [hit for hit in self.hits if "block" in {hit.severities.get(m) for m in markets}]


def main() -> int:
    """Prints the tables; 1 when recall, precision or speed misses its goal."""
    asked = sys.argv[1:]
    parts = {name: read(name) for name in asked or HALVES}
    for name, sentences in parts.items():
        _table(name.replace("_", "-"), sentences)
    everything = [sentence for part in parts.values() for sentence in part]
    if len(parts) > 1:
        _table("both", everything)
    recall, precision = rates(everything)
    seconds = _seconds()
    print(f"{'a megabyte':36}{seconds:8.2f} s   goal {MOST_SECONDS:.0f} s")
    met = recall >= LEAST_RECALL and precision >= LEAST_PRECISION and seconds < MOST_SECONDS
    print("goals met" if met else "goals MISSED")
    return 0 if met else 1


def read(name: str) -> list[Labelled]:
    """A half of the labelled sentences, each judged by the rules."""
    file = ROOT / "tests" / "claims" / f"{name}.tsv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(
            (line for line in lines if not line.startswith("#")),
            delimiter="\t",
            quoting=csv.QUOTE_NONE,
        )
        return [
            Labelled(
                kind,
                category,
                {"US": us, "UK": uk, "EU": eu},
                text,
                claims.check(text, context="marketing"),
            )
            for kind, category, us, uk, eu, text in rows
        ]


def rates(
    sentences: Iterable[Labelled], markets: tuple[str, ...] = claims.MARKETS, category: str = ""
) -> tuple[float, float]:
    """Recall and precision of block, of all categories or of one; nothing to count is 1."""
    wanted = found = alarms = right = 0
    for sentence in sentences:
        must = sentence.label(markets) == "block"
        hits = sentence.blocking(markets)
        if must and category in ("", sentence.category):
            wanted += 1
            found += bool(hits)
        if any(category in ("", hit.category) for hit in hits):
            alarms += 1
            right += must
    return (found / wanted if wanted else 1.0, right / alarms if alarms else 1.0)


def _table(name: str, sentences: list[Labelled]) -> None:
    print(f"{name}, {len(sentences)} sentences{'':14}must be blocked   recall  precision")
    for category in sorted({rule.category for rule in claims.load_pack().rules}):
        _row(category, sentences, category=category)
    _row("block, all categories", sentences)
    for market in claims.MARKETS:
        _row(f"block, {market} alone", sentences, markets=(market,))
    print()


def _row(
    title: str,
    sentences: list[Labelled],
    *,
    markets: tuple[str, ...] = claims.MARKETS,
    category: str = "",
) -> None:
    many = sum(s.label(markets) == "block" and category in ("", s.category) for s in sentences)
    recall, precision = rates(sentences, markets, category)
    print(f"  {title:34}{many:18}{recall:9.3f}{precision:11.3f}")


def _seconds() -> float:
    """How long a megabyte of the demo's own guides and some forbidden sentences takes."""
    pages = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "demo/guides").glob("*"))]
    forbidden = [sentence.text for sentence in read("tuning") if sentence.kind == "hit"][::4]
    text = "\n\n".join([*pages, *forbidden])
    text = (text + "\n\n") * (MEGABYTE // len(text.encode()) + 1)
    text = text.encode()[:MEGABYTE].decode(errors="ignore")
    claims.check(text[:1000], markup="markdown")
    started = time.process_time()
    claims.check(text, markup="markdown")
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
