"""Reads of orders."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from ..database import db
from .models import Order, OrderEvent, OrderLine

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """One page of a list of orders, newest first; total counts those on all of its pages."""

    orders: tuple[Order, ...]
    total: int
    page: int
    pages: int


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
    order_id = _id_of(number)
    if order_id is None or not email.strip():
        return None
    return db.session.execute(
        select(Order).where(Order.id == order_id, func.lower(Order.email) == email.strip().lower())
    ).scalar_one_or_none()


def search(text: str = "", *, state: str = "", page: int = 1) -> FoundOrders:
    """Orders whose number is this, or whose e-mail or name has it in it; all without a text.

    A page past the end becomes the last.
    """
    wanted = select(Order)
    if state:
        wanted = wanted.where(Order.state == state)
    if text.strip():
        wanted = wanted.where(or_(*_mentions(text.strip())))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    window = wanted.order_by(Order.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return FoundOrders(tuple(db.session.scalars(window)), total, page, pages)


def _mentions(text: str) -> list[ColumnElement[bool]]:
    found = [column.icontains(text, autoescape=True) for column in (Order.email, Order.ship_name)]
    order_id = _id_of(text)
    return found if order_id is None else [*found, Order.id == order_id]


def _id_of(number: str) -> int | None:
    """The key behind the short number that people say: 1042 or #1042."""
    digits = number.strip().lstrip("#")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) - 1000 if is_number else None


def lines_of(order_id: int) -> Sequence[OrderLine]:
    """The lines of an order, as they were placed."""
    return db.session.scalars(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.id)
    ).all()


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
