"""Prices that somebody typed into a guide by hand, and the token that would keep them true."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import select

from ... import catalog
from ...database import db
from ...money import parse_money
from ..source.front_matter import body_of
from ..source.markdown import parse

_NUMBER = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?"
_SIGN = r"(?:€|£|\$|\b(?:EUR|GBP|USD|CHF)\b)"
_WORD = r"(?:€|£|\b(?:EUR|GBP|USD|CHF|[Ee]uros?|pounds|dollars)\b)"
_PRICE = re.compile(
    rf"{_SIGN}\s?(?P<after>{_NUMBER})(?![.,]?\d)|(?<![\d.,])(?P<before>{_NUMBER})\s?{_WORD}"
)
_UNREAD = re.compile(r"`[^`\n]+`|\]\((?:[^()\n]++|\([^()\n]*+\))*+\)|<https?:[^<>\n]*>")
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


@dataclass(frozen=True, slots=True)
class Sizes:
    """SKUs on sale in the shop's order, by what they cost and by their product's address."""

    by_price: dict[tuple[str, int], list[tuple[str, str]]]  # currency, cents → SKU and address
    by_slug: dict[str, list[tuple[str, str]]]

    @property
    def currencies(self) -> set[str]:
        """Those in which something is sold."""
        return {currency for currency, _ in self.by_price}


def read_sizes() -> Sizes:
    """The sizes on sale now, read once for many texts, in one statement."""
    V, P = catalog.Variant, catalog.Product
    sizes = Sizes({}, {})
    for sku, cents, currency, slug in db.session.execute(
        select(V.sku, V.price_cents, V.currency, P.slug)
        .join(P, P.id == V.product_id)
        .where(V.is_sold.is_(True), P.state == "published")
        .order_by(P.position, V.position, V.id)
    ):
        sizes.by_price.setdefault((currency, cents), []).append((sku, slug))
        sizes.by_slug.setdefault(slug, []).append((sku, slug))
    return sizes


@dataclass(frozen=True, slots=True)
class WrittenPrice:
    """A price as it stands in a text, which the text alone tells; named is the product before."""

    start: int
    end: int
    written: str
    number: str
    named: str
    is_in_text: bool  # and not in the front matter, where no token may stand

    def tokens(self, sizes: Sizes) -> tuple[str, ...]:
        """Those of sizes that cost this, the product named before it first; else of its sizes."""
        if not self.is_in_text:
            return ()
        same = [
            size
            for currency in sorted(sizes.currencies)
            for size in sizes.by_price.get((currency, _cents(self.number, currency)), ())
        ]
        own = [size for size in same if size[1] == self.named]
        others = (size for size in same if size[1] != self.named)
        likely = own + list(islice(others, _MOST_PROPOSED)) or sizes.by_slug.get(self.named, [])
        return tuple(f"{{price:{sku}}}" for sku, _ in likely)[:_MOST_PROPOSED]


def typed_prices(source: str) -> list[TypedPrice]:
    """Every price typed by hand, in its order; asks the shop for sizes of that price."""
    found = written_prices(source)
    sizes = read_sizes() if found else Sizes({}, {})
    return [TypedPrice(one.start, one.end, one.written, one.tokens(sizes)) for one in found]


def written_prices(source: str) -> list[WrittenPrice]:
    """The same without asking the shop anything."""
    body = body_of(source)
    body_at = len(source) - len(body.lstrip("\n"))
    named = [(match.start(), match[1] or match[2]) for match in _NAMED.finditer(source)]
    places = [at for at, _ in named]
    found = []
    for match in _PRICE.finditer(_readable(source, body)):
        before = bisect_right(places, match.start())
        found.append(
            WrittenPrice(
                match.start(),
                match.end(),
                match[0],
                match["after"] or match["before"],
                named[before - 1][1] if before else "",
                match.start() >= body_at,
            )
        )
    return found


def _readable(source: str, body: str) -> str:
    """The source with blanks where nobody reads: code, and where links lead."""
    lines = source.split("\n")
    for token in parse(body):
        if token.type in {"fence", "code_block"} and token.map:
            for number in range(*token.map):
                lines[number] = " " * len(lines[number])
    return _UNREAD.sub(lambda match: " " * len(match[0]), "\n".join(lines))


def _cents(written: str, currency: str) -> int:
    """The minor units of a number as people type it: 12.90, 12,90, 1.290,00 or 12; -1 for none."""
    whole, part = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", written, re.S).groups()  # type: ignore[union-attr]
    plain = re.sub(r"\D", "", whole) + (f".{part}" if part else "")
    try:
        return parse_money(plain, currency)
    except ValueError:
        return -1
