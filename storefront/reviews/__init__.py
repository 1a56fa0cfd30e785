"""What buyers say: from paid order lines only, read without their stars, all stars counted."""

from .invitations import are_on, due_orders, invite, stop, wants_none
from .links import review_path, review_url, stop_url
from .models import STATES, Rating, Review, ReviewInvitation, ReviewStop
from .operations import (
    BlockedAnswer,
    BlockedReview,
    NewReview,
    NotABuyer,
    NotStars,
    SameText,
    Written,
    answer,
    decide,
    withdraw,
    write,
)
from .privacy import Kept, forget_reviews, reviews_of
from .queries import (
    ProductReviews,
    ReviewDesk,
    ReviewView,
    count_waiting,
    lines_to_review,
    product_reviews,
    ratings,
    review_page,
    shop_texts,
)
from .rating import RatingView, disagreements
from .reasons import REASON_WORDS, REASONS
from .views import ReviewsShown, asked_after_days, card_ratings, links_of_order, reviews_shown

__all__ = [
    "REASONS",
    "REASON_WORDS",
    "STATES",
    "BlockedAnswer",
    "BlockedReview",
    "Kept",
    "NewReview",
    "NotABuyer",
    "NotStars",
    "ProductReviews",
    "Rating",
    "RatingView",
    "Review",
    "ReviewDesk",
    "ReviewInvitation",
    "ReviewStop",
    "ReviewView",
    "ReviewsShown",
    "SameText",
    "Written",
    "answer",
    "are_on",
    "asked_after_days",
    "card_ratings",
    "count_waiting",
    "decide",
    "disagreements",
    "due_orders",
    "forget_reviews",
    "invite",
    "lines_to_review",
    "links_of_order",
    "product_reviews",
    "ratings",
    "review_page",
    "review_path",
    "review_url",
    "reviews_of",
    "reviews_shown",
    "shop_texts",
    "stop",
    "stop_url",
    "wants_none",
    "withdraw",
    "write",
]
