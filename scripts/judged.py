"""The judged queries of tests/search: what is typed, and where its first right answer comes."""

from collections.abc import Iterator
from pathlib import Path

from storefront import search

JUDGED = Path(__file__).resolve().parent.parent / "tests" / "search" / "judged.tsv"
LEAST_RANK = 0.9  # on average


def judged() -> Iterator[tuple[str, set[str]]]:
    """What is typed, and the answers of which one should come first."""
    for line in JUDGED.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            asked, answers, _ = line.split("\t")
            yield asked, set(answers.split())


def reciprocal_rank(asked: str, answers: set[str]) -> float:
    """1 / the place of the first right answer; 0 when it is not on the first page."""
    found = (_name(hit) for hit in search.search(asked).hits)
    return next((1 / place for place, name in enumerate(found, 1) if name in answers), 0.0)


def _name(hit: search.ProductHit | search.GuideHit) -> str:
    return f"p:{hit.card.slug}" if isinstance(hit, search.ProductHit) else f"g:{hit.slug}"
