"""The address of a list, and the links on it that take one of its filters away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ..display import show_money
from ..pages import settings, shop_url
from .facets import Facets, band_label, use_label
from .filters import Filters, price_text

_GIVE_UP = {
    "category": "In all categories",
    "use": "For any use",
    "size": "In any size",
    "price": "At any price",
    "in_stock": "With what is sold out",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a list like this one; count is None where nobody counted."""

    label: str
    url: str
    count: int | None = None


def list_url(filters: Filters, page: int = 1) -> str:
    """The address of a list; not kept by shop_url(), whose memory strangers could fill."""
    values = filters.values() | ({"page": page} if page > 1 else {})
    shelf = filters.category
    base = shop_url("category", slug=shelf) if shelf else shop_url("products")
    return f"{base}?{urlencode(values, doseq=True)}" if values else base


def page_url(filters: Filters) -> Callable[[int], str]:
    """Number of a page → its address."""
    return lambda number: list_url(filters, number)


def chips(filters: Filters) -> tuple[Step, ...]:
    """Each filter in use, with the list without it."""
    found = []
    for use in filters.uses:
        rest = tuple(one for one in filters.uses if one != use)
        found.append(Step(use_label(use), list_url(replace(filters, uses=rest))))
    for band in filters.sizes:
        rest = tuple(one for one in filters.sizes if one != band)
        found.append(Step(band_label(band), list_url(replace(filters, sizes=rest))))
    if "price" in filters.chosen:
        found.append(Step(_price_words(filters), list_url(filters.without("price"))))
    if filters.in_stock:
        found.append(Step("In stock", list_url(filters.without("in_stock"))))
    return tuple(found)


def next_steps(filters: Filters, found: Facets) -> tuple[Step, ...]:
    """Lists that give up one filter and are not empty, the fullest first."""
    ways = [
        Step(_GIVE_UP[name], list_url(filters.without(name)), found.given_up.get(name, 0))
        for name in filters.chosen
    ]
    return tuple(sorted((way for way in ways if way.count), key=lambda way: -(way.count or 0)))


def price_fields(filters: Filters, found: Facets) -> dict[str, str] | None:
    """What the two price fields hold, None where there is nothing to choose between."""
    lowest, highest = found.lowest_cents, found.highest_cents
    if "price" not in filters.chosen and lowest == highest:
        return None
    cents = {
        "least": filters.least_cents, "most": filters.most_cents,
        "lowest": lowest, "highest": highest,
    }  # fmt: skip
    texts = {name: "" if price is None else price_text(price) for name, price in cents.items()}
    return texts | {"currency": settings().STOREFRONT_CURRENCY}


def _price_words(filters: Filters) -> str:
    currency = settings().STOREFRONT_CURRENCY
    least, most = (
        show_money(cents, currency) if cents is not None else ""
        for cents in (filters.least_cents, filters.most_cents)
    )
    if least and most:
        return f"{least} to {most}"
    return f"From {least}" if least else f"Up to {most}"
