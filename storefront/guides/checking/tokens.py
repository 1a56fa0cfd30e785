"""Prices that somebody typed into a guide by hand, and the token that would keep them true."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ... import catalog
from ...database import db
from ...money import parse_money
from ..source.front_matter import split
from ..source.markdown import parse

_NUMBER = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?"
_SIGN = r"(?:€|£|\$|\b(?:EUR|GBP|USD|CHF)\b)"
_WORD = r"(?:€|£|\b(?:EUR|GBP|USD|CHF|[Ee]uros?|pounds|dollars)\b)"
_PRICE = re.compile(
    rf"{_SIGN}\s?(?P<after>{_NUMBER})(?![.,]?\d)|(?<![\d.,])(?P<before>{_NUMBER})\s?{_WORD}"
)
_UNREAD = re.compile(r"`[^`\n]+`|\]\([^)\n]*\)|<https?:[^>\n]*>")
_NAMED = re.compile(r"\]\(product:([a-z0-9-]+)|^::: (?:product|compare) ([a-z0-9-]+)", re.M)
_MOST_PROPOSED = 3


@dataclass(frozen=True, slots=True)
class TypedPrice:
    """A price between two offsets of a source; tokens could stand in its place, likeliest first.

    There are none where no token may stand, in the front matter, or no size is likely.
    """

    start: int
    end: int
    written: str
    tokens: tuple[str, ...]


def typed_prices(source: str) -> list[TypedPrice]:
    """Every price typed by hand, in its order; asks the shop for sizes of that price."""
    halves = split(source)
    body_at = len(source) - len(halves[1].lstrip("\n")) if halves else 0
    found = list(_PRICE.finditer(_readable(source, halves[1] if halves else source)))
    sizes = _sizes() if found else []
    named = [(match.start(), match[1] or match[2]) for match in _NAMED.finditer(source)]
    return [
        TypedPrice(
            match.start(),
            match.end(),
            match[0],
            _tokens(match, sizes, named) if match.start() >= body_at else (),
        )
        for match in found
    ]


def _readable(source: str, body: str) -> str:
    """The source with blanks where nobody reads: code, and where links lead."""
    lines = source.split("\n")
    for token in parse(body):
        if token.type in {"fence", "code_block"} and token.map:
            for number in range(*token.map):
                lines[number] = " " * len(lines[number])
    return _UNREAD.sub(lambda match: " " * len(match[0]), "\n".join(lines))


def _sizes() -> list[Any]:
    V, P = catalog.Variant, catalog.Product
    return list(
        db.session.execute(
            select(V.sku, V.price_cents, V.currency, P.slug)
            .join(P, P.id == V.product_id)
            .where(V.is_sold.is_(True), P.state == "published")
            .order_by(P.position, V.position, V.id)
        )
    )


def _tokens(
    match: re.Match[str], sizes: Sequence[Any], named: Sequence[tuple[int, str]]
) -> tuple[str, ...]:
    """Those of sizes that cost this, the product named last before it first; else of its sizes."""
    before = bisect_right([at for at, _ in named], match.start())
    last = named[before - 1][1] if before else ""
    same = [size for size in sizes if size.price_cents == _cents(match, size.currency)]
    likely: Iterable[Any] = sorted(same, key=lambda size: size.slug != last)
    likely = likely or [size for size in sizes if size.slug == last]
    return tuple(f"{{price:{size.sku}}}" for size in likely)[:_MOST_PROPOSED]


def _cents(match: re.Match[str], currency: str) -> int | None:
    """The minor units of a number as people type it: 12.90, 12,90, 1.290,00 or 12."""
    written = match["after"] or match["before"]
    whole, part = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", written, re.S).groups()  # type: ignore[union-attr]
    plain = re.sub(r"\D", "", whole) + (f".{part}" if part else "")
    try:
        return parse_money(plain, currency)
    except ValueError:
        return None
