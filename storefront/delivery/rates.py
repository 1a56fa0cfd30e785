"""One flat rate, and free from a sum on; tax is inside every price."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..money import included_tax
from ..pages import settings

BUSINESS_DAYS = (2, 4)


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """How a cart travels: price in minor units, days are business days."""

    name: str
    price_cents: int
    days: tuple[int, int]
    missing_for_free_cents: int


def delivery_for(subtotal_cents: int) -> DeliveryOption:
    """The delivery of goods worth this much."""
    shop = settings()
    missing = max(shop.STOREFRONT_FREE_DELIVERY_FROM_CENTS - subtotal_cents, 0)
    if not missing:
        return DeliveryOption("Free standard delivery", 0, BUSINESS_DAYS, 0)
    return DeliveryOption(
        "Standard delivery", shop.STOREFRONT_DELIVERY_CENTS, BUSINESS_DAYS, missing
    )


def tax_basis_points(tax_class: str) -> int:
    """The rate inside prices of this tax class; an unknown class counts as standard."""
    rates = settings().tax_basis_points
    return rates.get(tax_class, rates["standard"])


def vat_of(lines: Iterable[tuple[int, int]], delivery_cents: int) -> int:
    """The tax inside an order: lines of (gross minor units, basis points) and its delivery.

    Delivery follows the goods; with goods of several rates the highest is charged on it.
    """
    rows = list(lines)
    highest = max((rate for _, rate in rows), default=0)
    by_rate: dict[int, int] = {}
    for gross, rate in [*rows, (delivery_cents, highest)]:
        by_rate[rate] = by_rate.get(rate, 0) + gross
    return sum(included_tax(gross, rate) for rate, gross in by_rate.items())
