"""Offers for tests, and what they did to orders."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from storefront import offers, orders
from storefront.database import db, now

from .shop import Shop

MARCH = "MARCH"


def offer(shop: Shop, **changes: Any) -> int:
    """An offer that runs: ten percent off everything with the code MARCH, unless told otherwise."""
    facts: dict[str, Any] = {
        "name": "Ten off",
        "code": MARCH,
        "kind": "percent",
        "percent": 10,
        "currency": "EUR",
        "starts_at": now() - timedelta(minutes=1),
    }
    new = offers.NewOffer(**(facts | changes))
    return shop.do(lambda: offers.write(new, actor="ida@shop.example").id)


def used(shop: Shop, offer_id: int) -> int:
    """How many orders have it, by its own count."""
    found = shop.ask(lambda: offers.by_id(offer_id))
    assert found is not None
    return found.used


def uses(shop: Shop) -> list[offers.OfferUse]:
    """Every use of every offer, oldest first."""
    query = sa.select(offers.OfferUse).order_by(offers.OfferUse.id)
    return shop.ask(lambda: list(db.session.scalars(query)))


def reductions(shop: Shop) -> list[orders.OrderReduction]:
    """Every reduction of every order, oldest first."""
    query = sa.select(orders.OrderReduction).order_by(orders.OrderReduction.id)
    return shop.ask(lambda: list(db.session.scalars(query)))


def with_offer(shop: Shop) -> list[orders.Order]:
    """Orders that an offer made cheaper, oldest first."""
    return [order for order in shop.orders() if order.reduced_cents]
