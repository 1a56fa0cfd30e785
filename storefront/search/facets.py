"""What a result can be narrowed by: products or guides, kind, price, in stock."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..catalog import SLUG
from ..display import show_money
from ..money import parse_money
from ..pages import settings

SHOWN = ("products", "guides")
PRICES = (10, 20, 30, 50, 100)  # up to so much, in whole units of the shop's currency
_MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """How a result is narrowed; anything that makes no sense became the default."""

    show: str = ""
    kind: str = ""  # slug of a category
    price: int = 0
    in_stock: bool = False
    page: int = 1

    @property
    def only_products(self) -> bool:
        """Whether something is asked that only products have."""
        return self.show == "products" or bool(self.kind or self.price or self.in_stock)

    def values(self) -> dict[str, Any]:
        """The query string without question and page; defaults are left out."""
        given = {"show": self.show, "kind": self.kind, "price": self.price}
        chosen = {name: value for name, value in given.items() if value}
        return chosen | ({"in_stock": 1} if self.in_stock else {})

    def showing(self, show: str) -> dict[str, Any]:
        """The query string of the same result, narrowed to products, to guides, or to neither."""
        return (
            Filters(show=show).values() if show != "products" else replace(self, show=show).values()
        )


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a facet, and how many results it would leave."""

    value: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Every choice that would leave something, and one that was made."""

    products: int
    guides: int
    kinds: tuple[Facet, ...]
    prices: tuple[Facet, ...]
    has_sold_out: bool


def read_filters(query: Mapping[str, str]) -> Filters:
    """Filters from a query string; bad values fall back to the default without an error."""
    show, kind = query.get("show", ""), query.get("kind", "")
    price, page = _number(query.get("price", "")), _number(query.get("page", ""))
    return Filters(
        show=show if show in SHOWN else "",
        kind=kind if len(kind) <= 120 and SLUG.fullmatch(kind) else "",
        price=price if price in PRICES else 0,
        in_stock=query.get("in_stock", "").lower() in {"1", "on", "true", "yes"},
        page=min(max(page, 1), _MOST_PAGES),
    )


def fits(hit: Any, filters: Filters) -> bool:
    """Whether a hit is left by the filters; guides have neither kind nor price nor stock."""
    if not hit.is_product:
        return filters.show != "products" and not filters.only_products
    return (
        filters.show != "guides"
        and (not filters.kind or hit.kind == filters.kind)
        and (not filters.price or hit.price_cents <= _cents(filters.price))
        and (not filters.in_stock or hit.is_in_stock)
    )


def facets_of(hits: Iterable[Any], filters: Filters) -> Facets:
    """Each facet counted with the choices of the others, so that no choice leads to nothing."""
    hits = list(hits)
    currency = settings().STOREFRONT_CURRENCY
    products = [hit for hit in hits if hit.is_product]
    by_kind = [hit for hit in products if fits(hit, replace(filters, kind="", show=""))]
    by_price = [hit for hit in products if fits(hit, replace(filters, price=0, show=""))]
    names = {hit.kind: hit.kind_name for hit in products}
    kinds = Counter(hit.kind for hit in by_kind)
    prices = [
        Facet(str(most), show_money(_cents(most), currency), count)
        for most in PRICES
        if (count := sum(hit.price_cents <= _cents(most) for hit in by_price))
        and (count < len(by_price) or filters.price == most)
    ]
    return Facets(
        products=sum(fits(hit, replace(filters, show="products")) for hit in products),
        guides=len(hits) - len(products),
        kinds=tuple(
            Facet(slug, names[slug], count) for slug, count in sorted(kinds.items()) if count
        ),
        prices=tuple(prices),
        has_sold_out=any(not hit.is_in_stock for hit in products),
    )


def _cents(whole: int) -> int:
    return parse_money(str(whole), settings().STOREFRONT_CURRENCY)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0
