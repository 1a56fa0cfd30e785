"""Which settings of tax and delivery nobody can reckon with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .countries import countries
from .money import smallest_step

if TYPE_CHECKING:
    from .config import Settings

_MOST = 2_000_000_000


def has_wrong_tax(settings: Settings) -> bool:
    """Whether a rate is none, or a country with rates of its own has no standard one."""
    try:
        usual, own = settings.tax_basis_points, settings.tax_basis_points_in
    except (ValueError, OverflowError):
        return True
    return not (own.keys() <= countries().keys()) or not all(
        "standard" in rates and all(0 <= rate <= 10_000 for rate in rates.values())
        for rates in (usual, *own.values())
    )


def has_wrong_delivery(settings: Settings) -> bool:
    """Whether a country's price is none that can be charged, or the country is none."""
    try:
        prices = settings.delivery_cents_to
    except ValueError:
        return True
    step = smallest_step(settings.STOREFRONT_CURRENCY)
    return not (prices.keys() <= countries().keys()) or not all(
        0 <= cents <= _MOST and cents % step == 0 for cents in prices.values()
    )
