"""A flat rate, free from a sum on, and the tax inside every price; a country may have its own."""

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


def delivery_for(subtotal_cents: int, country: str = "") -> DeliveryOption:
    """The delivery of goods worth this much; '' is any country without a price of its own."""
    shop = settings()
    missing = max(shop.STOREFRONT_FREE_DELIVERY_FROM_CENTS - subtotal_cents, 0)
    if not missing:
        return DeliveryOption("Free standard delivery", 0, BUSINESS_DAYS, 0)
    price = shop.delivery_cents_to.get(country, shop.STOREFRONT_DELIVERY_CENTS)
    return DeliveryOption("Standard delivery", price, BUSINESS_DAYS, missing)


def deliveries_for(subtotal_cents: int) -> tuple[tuple[DeliveryOption, tuple[str, ...]], ...]:
    """Every way in which goods worth this much travel, with the countries that it goes to."""
    ways: dict[DeliveryOption, tuple[str, ...]] = {}
    for country in settings().countries:
        way = delivery_for(subtotal_cents, country)
        ways[way] = (*ways.get(way, ()), country)
    return tuple(ways.items())


def countries_like(country: str = "") -> tuple[str, ...]:
    """Where we send at the delivery price and taxes of this country, itself among them.

    A payment page takes an address in any of them, so that its total is right wherever the parcel
    goes. '' gives those without prices or taxes of their own; () where we do not send.
    """
    served = settings().countries
    if country and country not in served:
        return ()
    return tuple(code for code in served if _terms(code) == _terms(country))


def tax_basis_points(tax_class: str, country: str = "") -> int:
    """The rate inside prices of this tax class; an unknown class counts as standard."""
    _, rates = _terms(country)
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


def _terms(country: str) -> tuple[int, dict[str, int]]:
    """What makes countries alike: the price of delivery, and the rate of each tax class."""
    shop = settings()
    price = shop.delivery_cents_to.get(country, shop.STOREFRONT_DELIVERY_CENTS)
    return price, shop.tax_basis_points_in.get(country, shop.tax_basis_points)
