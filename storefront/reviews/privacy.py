"""What somebody may ask for: all that they wrote here, and that it is forgotten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from .. import orders
from ..database import db, require_transaction
from ..pages import drop_pages
from . import letters
from .models import Review
from .rating import add_up


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as it is kept, for whoever wrote it."""

    order_number: str
    article: str
    stars: int
    text: str
    name: str
    incentive: str
    relationship: str
    state: str
    reason_code: str
    answer: str
    created_at: datetime
    changed_at: datetime | None


def reviews_of(email: str) -> tuple[Kept, ...]:
    """What the buyer with this address wrote, oldest first."""
    line, order = orders.OrderLine, orders.Order
    rows = db.session.execute(
        select(Review, line.name, order.id)
        .join(line, line.id == Review.order_line_id)
        .join(order, order.id == line.order_id)
        .where(func.lower(order.email) == email.strip().lower())
        .order_by(Review.id)
    )
    return tuple(
        Kept(
            orders.number_of(order_id), name, one.stars, one.text, one.name, one.incentive,
            one.relationship, one.state, one.reason_code, one.answer, one.created_at,
            one.changed_at,
        )
        for one, name, order_id in rows
    )  # fmt: skip


def forget_reviews(email: str) -> int:
    """Erases the reviews of an address and the letters about them; returns how many reviews.

    Who asked for no invitations is still not asked: of that only a keyed hash is kept.
    """
    line, order = orders.OrderLine, orders.Order
    session = require_transaction()
    own = select(order.id, order.reference).where(func.lower(order.email) == email.strip().lower())
    references = {row.id: row.reference for row in session.execute(own)}
    of_them = select(line.id).where(line.order_id.in_(sorted(references)))
    gone = session.execute(
        delete(Review)
        .where(Review.order_line_id.in_(of_them))
        .returning(Review.order_line_id, Review.version, Review.product_id)
    ).all()
    letters.forget(list(references.values()), [(row[0], row[1]) for row in gone])
    for product_id in sorted({row[2] for row in gone}):
        add_up(product_id)
    drop_pages()
    return len(gone)
