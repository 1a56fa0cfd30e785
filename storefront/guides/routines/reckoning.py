"""How long a size lasts at a pace, and what a week of it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ... import catalog
from ...catalog import OfferView

MOST_BY_HAND = 7  # a pace is chosen among so many; an article that is used oftener has its own
_DAYS_A_WEEK = 7
_WEEKS_FROM = 21  # days: a span is told in whole weeks from here on


@dataclass(frozen=True, slots=True)
class Size:
    """A size of a product at a pace: for how many times it is enough, and what a week costs."""

    offer: OfferView
    goes: int
    lasts: str
    week_cents: int


def sizes_at(offers: Iterable[OfferView], amount: Decimal, times: int) -> tuple[Size, ...]:
    """The sizes that hold enough for one time at least; times is how often in a week."""
    return tuple(_size(offer, amount, times) for offer in offers if offer.amount >= amount)


def paces(most: Iterable[int | None]) -> tuple[int, ...]:
    """How often in a week a shopper may choose, of articles that are used so often at most.

    Never oftener than the catalogue says of any of them.
    """
    least = min((times for times in most if times), default=MOST_BY_HAND)
    by_hand = tuple(range(1, min(least, MOST_BY_HAND) + 1))
    return by_hand if least <= MOST_BY_HAND else (*by_hand, least)


def span(days: int | None) -> str:
    """'about 10 days', 'about 3 weeks': whole ones, and never more than there are."""
    if not days:
        return "less than a day"
    if days >= _WEEKS_FROM:
        return f"about {days // _DAYS_A_WEEK} weeks"
    return f"about {days} {'day' if days == 1 else 'days'}"


def _size(offer: OfferView, amount: Decimal, times: int) -> Size:
    week = Decimal(offer.price_cents) * amount * times / offer.amount
    return Size(
        offer,
        goes=int(offer.amount / amount),
        lasts=span(catalog.lasts_days(offer.amount, amount, times)),
        week_cents=int(week.quantize(Decimal(1), ROUND_HALF_UP)),
    )
