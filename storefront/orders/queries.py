"""Reads of orders."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select

from ..database import db
from .models import NO_INVITATION, Order, OrderEvent, OrderLine, OrderReduction


def by_id(order_id: int) -> Order | None:
    """The order with this id, fresh from the database."""
    return db.session.get(Order, order_id, populate_existing=True)


def by_reference(reference: str, *, lock: bool = False) -> Order | None:
    """The order with this unguessable reference; locked until the transaction ends if asked."""
    query = select(Order).where(Order.reference == reference)
    if lock:
        query = query.with_for_update()
    return db.session.execute(
        query, execution_options={"populate_existing": True}
    ).scalar_one_or_none()


def by_references(references: Collection[str]) -> dict[str, Order]:
    """Those of these orders that are here, by reference."""
    wanted = sorted(references)
    found: dict[str, Order] = {}
    for first in range(0, len(wanted), 1000):
        query = select(Order).where(Order.reference.in_(wanted[first : first + 1000]))
        fresh = db.session.scalars(query, execution_options={"populate_existing": True})
        found |= {order.reference: order for order in fresh}
    return found


def paid_between(start: datetime, end: datetime) -> Sequence[Order]:
    """Orders whose money arrived in a period, by the shop's clock."""
    is_within = (Order.paid_at >= start) & (Order.paid_at < end)
    return db.session.scalars(select(Order).where(is_within).order_by(Order.paid_at)).all()


def by_session(session_id: str) -> Order | None:
    """The order whose payment page is this session."""
    return db.session.execute(
        select(Order).where(Order.session_id == session_id)
    ).scalar_one_or_none()


def find(number: str, email: str) -> Order | None:
    """The order with this short number, if the e-mail address is the one that paid it."""
    order_id = id_of(number)
    if order_id is None or not email.strip():
        return None
    return db.session.execute(
        select(Order).where(Order.id == order_id, func.lower(Order.email) == email.strip().lower())
    ).scalar_one_or_none()


def id_of(number: str) -> int | None:
    """The key behind the short number that people say: 1042 or #1042."""
    digits = number.strip().lstrip("#")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) - 1000 if is_number else None


def by_ids(order_ids: Collection[int]) -> Sequence[Order]:
    """These orders, oldest first."""
    return db.session.scalars(
        select(Order).where(Order.id.in_(sorted(order_ids))).order_by(Order.id)
    ).all()


def lines_of_all(order_ids: Collection[int]) -> dict[int, list[OrderLine]]:
    """Order id → its lines, in one statement."""
    found: dict[int, list[OrderLine]] = {order_id: [] for order_id in order_ids}
    query = select(OrderLine).where(OrderLine.order_id.in_(sorted(found))).order_by(OrderLine.id)
    for line in db.session.scalars(query):
        found[line.order_id].append(line)
    return found


def lines_of(order_id: int) -> Sequence[OrderLine]:
    """The lines of an order, as they were placed."""
    return db.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    ).all()


def reductions_of(order_ids: Collection[int]) -> dict[int, list[OrderReduction]]:
    """Order id → what offers took off its lines and delivery, in one statement."""
    found: dict[int, list[OrderReduction]] = {order_id: [] for order_id in order_ids}
    query = select(OrderReduction).where(OrderReduction.order_id.in_(sorted(found)))
    for one in db.session.scalars(query.order_by(OrderReduction.id)):
        found[one.order_id].append(one)
    return found


def quantities_of(order_id: int) -> dict[str, int]:
    """SKU → units, over all lines of an order."""
    found: Counter[str] = Counter()
    for line in lines_of(order_id):
        found[line.sku] += line.quantity
    return dict(found)


def open_for_cart(cart_id: int) -> Order | None:
    """The pending order of a cart, if there is one."""
    return db.session.execute(
        select(Order).where(Order.cart_id == cart_id, Order.state == "pending")
    ).scalar_one_or_none()


def wants_no_invitation(email: str) -> bool:
    """Whether somebody with this address refused, with any order, to be asked for a review."""
    is_refused = (
        exists()
        .where(Order.email == email, OrderEvent.order_id == Order.id)
        .where(OrderEvent.kind == NO_INVITATION)
    )
    return bool(db.session.scalar(select(is_refused)))


def unpaid_since(before: datetime) -> Sequence[Order]:
    """Orders that have waited for their money since before this moment, oldest first."""
    return db.session.scalars(
        select(Order)
        .where(Order.state.in_(("pending", "processing")), Order.placed_at < before)
        .order_by(Order.placed_at)
    ).all()


def history_of(order_id: int) -> Sequence[OrderEvent]:
    """What happened to an order, oldest first."""
    return db.session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)
    ).all()
