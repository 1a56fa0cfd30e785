"""Gift notes for whoever asks what is kept of them, and wants it forgotten."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select, update

from ..database import db, require_transaction
from .models import Order


def with_gift_note(email: str) -> Sequence[Order]:
    """Orders with a gift note of the buyer with this address, oldest first.

    Also what was placed from the same carts and never paid, of which no address is known.
    """
    is_theirs = func.lower(Order.email) == email.strip().lower()
    carts = select(Order.cart_id).where(is_theirs, Order.cart_id.is_not(None))
    is_unpaid = (Order.email == "") & Order.cart_id.in_(carts)
    query = select(Order).where(Order.gift_note != "", or_(is_theirs, is_unpaid))
    return db.session.scalars(query.order_by(Order.id)).all()


def forget_gift_note(order_id: int) -> None:
    """Erases the gift note of an order."""
    erased = update(Order).where(Order.id == order_id).values(gift_note="")
    require_transaction().execute(erased)
