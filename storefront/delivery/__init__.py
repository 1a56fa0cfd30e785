"""Where we send, what it costs and when it arrives; the tax inside the price."""

from .rates import (
    BUSINESS_DAYS,
    DeliveryOption,
    countries_like,
    deliveries_for,
    delivery_for,
    tax_basis_points,
    vat_of,
)

__all__ = [
    "BUSINESS_DAYS",
    "DeliveryOption",
    "countries_like",
    "deliveries_for",
    "delivery_for",
    "tax_basis_points",
    "vat_of",
]
