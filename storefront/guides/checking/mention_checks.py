"""Mentions of products that lead nowhere yet, as checks: a link to take, or a card below."""

from collections.abc import Iterator

from ..source.lines import Lines
from .check import Check, Fix
from .mentioning import Proposal, proposals


def unlinked_mentions(source: str) -> Iterator[Check]:
    """The first mention of each product in each section that does not lead to it."""
    lines = Lines(source)
    for one in proposals(source):
        if one.is_chosen:
            yield _check(one, source, lines)


def _check(one: Proposal, source: str, lines: Lines) -> Check:
    stock = "" if one.is_in_stock else " It is sold out at the moment."
    if one.is_heading:
        start = end = one.card_at
        fixes: tuple[Fix, ...] = (Fix(f"Put a card of {one.product} here", one.card),)
    else:
        start, end = one.start, one.end
        with_card = source[start : one.card_at] + one.card
        fixes = (
            Fix(f"Link it to {one.product}", one.link),
            Fix(f"Put a card of {one.product} below", with_card, start, one.card_at),
        )
    return Check(
        "mention", "note", start, end, *lines.place(start),
        f"“{one.words}” speaks of {one.product}, and leads nowhere.{stock}", fixes=fixes,
    )  # fmt: skip
