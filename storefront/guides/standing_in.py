"""What a guide shows in place of a product that is sold out, and who chose it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..catalog import Near, ProductCardView


@dataclass(frozen=True, slots=True)
class StandIn:
    """A product that can be bought in place of another; sku is the size that comes nearest, or ''.

    chosen_by is "editor" for what the guide's author wrote, "nearest" for what the rule found.
    """

    card: ProductCardView
    sku: str
    chosen_by: str


def stand_in(
    product_id: int,
    wanted: int | None,
    *,
    cards: Mapping[int, ProductCardView],
    nearest: Mapping[int, Near],
) -> StandIn | None:
    """Who stands in for a product now: what the author wanted if there is some, else the nearest.

    None while the product can be bought, is not in the shop, or nothing can take its place.
    """
    card = cards.get(product_id)
    if card is None or not card.is_sold_out:
        return None
    own = cards.get(wanted) if wanted is not None else None
    if own is not None and not own.is_sold_out:
        return StandIn(own, "", "editor")
    near = nearest.get(product_id)
    if near is None or near.product_id not in cards:
        return None
    return StandIn(cards[near.product_id], near.sku, "nearest")
