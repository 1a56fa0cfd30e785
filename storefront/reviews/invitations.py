"""Asking buyers: all alike, once, some days after their goods have left, where the shop may."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from .. import fulfilment, orders, recalls
from ..database import db, require_transaction
from ..pages import settings
from . import letters
from .links import address_key
from .models import Review, ReviewInvitation, ReviewStop

_LATEST_DAYS = 60  # who bought longer ago is not asked any more, whatever was set since
_MOST_AT_ONCE = 200


def are_on() -> bool:
    """Whether this shop writes to buyers at all."""
    return bool(countries())


def countries() -> tuple[str, ...]:
    """Where the buyers live who are asked; see docs/decisions about the law of each market."""
    codes = settings().STOREFRONT_REVIEW_COUNTRIES.split(",")
    return tuple(code.strip().upper() for code in codes if code.strip())


def due_orders(now: datetime) -> Sequence[int]:
    """Orders whose last parcel left long enough ago and whose buyer was not asked yet."""
    if not are_on():
        return ()
    order, parcel = orders.Order, fulfilment.Parcel
    days = settings().STOREFRONT_REVIEW_DAYS
    left = (
        select(parcel.order_id)
        .where(parcel.state == "shipped", parcel.shipped_at > now - timedelta(days=_LATEST_DAYS))
        .group_by(parcel.order_id)
        .having(func.max(parcel.shipped_at) <= now - timedelta(days=days))
    )
    asked = select(ReviewInvitation.order_id).where(ReviewInvitation.order_id == order.id)
    return db.session.scalars(
        select(order.id)
        .where(
            order.id.in_(left),
            order.state == "paid",
            order.stage == "shipped",
            order.email != "",
            order.ship_country.in_(countries()),
            ~asked.exists(),
        )
        .order_by(order.id)
        .limit(_MOST_AT_ONCE)
    ).all()


def invite(order_id: int) -> bool:
    """Asks the buyer of an order, unless somebody did or the address wants none; True if written.

    Left out is what went back, what was recalled, and what has its review already: nothing that
    says how the buyer liked it.
    """
    session = require_transaction()
    try:
        with session.begin_nested():
            session.execute(insert(ReviewInvitation).values(order_id=order_id))
    except IntegrityError:
        return False  # another worker is at it
    orders.lock(order_id)
    order = orders.by_id(order_id)
    if order is None or order.state != "paid" or wants_none(order.email):
        return False
    if orders.wants_no_invitation(order.email):
        stop(order_id)  # kept as a hash, whatever becomes of the order
        return False
    lines = [line for line in orders.lines_of(order_id) if line.refunded_quantity < line.quantity]
    recalled = recalls.recalled_skus(order.reference, [line.sku for line in lines])
    done = set(
        session.scalars(
            select(Review.order_line_id).where(
                Review.order_line_id.in_([line.id for line in lines])
            )
        )
    )
    asked = [line for line in lines if line.sku not in recalled and line.id not in done]
    return bool(asked) and letters.write_invitation(order, asked)


def stop(order_id: int) -> None:
    """Ends invitations to the address of an order."""
    session = require_transaction()
    order = orders.by_id(order_id)
    if order is None or not order.email or wants_none(order.email):
        return
    try:
        with session.begin_nested():
            session.add(ReviewStop(address_key=address_key(order.email)))
    except IntegrityError:
        return


def wants_none(email: str) -> bool:
    """Whether somebody ended invitations to this address."""
    key = address_key(email)
    return db.session.get(ReviewStop, key, populate_existing=True) is not None
