"""What templates of other features may ask of reviews."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..pages import settings
from .invitations import are_on
from .links import review_path
from .queries import ProductReviews, lines_to_review, product_reviews, ratings
from .rating import RatingView


@dataclass(frozen=True, slots=True)
class ReviewsShown:
    """The reviews on a product's page; asks says whether the shop writes to buyers."""

    found: ProductReviews
    asks: bool


def reviews_shown(product_id: int) -> ReviewsShown:
    """The rating and the newest reviews of a product, in one statement."""
    return ReviewsShown(product_reviews(product_id), are_on())


def asked_after_days() -> int:
    """How many days after the last parcel a letter asks for reviews; 0 where none does."""
    return settings().STOREFRONT_REVIEW_DAYS if are_on() else 0


def card_ratings(cards: Iterable[Any]) -> dict[int, RatingView]:
    """Product id → rating, for a list of cards; in one statement."""
    return ratings(card.id for card in cards)


def links_of_order(reference: str) -> dict[str, str]:
    """SKU → where its buyer writes a review, of what has left of a paid order."""
    return {sku: review_path(line_id) for sku, line_id in lines_to_review(reference).items()}
