"""Verbs of reviews: write, withdraw, decide, answer. None of them commits, none asks for stars."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from .. import catalog, claims, orders
from ..database import now, require_transaction, was_changed
from ..errors import NotFound, Refusal
from ..pages import drop_pages
from . import letters
from .models import BOUGHT, Review
from .rating import add_up
from .reasons import CHOOSE_STARS, INCENTIVES, REASONS, RELATIONSHIPS, STARS
from .texts import checked, checked_answer, key_of

#: state → the states that a review may go to from it; everything can be undone.
_LEADS_TO = {
    "waiting": ("shown", "withheld"),
    "shown": ("withheld", "waiting"),
    "withheld": ("shown", "waiting"),
}


class NotABuyer(Refusal):
    """The line is not paid, or nothing of it has left the house yet."""

    status = 409

    def __init__(self) -> None:
        super().__init__("A review can be written once the order is paid and on its way.")


class NotStars(Refusal):
    """Stars that are none of one to five."""

    def __init__(self, stars: object) -> None:
        self.stars = stars
        super().__init__(CHOOSE_STARS)


class BlockedReview(Refusal):
    """A review that says what the law of a market forbids a shop to show."""

    def __init__(self, findings: Collection[claims.Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            f"It says {claims.quoted(findings)}, which a shop may not publish. Withhold its text."
        )


class BlockedAnswer(Refusal):
    """An answer with words that the shop may not use."""

    def __init__(self, findings: Collection[claims.Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"Your answer says {claims.quoted(findings)}. Please use other words.")


class SameText(Refusal):
    """The same text is shown under another name."""

    def __init__(self, review_id: int) -> None:
        self.review_id = review_id
        super().__init__(f"Review {review_id} shows the same text under another name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """What a buyer has written, as a form has checked it."""

    stars: int
    text: str
    name: str = ""
    incentive: str = "none"
    relationship: str = "none"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: is_held where its words will not be shown."""

    review: Review
    is_held: bool


def write(line_id: int, new: NewReview) -> Written:
    """Keeps the review of an order's line, or what its author makes of it now.

    A text that was changed waits to be read again; stars that were changed count at once.
    Raises NotStars, NotFound or NotABuyer, and ValueError where an author declares what is none of
    the fixed words.
    """
    session = require_transaction()
    _refuse_unknown(new)
    product_id = _product_bought(line_id)
    review = _of_line(line_id)
    if review is None:
        fresh = Review(order_line_id=line_id, product_id=product_id, text_key=key_of(new.text))
        _take(fresh, new)
        try:
            with session.begin_nested():
                session.add(fresh)
            review = fresh
        except IntegrityError:  # the same form, sent twice at once: it is a correction of itself
            review = _of_line(line_id)
            assert review is not None
    if not _says(review, new):
        _correct(review, new)
    add_up(review.product_id)
    drop_pages()
    return Written(review, bool(claims.blocked(checked(review.name, review.text))))


def withdraw(line_id: int) -> bool:
    """Erases a review, stars and text; False when there is none. Its author may write anew."""
    gone = require_transaction().execute(
        delete(Review).where(Review.order_line_id == line_id).returning(Review.product_id)
    )
    product_id = gone.scalar_one_or_none()
    if product_id is None:
        return False
    add_up(product_id)
    drop_pages()
    return True


def decide(review_id: int, state: str, *, seen: int, actor: str, reason: str = "") -> bool:
    """Shows or withholds the text that somebody has read; False when there is another one by now.

    seen is its version. Raises BlockedReview or SameText when it may not be shown, and ValueError
    for a reason that is none of the fixed ones.
    """
    if (reason in REASONS) != (state == "withheld"):
        raise ValueError("a text is withheld for one of the fixed reasons, and only then")
    session = require_transaction()
    review = session.get(Review, review_id, populate_existing=True, with_for_update=True)
    if review is None or review.version != seen or state not in _LEADS_TO[review.state]:
        return False
    if state == "shown":
        _check(review)
    was_withheld = review.state == "withheld"
    review.state, review.reason_code = state, reason
    review.decided_at, review.decided_by = now(), actor[:320]
    session.flush()
    if state == "withheld":
        letters.write_withheld(review)
    elif was_withheld:
        letters.take_back_withheld(review)
    add_up(review.product_id)
    drop_pages()
    return True


def answer(review_id: int, text: str, *, seen: int, actor: str) -> bool:
    """Writes the shop's answer below a text that is shown, or takes it away with ''.

    False when the review says something else by now. Raises BlockedAnswer.
    """
    found = claims.blocked(checked_answer(text))
    if found:
        raise BlockedAnswer(found)
    answered = require_transaction().execute(
        update(Review)
        .where(Review.id == review_id, Review.version == seen, Review.state == "shown")
        .values(
            answer=text,
            answered_by=actor[:320] if text else "",
            answered_at=now() if text else None,
        )
    )
    drop_pages()
    return was_changed(answered)


def _refuse_unknown(new: NewReview) -> None:
    """Before the database refuses it, which looks as if the same form had come twice."""
    if new.stars not in STARS:
        raise NotStars(new.stars)
    if new.incentive not in INCENTIVES or new.relationship not in RELATIONSHIPS:
        raise ValueError("an author declares one of the fixed words, and nothing else")


def _product_bought(line_id: int) -> int:
    """The product of a line; raises NotFound, or NotABuyer where no paid goods have left."""
    order, line = orders.Order, orders.OrderLine
    row = (
        require_transaction()
        .execute(
            select(line.sku, line.shipped_quantity, order.paid_at, order.state)
            .join(order, order.id == line.order_id)
            .where(line.id == line_id)
        )
        .first()
    )
    article = catalog.variants_by_sku([row.sku]).get(row.sku) if row else None
    if row is None or article is None:
        raise NotFound("We do not have this article any more, so it cannot be reviewed.")
    if row.paid_at is None or row.state not in BOUGHT or row.shipped_quantity < 1:
        raise NotABuyer
    return article.product_id


def _of_line(line_id: int) -> Review | None:
    return require_transaction().scalar(
        select(Review).where(Review.order_line_id == line_id).with_for_update(),
        execution_options={"populate_existing": True},
    )


def _says(review: Review, new: NewReview) -> bool:
    return review.stars == new.stars and not _is_to_be_read(review, new)


def _is_to_be_read(review: Review, new: NewReview) -> bool:
    """Whether something else than the stars is new: those are no business of who reads it."""
    told = (review.text, review.name, review.incentive, review.relationship)
    return told != (new.text, new.name, new.incentive, new.relationship)


def _correct(review: Review, new: NewReview) -> None:
    if _is_to_be_read(review, new):
        review.state, review.reason_code = "waiting", ""
        review.version += 1
        review.answer, review.answered_by, review.answered_at = "", "", None
    _take(review, new)
    review.text_key = key_of(new.text)
    review.changed_at = now()
    require_transaction().flush()


def _take(review: Review, new: NewReview) -> None:
    review.stars, review.text, review.name = new.stars, new.text, new.name
    review.incentive, review.relationship = new.incentive, new.relationship


def _check(review: Review) -> None:
    found = claims.blocked(checked(review.name, review.text))
    if found:
        raise BlockedReview(found)
    if not review.text_key:
        return
    same = select(Review.id).where(
        Review.text_key == review.text_key,
        Review.id != review.id,
        Review.state == "shown",
        Review.name != review.name,
    )
    other = require_transaction().scalar(same.order_by(Review.id).limit(1))
    if other is not None:
        raise SameText(other)
