"""The lists of orders that staff read: found, filtered, fifty to a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, union
from sqlalchemy.orm import aliased

from ..database import db
from .models import Order, OrderWord
from .queries import id_of
from .stages import WITH_WORK
from .words import fold

PER_PAGE = 50
MOST_COUNTED = 1000  # of what a text finds; whoever finds more writes more of it
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundOrders:
    """One page of a list of orders; total counts those on all of its pages.

    is_more says that a text found more than were counted.
    """

    orders: tuple[Order, ...]
    total: int
    page: int
    pages: int
    is_more: bool = False


def search(text: str = "", *, state: str = "", stage: str = "", page: int = 1) -> FoundOrders:
    """Orders by number or reference, or by the beginning of a word of name, e-mail or SKU.

    All of them without a text; newest first; a page past the end becomes the last. Three
    statements at most, whatever there is.
    """
    wanted = select(Order.id)
    if state:
        wanted = wanted.where(Order.state == state)
    if stage:
        wanted = wanted.where(_is_at(stage))
    if text.strip():
        wanted = wanted.where(_mentions(text.strip())).limit(MOST_COUNTED + 1)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    is_more = bool(text.strip()) and total > MOST_COUNTED
    total = MOST_COUNTED if is_more else total
    return _window(wanted.order_by(Order.id.desc()), total, page, is_more=is_more)


def to_pack(*, page: int = 1) -> FoundOrders:
    """Paid orders of which something waits for a parcel, oldest first."""
    wanted = select(Order.id).where(is_to_pack())
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return _window(wanted.order_by(Order.id), total, page)


def waiting_to_pack() -> tuple[int, datetime | None]:
    """How many orders somebody has to pack, and since when the money of the oldest is here."""
    found = select(func.count(), func.min(Order.paid_at)).where(is_to_pack())
    count, oldest = db.session.execute(found).one()
    return count, oldest


def count_to_pack() -> int:
    """How many paid orders wait for a parcel."""
    return db.session.scalar(select(func.count()).select_from(Order).where(is_to_pack())) or 0


def is_to_pack() -> ColumnElement[bool]:
    """Whether the money of an order is here and some of its goods are in no parcel."""
    return and_(Order.state == "paid", Order.stage.in_(WITH_WORK))


def _window(wanted: Select[Any], total: int, page: int, *, is_more: bool = False) -> FoundOrders:
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    ids = db.session.scalars(wanted.limit(min(PER_PAGE, total - first)).offset(first)).all()
    rows = db.session.scalars(select(Order).where(Order.id.in_(ids))).all() if ids else []
    by_id = {order.id: order for order in rows}
    return FoundOrders(tuple(by_id[i] for i in ids), total, page, pages, is_more)


def _is_at(stage: str) -> ColumnElement[bool]:
    """Where the goods are; only what is paid is to be packed."""
    here = Order.stage == stage
    return and_(here, Order.state == "paid") if stage == "to_pack" else here


def _mentions(text: str) -> ColumnElement[bool]:
    """Number or reference are this, or every word of the text begins one of the order's words.

    A union, because each part has an index of its own and an OR over them has none.
    """
    words = [word for word in map(fold, text.split()) if word]
    found: list[Select[int]] = [select(Order.id).where(Order.reference == text)]
    if words:
        found.append(_with_all(words))
    if len(words) > 1:
        found.append(_with_all([fold(text)]))
    order_id = id_of(text)
    if order_id is not None:
        found.append(select(Order.id).where(Order.id == order_id))
    return Order.id.in_(union(*found))


def _with_all(words: list[str]) -> Select[int]:
    """Ids of the orders of which each of these begins a word."""
    first, *others = words
    query = select(OrderWord.order_id).where(_begins(OrderWord.word, first))
    for word in others:
        own = aliased(OrderWord)
        also = select(own.order_id).where(_begins(own.word, word))
        query = query.where(OrderWord.order_id.in_(also))
    return query


def _begins(column: Any, word: str) -> ColumnElement[bool]:
    return and_(column >= word, column < word + _AFTER_ALL)
