"""Reads of offers: which count for a cart now, what staff see of them, whether the counts agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from .. import claims
from ..database import db, now, one_page
from ..pages import settings
from . import words
from .codes import shopper_of
from .models import Offer, OfferUse
from .reckoning import Terms

PER_PAGE = 50

#: What an offer is doing, in the words of staff.
STATES = {
    "running": "Running",
    "planned": "Planned",
    "paused": "Paused",
    "used_up": "Used up",
    "ended": "Ended",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What may count for a cart: terms of the offers, that of the code among them if it counts.

    refusal says why the code cannot be used; needs_email that the shopper has to say who they are.
    """

    terms: tuple[Terms, ...] = ()
    code: Terms | None = None
    refusal: str = ""
    needs_email: bool = False


@dataclass(frozen=True, slots=True)
class FoundOffers:
    """One page of the list, each with its state (STATES); total counts all of its pages."""

    offers: tuple[tuple[Offer, str], ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class FoundUses:
    """One page of the uses of an offer, newest first; cents is what all that count took off."""

    uses: Sequence[OfferUse]
    cents: int
    total: int
    page: int
    pages: int


def offered(*, code: str, email: str, owner: str, currency: str) -> Offered:
    """What may count for a cart of this owner, in one statement, or three where there are limits.

    A use that the same owner's open order has taken counts as there to be taken.
    """
    is_wanted = and_(Offer.code.is_(None), is_live(now()))
    if code:
        is_wanted = or_(is_wanted, Offer.code == code)
    query = select(Offer).where(Offer.currency == currency, is_wanted).order_by(Offer.id)
    rows = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    own = _own_uses(rows, owner)
    automatic = [row.terms for row in rows if row.code is None and _has_room(row, own)]
    if not code:
        return Offered(tuple(automatic))
    found = next((row for row in rows if row.code is not None), None)
    refusal = words.UNKNOWN if found is None else _refusal(found, own, email, owner)
    if found is None or refusal:
        return Offered(tuple(automatic), refusal=refusal)
    if found.most_per_shopper is not None and not shopper_of(email):
        return Offered(tuple(automatic), code=found.terms, needs_email=True)
    return Offered((*automatic, found.terms), code=found.terms)


def is_live(moment: datetime) -> ColumnElement[bool]:
    """Whether an offer is neither paused, nor still to come, nor over."""
    has_begun = Offer.starts_at <= moment
    return (
        Offer.is_paused.is_(False)
        & has_begun
        & or_(Offer.ends_at.is_(None), Offer.ends_at > moment)
    )


def by_id(offer_id: int) -> Offer | None:
    """The offer with this number, fresh from the database."""
    return db.session.get(Offer, offer_id, populate_existing=True)


def state_of(offer: Offer) -> str:
    """What an offer is doing (STATES)."""
    return db.session.scalars(select(_state()).where(Offer.id == offer.id)).one()


def search(text: str = "", *, state: str = "", page: int = 1) -> FoundOffers:
    """Offers by words of their name, their code or what they are doing, newest first."""
    found = select(Offer, _state().label("state"))
    if text:
        columns = (Offer.name, Offer.code)
        found = found.where(or_(*(c.icontains(text, autoescape=True) for c in columns)))
    if state:
        found = found.where(_state() == state)
    rows, total, page, pages = one_page(found.order_by(Offer.id.desc()), page, per_page=PER_PAGE)
    return FoundOffers(
        tuple((row[0], row[1]) for row in db.session.execute(rows)), total, page, pages
    )


def uses_of(offer_id: int, *, page: int = 1) -> FoundUses:
    """The orders that have, or had, an offer."""
    of_it = OfferUse.offer_id == offer_id
    sum_ = select(func.sum(OfferUse.cents)).where(of_it, OfferUse.is_counted)
    found = select(OfferUse).where(of_it).order_by(OfferUse.id.desc())
    rows, total, page, pages = one_page(found, page, per_page=PER_PAGE)
    uses = db.session.scalars(rows).all()
    return FoundUses(uses, int(db.session.scalar(sum_) or 0), total, page, pages)


def all_uses(offer_id: int) -> Sequence[OfferUse]:
    """Every use of an offer, oldest first, for a file."""
    found = select(OfferUse).where(OfferUse.offer_id == offer_id).order_by(OfferUse.id)
    return db.session.scalars(found).all()


def disagreements() -> list[tuple[str, int, int]]:
    """Offers whose count is not the number of their uses: name, count, uses."""
    counted = func.count(OfferUse.id)
    query = (
        select(Offer.name, Offer.used, counted)
        .outerjoin(OfferUse, and_(OfferUse.offer_id == Offer.id, OfferUse.is_counted))
        .group_by(Offer.id)
        .having(Offer.used != counted)
        .order_by(Offer.id)
    )
    return [(name, used, uses) for name, used, uses in db.session.execute(query)]


def shop_texts() -> Iterator[claims.Text]:
    """The names of offers, which shoppers read, for the wording rules."""
    for offer in db.session.scalars(select(Offer).order_by(Offer.id)):
        yield claims.Text(f"offer {offer.id}", offer.name)


def _own_uses(rows: Sequence[Offer], owner: str) -> dict[int, int]:
    """Offer → uses that the open order of this owner has taken."""
    limited = [row.id for row in rows if row.most_uses is not None]
    if not limited:
        return {}
    query = (
        select(OfferUse.offer_id, func.count().label("uses"))
        .where(OfferUse.offer_id.in_(limited), OfferUse.owner == owner, OfferUse.is_counted)
        .group_by(OfferUse.offer_id)
    )
    return {row.offer_id: row.uses for row in db.session.execute(query)}


def _has_room(offer: Offer, own: dict[int, int]) -> bool:
    return offer.most_uses is None or offer.used - own.get(offer.id, 0) < offer.most_uses


def _refusal(offer: Offer, own: dict[int, int], email: str, owner: str) -> str:
    """Why the code of an offer cannot be used now, by whatever is in the cart; '' if it can."""
    moment, sentence = now(), ""
    if offer.is_paused:
        sentence = words.PAUSED
    elif offer.starts_at > moment:
        sentence = words.not_yet(offer.starts_at)
    elif offer.ends_at is not None and offer.ends_at <= moment:
        sentence = words.ended(offer.ends_at)
    elif not _has_room(offer, own):
        sentence = words.USED_UP
    elif offer.countries and not set(offer.countries.split()) & set(settings().countries):
        sentence = words.NOT_HERE
    elif offer.most_per_shopper is not None:
        is_done = _uses_of_shopper(offer, email, owner) >= offer.most_per_shopper
        sentence = words.used_by_you(offer.most_per_shopper) * is_done
    return sentence


def _uses_of_shopper(offer: Offer, email: str, owner: str) -> int:
    """How often somebody has used it, besides in the open order of this owner."""
    shopper = shopper_of(email)
    if not shopper:
        return 0
    theirs = (OfferUse.offer_id == offer.id) & (OfferUse.shopper == shopper)
    is_elsewhere = OfferUse.is_counted & (OfferUse.owner != owner)
    count = select(func.count()).select_from(OfferUse).where(theirs, is_elsewhere)
    return db.session.scalar(count) or 0


def _state() -> ColumnElement[str]:
    moment = now()
    return case(
        (Offer.is_paused, "paused"),
        (Offer.ends_at <= moment, "ended"),
        (Offer.starts_at > moment, "planned"),
        (Offer.used >= Offer.most_uses, "used_up"),
        else_="running",
    )
