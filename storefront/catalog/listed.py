"""The whole shop for machines: every product on sale, a stretch of ids at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, func, literal_column

from ..database import db
from ..pages import settings
from .queries import Pictures, cards_of, pictures_of
from .statements import LISTED, LISTED_BETWEEN, OFFERS_BETWEEN, PICTURES_BETWEEN, P
from .views import PictureView, ProductCardView, media_base

STRETCH = 1000  # ids; few enough to be held at once, many enough to be read fast
# Written out: PostgreSQL takes two parameters of one value for two groups.
_NUMBER = P.id // literal_column(str(STRETCH), Integer)
_STRETCHES = (
    LISTED.with_only_columns(_NUMBER, func.max(P.updated_at)).group_by(_NUMBER).order_by(_NUMBER)
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A thousand ids with something on sale among them, and when that last changed.

    Its number stays the same, whatever is sold or archived, so it makes a lasting address.
    """

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product that has a page, as a list of addresses names it."""

    slug: str
    updated_at: datetime
    pictures: tuple[PictureView, ...]


def stretches() -> tuple[Stretch, ...]:
    """All stretches in which something is on sale, in one statement."""
    return tuple(Stretch(*row) for row in db.read(_STRETCHES))


def cards_in(number: int) -> list[tuple[ProductCardView, tuple[PictureView, ...]]]:
    """Each product of a stretch with all its pictures, by id, in two statements."""
    rows = db.read(OFFERS_BETWEEN, _ids(number)).all()
    pictures = _pictures(number)
    cards = cards_of(rows, pictures, settings().STOREFRONT_LOW_STOCK)
    return [(cards[id_], _shown(pictures, id_)) for id_ in sorted(cards)]


def listed_in(number: int) -> list[ListedProduct]:
    """Each product of a stretch as an address, by id, in two statements."""
    rows = db.read(LISTED_BETWEEN, _ids(number)).all()
    pictures = _pictures(number)
    return [ListedProduct(slug, at, _shown(pictures, id_)) for id_, slug, at in rows]


def _pictures(number: int) -> Pictures:
    return pictures_of(db.read(PICTURES_BETWEEN, _ids(number)), media_base())


def _shown(pictures: Pictures, product_id: int) -> tuple[PictureView, ...]:
    return tuple(view for _, view in pictures.get(product_id, ()))


def _ids(number: int) -> dict[str, int]:
    return {"first": number * STRETCH, "last": (number + 1) * STRETCH - 1}
