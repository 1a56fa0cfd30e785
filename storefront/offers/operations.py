"""Verbs of offers: written by staff, used once by each order, given back by one that ends unpaid.

The row of an offer is taken before its uses are looked at, so whoever uses it at the same moment
waits; and rows of several offers are taken in the order of their numbers. An order's transaction
takes its goods first, then its offers, then its cart, and one that ends an order does the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError

from .. import claims
from ..database import now, require_transaction, was_changed
from ..errors import Refusal
from .codes import shopper_of
from .models import Offer, OfferUse
from .queries import is_live
from .reckoning import Cut


class OfferGone(Refusal):
    """Between the shopper's look and their press an offer ended, or its last use was taken."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"“{name}” cannot be used any more: it has ended, or was used as often as it may be."
            " Nothing was charged; please look at the new total."
        )


class CodeTaken(Refusal):
    """Another offer has this code."""

    def __init__(self) -> None:
        super().__init__("Another offer has this code already. Please choose another one.")


class LimitTooLow(Refusal):
    """More orders have the offer than the new limit allows."""

    def __init__(self, used: int) -> None:
        self.used = used
        super().__init__(
            f"{used} orders have it already, so the limit cannot be lower. To stop it, pause it."
        )


class NameNotAllowed(Refusal):
    """The wording rules block what shoppers would read."""

    def __init__(self, findings: Collection[claims.Finding]) -> None:
        super().__init__(f"A shop may not say this of what it sells: {claims.quoted(findings)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffer:
    """All that staff say of an offer; the columns of Offer, by their names."""

    name: str
    code: str | None
    kind: str
    percent: int = 0
    amount_cents: int = 0
    buy_units: int = 0
    free_units: int = 0
    currency: str
    minimum_cents: int = 0
    category_ids: str = ""
    skus: str = ""
    countries: str = ""
    is_combinable: bool = True
    most_uses: int | None = None
    most_per_shopper: int | None = None
    starts_at: datetime
    ends_at: datetime | None = None


def write(new: NewOffer, *, actor: str) -> Offer:
    """A new offer; raises CodeTaken or NameNotAllowed, and then nothing has changed."""
    _check_name(new.name)
    session = require_transaction()
    offer = Offer(**asdict(new), made_by=actor[:320])
    try:
        with session.begin_nested():
            session.add(offer)
    except IntegrityError:
        raise CodeTaken from None
    return offer


def change(offer_id: int, new: NewOffer, *, version: int) -> bool:
    """Writes over what somebody saw; False when it is something else by now.

    Orders that have it keep what it was. Raises CodeTaken, LimitTooLow or NameNotAllowed.
    """
    _check_name(new.name)
    session = require_transaction()
    is_seen = (Offer.id == offer_id) & (Offer.version == version)
    fits = is_seen if new.most_uses is None else is_seen & (_in_time() <= new.most_uses)
    try:
        with session.begin_nested():
            values = {**asdict(new), "version": version + 1}
            if was_changed(session.execute(update(Offer).where(fits).values(values))):
                return True
    except IntegrityError:
        raise CodeTaken from None
    used = session.scalar(select(_in_time()).where(is_seen))
    if used is not None:
        raise LimitTooLow(used)
    return False


def pause(offer_id: int, *, is_paused: bool) -> bool:
    """Takes an offer out for now, or in again; False when it is so already."""
    is_other = (Offer.id == offer_id) & (Offer.is_paused.is_not(is_paused))
    return was_changed(
        require_transaction().execute(
            update(Offer).where(is_other).values(is_paused=is_paused, version=Offer.version + 1)
        )
    )


def take(reference: str, cuts: Sequence[Cut], *, owner: str, email: str = "") -> None:
    """Counts one use of each offer that makes an order cheaper.

    Raises OfferGone when the last use of one was taken; the caller's transaction then rolls back.
    """
    session = require_transaction()
    for cut in sorted(cuts, key=lambda cut: cut.terms.id):
        is_it = (Offer.id == cut.terms.id) & is_live(now())
        if not _count(is_it & has_room()):
            raise OfferGone(cut.terms.name)
        shopper, turn = _turn(cut, email)
        session.add(
            OfferUse(
                offer_id=cut.terms.id,
                order_reference=reference,
                owner=owner,
                shopper=shopper,
                turn=turn,
                cents=cut.cents,
            )
        )
        session.flush()


def give_back(reference: str) -> None:
    """The order came to nothing: whoever comes next may use its offers; once."""
    session = require_transaction()
    for use in _uses(reference):
        is_counted = (OfferUse.id == use.id) & OfferUse.is_counted
        freed = update(OfferUse).where(is_counted).values(is_counted=False, turn=None, owner="")
        if was_changed(session.execute(freed)):
            session.execute(
                update(Offer).where(Offer.id == use.offer_id).values(used=Offer.used - 1)
            )


def keep(reference: str) -> None:
    """The money of an order is here, or under way: its uses count for good.

    One that had been given back counts again, and past the limit if somebody else has taken it: the
    shopper has paid the price that we named.
    """
    session = require_transaction()
    for use in _uses(reference):
        is_it = OfferUse.id == use.id
        session.execute(update(OfferUse).where(is_it).values(owner=""))
        again = update(OfferUse).where(is_it, ~OfferUse.is_counted).values(is_counted=True)
        if not was_changed(session.execute(again)):
            continue
        is_offer = Offer.id == use.offer_id
        if not _count(is_offer & has_room()):
            more = {"used": Offer.used + 1, "late": Offer.late + 1}
            session.execute(update(Offer).where(is_offer).values(more))


def has_room() -> ColumnElement[bool]:
    """Whether one more order may have an offer."""
    return or_(Offer.most_uses.is_(None), Offer.used < Offer.most_uses)


def _in_time() -> ColumnElement[int]:
    """Orders that count towards the limit."""
    return Offer.used - Offer.late


def _count(guard: ColumnElement[bool]) -> bool:
    counted = update(Offer).where(guard).values(used=Offer.used + 1)
    return was_changed(require_transaction().execute(counted))


def _turn(cut: Cut, email: str) -> tuple[str | None, int | None]:
    """Which of their uses this is; the offer's row is ours, so nobody counts beside us.

    Raises OfferGone for one use more than each shopper has.
    """
    session = require_transaction()
    most = session.scalar(select(Offer.most_per_shopper).where(Offer.id == cut.terms.id))
    if most is None:
        return None, None
    shopper = shopper_of(email)
    of_theirs = (OfferUse.offer_id == cut.terms.id) & (OfferUse.shopper == shopper)
    taken = session.scalars(select(OfferUse.turn).where(of_theirs, OfferUse.is_counted)).all()
    if not shopper or len(taken) >= most:
        raise OfferGone(cut.terms.name)
    return shopper, next(turn for turn in range(1, most + 1) if turn not in taken)


def _uses(reference: str) -> Sequence[OfferUse]:
    return (
        require_transaction()
        .scalars(
            select(OfferUse)
            .where(OfferUse.order_reference == reference)
            .order_by(OfferUse.offer_id)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def _check_name(name: str) -> None:
    found = claims.blocked([claims.Text("name", name)])
    if found:
        raise NameNotAllowed(found)


def facts_of(offer: Offer) -> dict[str, Any]:
    """What is written into the log of who did what."""
    return {name: getattr(offer, name) for name in NewOffer.__dataclass_fields__}
