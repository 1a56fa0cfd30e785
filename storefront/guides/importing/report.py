"""What an import did, or would do, for people and for scripts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .articles import Unreadable
from .drafting import Draft

STATUSES = {
    "new": "new draft",
    "updated": "updated, still a draft",
    "unchanged": "unchanged",
    "edited": "left as it is: it was edited here since",
    "published": "left as it is: it is published, and its text has changed there",
    "broken": "kept out",
}


@dataclass(slots=True)
class Report:
    """Every article with what became of it, and every file that could not be read."""

    drafts: list[Draft] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # of exports: what is no article
    passed_over: list[str] = field(default_factory=list)  # files of other kinds

    @property
    def is_whole(self) -> bool:
        """Whether every file, every article in them and every picture could be taken in."""
        return not self.unreadable and not any(d.problems or d.broken for d in self.drafts)

    def tally(self) -> Counter[str]:
        """Status → number of articles."""
        return Counter(status_of(draft) for draft in self.drafts)

    def lines(self) -> Iterator[str]:
        """The report for people, line by line."""
        yield from (problem.sentence for problem in self.unreadable)
        for draft in self.drafts:
            yield from _about(draft)
        yield from (f"Left out of {line}" for line in self.left_out)
        if self.passed_over:
            yield f"{len(self.passed_over)} other files were passed over."
        yield self.ending()

    def ending(self) -> str:
        """The last sentence: how many of each."""
        words = {"edited": "edited here since", "published": "published", "broken": "kept out"}
        told = ", ".join(f"{n} {words.get(s, s)}" for s, n in sorted(self.tally().items()))
        count = len(self.drafts)
        files = len(self.unreadable)
        mistakes = (
            f" {files} {'file' if files == 1 else 'files'} could not be read." if files else ""
        )
        articles = "article" if count == 1 else "articles"
        left = sum(len(draft.broken) for draft in self.drafts)
        pictures = (
            f" {left} {'picture was' if left == 1 else 'pictures were'} left out." if left else ""
        )
        begun = f"{count} {articles}{': ' if told else ''}{told}."
        return f"{begun}{mistakes}{pictures} Nothing was published."

    def as_json(self) -> dict[str, Any]:
        """The report for scripts."""
        return {
            "guides": [_as_json(draft) for draft in self.drafts],
            "problems": [
                {"file": one.file, "line": one.line, "what": one.sentence}
                for one in self.unreadable
            ],
            "left_out": self.left_out,
            "passed_over": self.passed_over,
            "tally": dict(self.tally()),
        }


def status_of(draft: Draft) -> str:
    """What becomes of an article; one with problems is kept out."""
    return "broken" if draft.problems else draft.status


def weight(claims: Mapping[str, int]) -> str:
    """Findings by how much they weigh: '3 block, 12 warn'."""
    told = [f"{claims[name]} {name}" for name in ("block", "warn", "note") if claims.get(name)]
    return ", ".join(told) or "nothing"


def _about(draft: Draft) -> Iterator[str]:
    article = draft.article
    yield f"{draft.slug}: {STATUSES[status_of(draft)]} — “{article.title}”"
    yield from (f"  {problem}" for problem in draft.problems)
    yield from (f"  left out: {why}" for why in draft.broken)
    if not draft.is_written:
        return
    pictures = f"{len(draft.found)} found"
    if draft.missing:
        pictures += f", {len(draft.missing)} missing ({', '.join(draft.missing[:5])})"
    if draft.found or draft.missing:
        yield f"  pictures: {pictures}"
    yield f"  mentions of products: {draft.mentions}, of which {draft.chosen} are offered as links"
    yield f"  wording: {weight(draft.claims)}"
    if draft.path:
        yield f"  old address: {draft.path} leads here"
    yield from (f"  {line}" for line in article.recovered)
    if article.left_out:
        yield f"  left out: {' · '.join(article.left_out[:8])}"


def _as_json(draft: Draft) -> dict[str, Any]:
    article = draft.article
    return {
        "file": article.file,
        "slug": draft.slug,
        "title": article.title,
        "status": status_of(draft),
        "guide_id": draft.guide_id,
        "old_address": article.address,
        "old_path": draft.path,
        "pictures": {
            "found": sorted(draft.found),
            "missing": draft.missing,
            "broken": draft.broken,
        },  # fmt: skip
        "mentions": draft.mentions,
        "offered": draft.chosen,
        "claims": dict(draft.claims),
        "recovered": article.recovered,
        "left_out": article.left_out,
        "problems": [str(problem) for problem in draft.problems],
    }
