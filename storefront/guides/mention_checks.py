"""Mentions of products that lead nowhere yet, as checks: a link to take, below a heading a card."""

from collections.abc import Iterator

from .checks import Check, Fix
from .lines import Lines
from .mentioning import Proposal, proposals


def unlinked_mentions(source: str) -> Iterator[Check]:
    """The first mention of each product in each section that does not lead to it."""
    lines = Lines(source)
    for one in proposals(source):
        if one.is_chosen:
            yield _check(one, lines)


def _check(one: Proposal, lines: Lines) -> Check:
    stock = "" if one.is_in_stock else " It is sold out at the moment."
    if one.is_heading:
        start = end = one.card_at
        fix = Fix(f"Put a card of {one.product} here", one.card)
    else:
        start, end = one.start, one.end
        fix = Fix(f"Link it to {one.product}", one.link)
    return Check(
        "mention", "note", start, end, lines.line_of(start), start - lines.start_of(start) + 1,
        f"“{one.words}” speaks of {one.product}, and leads nowhere.{stock}", fixes=(fix,),
    )  # fmt: skip
