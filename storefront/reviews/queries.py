"""Reads of reviews: one statement for a public page, few for the desk."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, and_, func, select

from .. import catalog, claims, orders
from ..database import db, one_page
from ..display import paragraphs
from .models import BOUGHT, Rating, Review
from .rating import RatingView, view_of
from .reasons import INCENTIVES, RELATIONSHIPS
from .texts import checked

PER_PAGE, LATEST = 10, 3
PER_DESK_PAGE = 50
_R = cast(Table, Review.__table__).c
_A = cast(Table, Rating.__table__).c
_SUMS = [_A[name] for name in ("ones", "twos", "threes", "fours", "fives", "shown", "withheld")]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as readers see it; notes are what they should know of its author."""

    id: int
    stars: int
    name: str
    paragraphs: tuple[str, ...]
    notes: tuple[str, ...]
    answer: tuple[str, ...]
    created_at: datetime

    @property
    def filled(self) -> int:
        """How much of a row of five stars is filled, in percent."""
        return self.stars * 20


@dataclass(frozen=True, slots=True)
class ProductReviews:
    """What stands on the page of a product: all stars, and the newest texts of those shown."""

    rating: RatingView
    reviews: tuple[ReviewView, ...]


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """A review as the desk sees it: without its stars, so that nobody decides by them."""

    id: int
    version: int
    state: str
    name: str
    text: str
    notes: tuple[str, ...]
    answer: str
    created_at: datetime
    decided_by: str
    reason_code: str
    product: str
    slug: str
    findings: tuple[claims.Finding, ...]
    same_as: tuple[int, ...]


def product_reviews(product_id: int, *, page: int = 1, most: int = LATEST) -> ProductReviews:
    """The rating of a product and a page of its reviews, newest first, in one statement.

    This is also what structured data is made of: rating.average, rating.count and reviews.
    """
    rows = db.read(
        select(*_SUMS, _R.id, _R.stars, _R.name, _R.text, _R.answer, _R.incentive,
               _R.relationship, _R.created_at)
        .select_from(Rating.__table__)
        .outerjoin(
            Review.__table__, and_(_R.product_id == _A.product_id, _R.state == "shown")
        )
        .where(_A.product_id == product_id)
        .order_by(_R.id.desc())
        .limit(most)
        .offset((page - 1) * most)
    ).all()  # fmt: skip
    if not rows:
        return ProductReviews(RatingView(), ())
    shown = tuple(_view(row) for row in rows if row.id is not None)
    return ProductReviews(view_of(rows[0]), shown)


def ratings(product_ids: Iterable[int]) -> dict[int, RatingView]:
    """Product id → rating, of those that have one, in one statement."""
    ids = sorted(set(product_ids))
    if not ids:
        return {}
    rows = db.read(select(_A.product_id, *_SUMS).where(_A.product_id.in_(ids)))
    return {row.product_id: view_of(row) for row in rows}


def bought(line_id: int) -> tuple[catalog.VariantView, Review | None] | None:
    """The article of an order's line, and what its buyer wrote of it; nothing else of the order."""
    sku = db.session.scalar(select(orders.OrderLine.sku).where(orders.OrderLine.id == line_id))
    article = catalog.variants_by_sku([sku]).get(sku) if sku else None
    if article is None:
        return None
    return article, db.session.scalar(select(Review).where(Review.order_line_id == line_id))


def lines_to_review(reference: str) -> dict[str, int]:
    """SKU → line id, of what has left of an order that is paid."""
    line, order = orders.OrderLine, orders.Order
    rows = db.session.execute(
        select(line.sku, line.id)
        .join(order, order.id == line.order_id)
        .where(
            order.reference == reference,
            order.paid_at.is_not(None),
            order.state.in_(BOUGHT),
            line.shipped_quantity > 0,
        )
    )
    return {row.sku: row.id for row in rows}


def review_page(state: str, page: int) -> tuple[Sequence[ReviewDesk], int, int]:
    """Reviews in a state, the oldest waiting first; with the page it is and how many there are."""
    product = catalog.Product
    wanted = (
        select(Review, product.name, product.slug)
        .join(product, product.id == Review.product_id)
        .where(Review.state == state)
        .order_by(Review.id if state == "waiting" else Review.id.desc())
    )
    rows, _, page, pages = one_page(wanted, page, per_page=PER_DESK_PAGE)
    found = db.session.execute(rows).all()
    same = _same_texts([one for one, _, _ in found])
    return [_desk(one, name, slug, same) for one, name, slug in found], page, pages


def count_waiting() -> int:
    """How many nobody has read yet."""
    query = select(func.count()).select_from(Review).where(Review.state == "waiting")
    return db.session.scalar(query) or 0


def shop_texts() -> Iterator[claims.Text]:
    """The reviews and answers that readers see, for check-claims."""
    rows = db.session.execute(
        select(Review.id, Review.name, Review.text, Review.answer)
        .where(Review.state == "shown")
        .order_by(Review.id)
    )
    for id_, name, text, answer in rows:
        said = f"{name}: {text}"
        yield claims.Text(f"review {id_}", said, context="review", markup="letters")
        if answer:
            place = f"review {id_} answer"
            yield claims.Text(place, answer, context="marketing", markup="letters")


def _notes(incentive: str, relationship: str) -> tuple[str, ...]:
    return tuple(filter(None, (INCENTIVES[incentive], RELATIONSHIPS[relationship])))


def _view(row: Any) -> ReviewView:
    return ReviewView(
        row.id,
        row.stars,
        row.name,
        paragraphs(row.text),
        _notes(row.incentive, row.relationship),
        paragraphs(row.answer),
        row.created_at,
    )


def _desk(one: Review, product: str, slug: str, same: dict[str, list[Review]]) -> ReviewDesk:
    others = (other for other in same.get(one.text_key, ()) if other.name != one.name)
    return ReviewDesk(
        one.id, one.version, one.state, one.name, one.text,
        _notes(one.incentive, one.relationship), one.answer, one.created_at, one.decided_by,
        one.reason_code, product, slug, tuple(claims.find(checked(one.name, one.text))),
        tuple(other.id for other in others),
    )  # fmt: skip


def _same_texts(found: Sequence[Review]) -> dict[str, list[Review]]:
    """Key → all reviews with a text of the same words, in one statement."""
    keys = {one.text_key for one in found if one.text_key}
    same: dict[str, list[Review]] = {}
    if keys:
        query = select(Review).where(Review.text_key.in_(sorted(keys))).order_by(Review.id)
        for one in db.session.scalars(query):
            same.setdefault(one.text_key, []).append(one)
    return same
