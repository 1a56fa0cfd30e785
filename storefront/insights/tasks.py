"""Counting what shoppers put into their carts and what they wanted in vain, after the fact."""

from typing import Any

from .. import guides
from ..database import transaction
from ..local_time import today
from ..signals import added_to_cart, demand_lost
from .operations import count_add, count_lost


@demand_lost.connect
def count_demand(
    app: object, *, sku: str, guide_slug: str, is_sign_up: bool, block: str = "", **_: Any
) -> None:
    """Counts one, under the guide and the block it came from if there are such ones."""
    place = guides.place_of(guide_slug) if guide_slug else None
    slug = place.slug if place else ""
    known = block if place and block in place.blocks else ""
    with transaction():
        count_lost(today(), sku, slug, known, is_sign_up=is_sign_up)


@added_to_cart.connect
def count_added(app: object, *, sku: str, guide_slug: str, block: str = "", **_: Any) -> None:
    """Counts one press in a guide; what came from elsewhere is no guide's."""
    place = guides.place_of(guide_slug) if guide_slug else None
    if place is None:
        return
    with transaction():
        count_add(today(), place.guide_id, block if block in place.blocks else "", sku)
