"""Verbs of orders taken by phone; what is paid or being paid is the checkout's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from .. import cart, orders
from ..database import now, require_transaction, was_changed
from ..errors import Refusal
from ..pages import settings
from . import letters
from .models import Draft
from .queries import FoundDraft, by_reference, price


class PaidMeanwhile(Refusal):
    """The shopper was faster: it is an order by now."""

    status = 409

    def __init__(self) -> None:
        super().__init__("This was paid just now, so nothing of it can be changed any more.")


class NothingToPay(Refusal):
    """None of it can be had, so a letter would lead nowhere."""

    def __init__(self) -> None:
        super().__init__("Nothing of this can be had at the moment, so no letter was sent.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants (SKU → units), and how they are reached; note is for them to read.

    code is that of an offer, '' for none.
    """

    email: str
    name: str
    note: str
    goods: Mapping[str, int]
    code: str = ""


def write(wish: Wish, *, token: str, actor: str) -> tuple[str, bool]:
    """Puts an order together; returns its reference, and whether this form wrote it just now.

    Raises UnknownProduct, OnlySomeLeft, CartFull or CodeRefused of the cart.
    """
    session = require_transaction()
    there = session.scalar(select(Draft.reference).where(Draft.token == token))
    if there is not None:
        return there, False
    until = _valid_until()
    basket, _ = cart.open_cart()  # whose token nobody keeps: no cookie opens it
    cart.keep_open(basket.id, until=until)
    draft = Draft(
        reference=orders.new_reference(),
        token=token,
        cart_id=basket.id,
        made_by=actor[:320],
        valid_until=until,
        **_facts(wish),
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:  # the same form, sent twice at the same moment
        found = select(Draft.reference).where(Draft.token == token)
        return session.scalars(found).one(), False
    _fill(basket.id, wish)
    return draft.reference, True


def change(reference: str, wish: Wish, *, version: int) -> bool:
    """Writes over what somebody saw; False when it is something else by now.

    Raises PaidMeanwhile, or what write() raises; the caller's transaction then rolls back.
    """
    found = _unpaid(reference)
    if not _update(reference, Draft.version == version, version=version + 1, **_facts(wish)):
        return False
    _fill(found.draft.cart_id, wish)
    return True


def send(reference: str, *, version: int, times_sent: int) -> bool:
    """Writes the letter that leads to paying, which is good for the days of the setting from now.

    False when it was sent, changed or cancelled since somebody saw it. Raises PaidMeanwhile,
    NothingToPay.
    """
    found = _unpaid(reference)
    as_seen = (Draft.version == version) & (Draft.times_sent == times_sent)
    until = _valid_until()
    if not _update(
        reference, as_seen & ~Draft.is_cancelled, times_sent=times_sent + 1, valid_until=until
    ):
        return False
    priced = price(found.draft)
    if not priced.is_buyable:
        raise NothingToPay
    cart.keep_open(found.draft.cart_id, until=until)
    return letters.write(_fresh(reference), priced)


def cancel(reference: str) -> bool:
    """Nobody can pay it any more; False when it was cancelled before. Raises PaidMeanwhile."""
    draft = _unpaid(reference).draft
    if not _update(reference, ~Draft.is_cancelled, is_cancelled=True, version=Draft.version + 1):
        return False
    cart.keep_open(draft.cart_id, until=now())
    return True


def reopen(reference: str) -> bool:
    """Takes a cancelled one up again, with the days that it had left, or new ones."""
    draft = _fresh(reference)
    until = draft.valid_until if draft.valid_until > now() else _valid_until()
    if not _update(
        reference,
        Draft.is_cancelled,
        is_cancelled=False,
        valid_until=until,
        version=Draft.version + 1,
    ):
        return False
    cart.keep_open(draft.cart_id, until=until)
    return True


def _unpaid(reference: str) -> FoundDraft:
    found = by_reference(reference)
    assert found is not None  # whoever asks has found it before; none is ever deleted
    if found.is_paid:
        raise PaidMeanwhile
    return found


def _fill(cart_id: int, wish: Wish) -> None:
    cart.fill(cart_id, wish.goods)
    currency = settings().STOREFRONT_CURRENCY
    cart.use_code(cart_id, wish.code, email=wish.email, currency=currency)


def _fresh(reference: str) -> Draft:
    found = select(Draft).where(Draft.reference == reference)
    fresh = {"populate_existing": True}
    return require_transaction().scalars(found, execution_options=fresh).one()


def _valid_until() -> datetime:
    return now() + timedelta(days=settings().STOREFRONT_DRAFT_DAYS)


def _facts(wish: Wish) -> dict[str, Any]:
    return {"email": wish.email, "name": wish.name, "note": wish.note}


def _update(reference: str, guard: Any, **values: Any) -> bool:
    session = require_transaction()
    is_it = Draft.reference == reference
    return was_changed(session.execute(update(Draft).where(is_it, guard).values(**values)))
