"""What a shopper asks of a list, as it stands in the query string."""

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from ..money import parse_money, plain_money
from ..pages import settings
from .uses import MOST_USES_NAMED, is_use

SORTS = ("featured", "price", "price-desc", "unit-price", "newest", "name")
BANDS = ("small", "medium", "large", "piece")
_MOST_PAGES = 100_000
_LONGEST_PRICE = 9


@dataclass(frozen=True, slots=True)
class Filters:
    """What a shopper asked of a list; anything that makes no sense became the default.

    A product fits when one of its sizes on sale fits sizes, price and stock together.
    """

    category: str = ""
    in_stock: bool = False
    sort: str = "featured"
    page: int = 1
    uses: tuple[str, ...] = ()  # any of them
    sizes: tuple[str, ...] = ()  # any of these BANDS
    least_cents: int | None = None
    most_cents: int | None = None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of what narrows the list, the category among them."""
        by_name = {
            "category": self.category,
            "use": self.uses,
            "size": self.sizes,
            "price": self.least_cents is not None or self.most_cents is not None,
            "in_stock": self.in_stock,
        }
        return tuple(name for name, value in by_name.items() if value)

    @property
    def narrowings(self) -> int:
        """How many boxes and prices are in use."""
        return len(self.uses) + len(self.sizes) + ("price" in self.chosen) + self.in_stock

    def values(self) -> dict[str, Any]:
        """The query string of this list without its page; defaults are left out."""
        prices = {"least": self.least_cents, "most": self.most_cents}
        chosen: dict[str, Any] = {"use": self.uses, "size": self.sizes}
        for name, cents in prices.items():
            chosen[name] = None if cents is None else price_text(cents)
        chosen["in_stock"] = 1 if self.in_stock else None
        chosen["sort"] = None if self.sort == "featured" else self.sort
        return {name: value for name, value in chosen.items() if value not in (None, ())}

    def without(self, name: str) -> "Filters":
        """The same list with one of `chosen` given up, on its first page."""
        default = Filters()
        fields = {
            "use": ("uses",), "size": ("sizes",), "price": ("least_cents", "most_cents"),
        }.get(name, (name,))  # fmt: skip
        return replace(self, page=1, **{field: getattr(default, field) for field in fields})


def read_filters(query: MultiDict[str, str], category: str = "") -> Filters:
    """Filters from a query string; bad values fall back to the default without an error."""
    sort = query.get("sort", "")
    page = query.get("page", "")
    is_number = page.isascii() and page.isdigit() and len(page) < 7
    least, most = _price(query.get("least", "")), _price(query.get("most", ""))
    if least is not None and most is not None and least > most:
        least, most = most, least
    return Filters(
        category=category,
        in_stock=query.get("in_stock", "").lower() in {"1", "on", "true", "yes"},
        sort=sort if sort in SORTS else "featured",
        page=min(max(int(page), 1), _MOST_PAGES) if is_number else 1,
        uses=tuple(sorted({w for w in query.getlist("use") if is_use(w)})[:MOST_USES_NAMED]),
        sizes=tuple(band for band in BANDS if band in query.getlist("size")),
        least_cents=least,
        most_cents=most,
    )


def price_text(cents: int) -> str:
    """A price as it stands in an address and in a field: 10, or 12.90."""
    written = plain_money(cents, settings().STOREFRONT_CURRENCY)
    whole, _, rest = written.partition(".")
    return written if rest.strip("0") else whole


def _price(written: str) -> int | None:
    kept = written.strip().replace(",", ".")
    if not kept or len(kept) > _LONGEST_PRICE:
        return None
    try:
        cents = parse_money(kept, settings().STOREFRONT_CURRENCY)
    except ValueError:
        return None
    return cents if cents >= 0 else None
