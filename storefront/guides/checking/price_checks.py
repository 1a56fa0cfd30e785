"""Prices typed by hand, as checks: a token in their place keeps them true."""

from collections.abc import Iterator

from ..source.lines import Lines
from .check import Check, Fix
from .tokens import typed_prices


def prices_by_hand(source: str) -> Iterator[Check]:
    """Every price that would stay as it is when the shop's changes."""
    lines = Lines(source)
    for one in typed_prices(source):
        yield Check(
            "price", "warn", one.start, one.end, *lines.place(one.start),
            f"“{one.written}” is typed by hand, and stays when the price changes.",
            fixes=tuple(Fix(f"Write {token}", token) for token in one.tokens),
        )  # fmt: skip
