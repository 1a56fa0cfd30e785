"""Verbs of orders: remember what the payment said, and move along the state table."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, select, update

from ..database import require_transaction, was_changed
from ..errors import NotFound, Refusal
from .models import NO_INVITATION, Order, OrderEvent, OrderLine, RefundedUnits
from .sending import refresh_stage
from .states import WITH_PAYMENT, allowed_from
from .words import words_of_label, write_words


class OrderNotFound(NotFound):
    """No order under this reference, or it is not theirs."""

    def __init__(self) -> None:
        super().__init__("We found no order with these details.")


class NotThatMany(Refusal):
    """More units of a line were named than are left of it to refund."""

    def __init__(self) -> None:
        super().__init__("Fewer units are left to refund. Please look at the order once more.")


class LabelIsOut(Refusal):
    """A parcel of the order carries its address already."""

    status = 409

    def __init__(self) -> None:
        super().__init__("Something of this order is packed. Unpack it to change the address.")


@dataclass(frozen=True, slots=True)
class ShipTo:
    """Who paid and where it goes; address is one line of text per line of the label."""

    email: str
    name: str
    address: str
    country: str


def new_reference() -> str:
    """What nobody guesses and everybody can copy: letters and digits, 144 bits."""
    return secrets.token_urlsafe(18).replace("_", "x").replace("-", "y")


def begin_attempt(order_id: int, *, expires_at: datetime) -> bool:
    """Lets a pending order ask for its page anew, with another key and end; False when it ended."""
    return _update(
        order_id,
        (Order.state == "pending") & Order.session_id.is_(None),
        attempt=Order.attempt + 1,
        session_expires_at=expires_at,
    )


def remember_session(order_id: int, *, attempt: int, session_id: str, url: str) -> bool:
    """Keeps an order's payment page, never over another attempt's or a settled order's."""
    return _update(
        order_id,
        (Order.attempt == attempt) & (Order.state == "pending"),
        session_id=session_id,
        session_url=url,
    )


def remember_payment(order_id: int, *, session_id: str, payment_id: str) -> None:
    """Keeps which page and payment paid an order."""
    _update(order_id, Order.id == order_id, session_id=session_id, payment_id=payment_id or None)


def remember_label(order_id: int, ship_to: ShipTo) -> None:
    """Keeps who paid an order and where it goes."""
    _update(
        order_id,
        Order.id == order_id,
        email=ship_to.email,
        ship_name=ship_to.name,
        ship_address=ship_to.address,
        ship_country=ship_to.country,
        version=Order.version + 1,
    )
    write_words(order_id, "label", words_of_label(ship_to.email, ship_to.name))


def change_label(order_id: int, ship_to: ShipTo, *, version: int) -> bool:
    """Writes another label over the one that somebody saw; False when it is another one by now.

    Raises LabelIsOut when something of the order is in a parcel already.
    """
    is_packed = exists().where(OrderLine.order_id == Order.id, OrderLine.packed_quantity > 0)
    seen = (Order.version == version) & ~is_packed
    if _update(order_id, seen, version=Order.version):
        remember_label(order_id, ship_to)
        return True
    if require_transaction().scalar(select(Order.id).where(Order.id == order_id, is_packed)):
        raise LabelIsOut
    return False


def mark_refunded(order_id: int, quantities: Mapping[int, int], *, asked_by: str) -> None:
    """Counts units of lines (by their id) as refunded by what asked for it; raises NotThatMany."""
    session = require_transaction()
    for line_id in sorted(quantities):
        wanted = quantities[line_id]
        counted = session.execute(
            update(OrderLine)
            .where(
                OrderLine.id == line_id,
                OrderLine.order_id == order_id,
                OrderLine.refunded_quantity + wanted <= OrderLine.quantity,
            )
            .values(refunded_quantity=OrderLine.refunded_quantity + wanted)
        )
        if wanted < 1 or not was_changed(counted):
            raise NotThatMany
        session.add(RefundedUnits(asked_by=asked_by, line_id=line_id, units=wanted))
    if quantities:
        refresh_stage(order_id)


def move(order_id: int, state: str) -> bool:
    """Moves an order to a state that may follow its present one; False when it may not.

    The guard is in the UPDATE, so of two processes that try the same step exactly one gets True.
    """
    moved = _update(order_id, Order.state.in_(allowed_from(state)), state=state)
    if moved and state in WITH_PAYMENT:
        _update(order_id, Order.paid_at.is_(None), paid_at=datetime.now(UTC))
    if moved:
        note(order_id, state)
    return moved


def note(order_id: int, kind: str, text: str = "", *, actor: str = "") -> None:
    """Adds a line to an order's history."""
    event = OrderEvent(order_id=order_id, kind=kind, note=text, actor=actor[:320])
    require_transaction().add(event)


def refuse_invitation(cart_id: int) -> None:
    """Writes into the history of a cart's open order that its buyer wants no invitation, once."""
    session = require_transaction()
    order = Order.cart_id == cart_id
    found = session.scalar(
        select(Order.id).where(order, Order.state == "pending").with_for_update()
    )
    is_said = exists().where(OrderEvent.order_id == found, OrderEvent.kind == NO_INVITATION)
    if found is not None and not session.scalar(select(is_said)):
        note(found, NO_INVITATION)


def write_note(order_id: int, text: str, *, actor: str) -> bool:
    """Adds what somebody of the staff wants to remember; False when it was said just before.

    The order is locked by the caller, so that a form sent twice is one note.
    """
    session = require_transaction()
    session.flush()
    latest = session.scalar(
        select(OrderEvent)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.id.desc())
        .limit(1)
    )
    if latest is not None and (latest.kind, latest.note, latest.actor) == ("note", text, actor):
        return False
    note(order_id, "note", text, actor=actor)
    return True


def _update(order_id: int, guard: Any, **values: Any) -> bool:
    session = require_transaction()
    result = session.execute(update(Order).where(Order.id == order_id, guard).values(**values))
    return was_changed(result)
