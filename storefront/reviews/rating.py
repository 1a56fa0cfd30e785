"""Adding up: every star of every buyer, whatever became of the text beside it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from sqlalchemy import case, func, insert, select
from sqlalchemy.exc import IntegrityError

from ..database import db, require_transaction
from ..pages import settings
from .models import Rating, Review

_NAMES = ("ones", "twos", "threes", "fours", "fives")


@dataclass(frozen=True, slots=True)
class Bar:
    """How many gave this many stars, with the share of them in whole percent."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class RatingView:
    """What buyers think of a product on the whole.

    counts are of one star up to five, of all buyers who gave some; shown and withheld say how many
    texts are published and how many will not be. The others wait to be read.
    """

    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    shown: int = 0
    withheld: int = 0

    @property
    def count(self) -> int:
        """How many buyers gave stars."""
        return sum(self.counts)

    @property
    def tenths(self) -> int:
        """The average in tenths of a star, half a tenth rounded up; 0 without any."""
        total = sum(stars * count for stars, count in enumerate(self.counts, start=1))
        return (20 * total + self.count) // (2 * self.count) if self.count else 0

    @property
    def average(self) -> Decimal:
        """The average with one decimal, for machines."""
        return Decimal(self.tenths) / 10

    @property
    def average_words(self) -> str:
        """The average as the shop writes numbers: 4.6 or 4,6."""
        return format_decimal(self.average, "0.0", locale=settings().STOREFRONT_LOCALE)

    @property
    def filled(self) -> int:
        """How much of a row of five stars is filled, in percent."""
        return self.tenths * 2

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Five stars first."""
        return tuple(
            Bar(stars, count, 100 * count // self.count if self.count else 0)
            for stars, count in reversed(list(enumerate(self.counts, start=1)))
        )


def view_of(row: Any) -> RatingView:
    """The view of a row of Rating, or of one with its columns."""
    return RatingView(
        (row.ones, row.twos, row.threes, row.fours, row.fives), row.shown, row.withheld
    )


def add_up(product_id: int) -> None:
    """Adds the reviews of a product up anew, one transaction after the other."""
    session = require_transaction()
    session.flush()
    # Locked before anything is counted: who comes second must see what the first has added.
    kept = select(Rating).where(Rating.product_id == product_id).with_for_update()
    fresh = {"populate_existing": True}
    rating = session.scalar(kept, execution_options=fresh)
    if rating is None:
        try:
            with session.begin_nested():
                session.execute(insert(Rating).values(product_id=product_id))
        except IntegrityError:
            pass
        rating = session.scalars(kept, execution_options=fresh).one()
    for name, value in _counted(product_id).get(product_id, _NOTHING).items():
        setattr(rating, name, value)
    session.flush()


def disagreements() -> list[str]:
    """A sentence for each product whose rating is not what its reviews add up to; for doctor."""
    counted = _counted()
    kept = {row.product_id: row for row in db.session.scalars(select(Rating))}
    return [
        f"product {id_}: its rating is not what its reviews add up to"
        for id_ in sorted(counted.keys() | kept.keys())
        if counted.get(id_, _NOTHING) != _kept(kept.get(id_))
    ]


_NOTHING = dict.fromkeys((*_NAMES, "shown", "withheld"), 0)


def _kept(rating: Rating | None) -> dict[str, int]:
    return {name: getattr(rating, name) for name in _NOTHING} if rating else _NOTHING


def _counted(product_id: int | None = None) -> dict[int, dict[str, int]]:
    def how_many(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    stars = [how_many(Review.stars == n).label(name) for n, name in enumerate(_NAMES, start=1)]
    texts = [how_many(Review.state == state).label(state) for state in ("shown", "withheld")]
    query = select(Review.product_id, *stars, *texts).group_by(Review.product_id)
    if product_id is not None:
        query = query.where(Review.product_id == product_id)
    return {
        row["product_id"]: {name: int(row[name]) for name in _NOTHING}
        for row in db.session.execute(query).mappings()
    }
