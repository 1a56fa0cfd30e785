"""Verbs of sign-ups: asked, confirmed, told once when the article is back, and forgotten."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from .. import catalog, inventory, mail
from ..database import require_transaction, was_changed
from . import letters
from .models import SignUp

#: Which text the form showed; a new text has a new name.
WORDING = "2026-11"
DAYS_UNCONFIRMED, DAYS_WAITING, DAYS_TOLD = 7, 365, 30

_MOST_ASKS = 3
_ASK_AGAIN_AFTER = timedelta(minutes=10)
_HEAD_START = timedelta(days=2)  # of those who were told, before the next are told
_MOST_AT_ONCE = 200


def ask(sku: str, email: str, *, now: datetime) -> None:
    """Signs an address up for one letter about a SKU and writes to ask whether it is theirs.

    Who asks again while the first sign-up is open has one sign-up, and is asked again at most
    twice; that nobody can tell from the answer.
    """
    session = require_transaction()
    address = email.strip().lower()
    new = SignUp(
        token=secrets.token_urlsafe(24), sku=sku, email=address, wording=WORDING, asked_at=now
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        _ask_again(sku, address, now)
    else:
        letters.write_please_confirm(new)


def confirm(token: str, *, now: datetime) -> bool:
    """The address is theirs, so they wait; True the first time."""
    confirmed = require_transaction().execute(
        update(SignUp)
        .where(SignUp.token == token, SignUp.state == "asked")
        .values(state="waiting", confirmed_at=now)
    )
    return was_changed(confirmed)


def end(token: str) -> bool:
    """Erases an address and the letters to it; False when nothing was left to erase.

    Of one that was told a row without the address stays a while: its unit is still theirs.
    """
    session = require_transaction()
    _erase_letters([token])
    is_told = SignUp.state == "told"
    blanked = session.execute(
        update(SignUp).where(SignUp.token == token, is_told, SignUp.email != "").values(email="")
    )
    ended = session.execute(delete(SignUp).where(SignUp.token == token, ~is_told))
    return was_changed(blanked) or was_changed(ended)


def tell(sku: str, *, now: datetime) -> int:
    """Writes to those who have waited longest for a SKU; returns to how many.

    To no more than there are units: whoever was told in the last two days may still come for one,
    so theirs are not offered to the next.
    """
    session = require_transaction()
    # Read before counting who was told: a second worker finds those or fails to claim these.
    waiting = session.scalars(
        select(SignUp)
        .where(SignUp.state == "waiting", SignUp.sku == sku)
        .order_by(SignUp.id)
        .limit(_MOST_AT_ONCE)
    ).all()
    article = catalog.variants_by_sku([sku]).get(sku)
    if not waiting or article is None or not article.is_sold:
        return 0
    left = inventory.available([sku]).get(sku, 0) - _told_since(sku, now - _HEAD_START)
    return sum(_tell_one(each, article, now) for each in waiting[: max(left, 0)])


def forget_old(now: datetime) -> int:
    """Erases addresses that were told a month ago, never confirmed, or have waited for a year."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    session = require_transaction()
    is_old = or_(
        and_(SignUp.state == "told", SignUp.told_at < before(DAYS_TOLD)),
        and_(SignUp.state == "asked", SignUp.asked_at < before(DAYS_UNCONFIRMED)),
        and_(SignUp.state == "waiting", SignUp.confirmed_at < before(DAYS_WAITING)),
    )
    old = session.execute(delete(SignUp).where(is_old).returning(SignUp.token)).scalars().all()
    _erase_letters(old)
    return len(old)


def _ask_again(sku: str, email: str, now: datetime) -> None:
    session = require_transaction()
    asked = session.execute(
        update(SignUp)
        .where(
            SignUp.email == email,
            SignUp.sku == sku,
            SignUp.state == "asked",
            SignUp.asks < _MOST_ASKS,
            SignUp.asked_at < now - _ASK_AGAIN_AFTER,
        )
        .values(asks=SignUp.asks + 1, asked_at=now)
        .returning(SignUp.id)
    ).scalar_one_or_none()
    if asked is not None:
        again = session.get(SignUp, asked, populate_existing=True)
        assert again is not None
        letters.write_please_confirm(again)


def _told_since(sku: str, moment: datetime) -> int:
    return (
        require_transaction()
        .execute(
            select(func.count()).where(
                SignUp.state == "told", SignUp.sku == sku, SignUp.told_at > moment
            )
        )
        .scalar_one()
    )


def _tell_one(sign_up: SignUp, article: catalog.VariantView, now: datetime) -> bool:
    claimed = require_transaction().execute(
        update(SignUp)
        .where(SignUp.id == sign_up.id, SignUp.state == "waiting")
        .values(state="told", told_at=now)
    )
    return was_changed(claimed) and letters.write_is_back(sign_up, article)


def _erase_letters(tokens: Iterable[str]) -> None:
    endings = ("", *(f".{ask}" for ask in range(1, _MOST_ASKS + 1)))
    mail.forget(letters.KINDS, [f"{token}{ending}" for token in tokens for ending in endings])
