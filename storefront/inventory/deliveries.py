"""Verbs of deliveries: expected, taken in wholly or in part, taken back, closed.

Each form has a token and is booked once. Whoever takes in what was expected says how far the
delivery had come when they looked, so that two people never book the same boxes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ..database import require_transaction, was_changed
from ..errors import NotFound, Refusal
from .delivery_models import Delivery, DeliveryLine, Receipt, ReceiptLine
from .lots import open_lot
from .operations import adjust


class ReceivedMeanwhile(Refusal):
    """Somebody else has taken something in, or back, after the form was opened."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has booked something of this delivery meanwhile. Nothing was booked;"
            " please look at what still lacks."
        )


@dataclass(frozen=True, slots=True)
class ExpectedGoods:
    """Units of a SKU that a supplier is to bring; cost_cents is for one unit."""

    sku: str
    units: int
    cost_cents: int | None = None


@dataclass(frozen=True, slots=True)
class ArrivedGoods:
    """Units of a SKU that came, with what stands on the box."""

    sku: str
    units: int
    lot: str = ""
    expires_on: date | None = None
    cost_cents: int | None = None


def expect_delivery(
    goods: Iterable[ExpectedGoods],
    *,
    token: str,
    supplier: str = "",
    expected_on: date | None = None,
    note: str = "",
    actor: str = "",
) -> int | None:
    """Writes down what a supplier is to bring; returns its number, None if it was written before.

    Goods of the same SKU become one line.
    """
    delivery_id = _begin(token, supplier, actor=actor, expected_on=expected_on, note=note)
    if delivery_id is None:
        return None
    lines: dict[str, ExpectedGoods] = {}
    for one in goods:
        before = lines.get(one.sku)
        units = one.units + (before.units if before else 0)
        lines[one.sku] = ExpectedGoods(one.sku, units, one.cost_cents)
    for sku in sorted(lines):
        line = lines[sku]
        require_transaction().execute(
            insert(DeliveryLine).values(
                delivery_id=delivery_id, sku=sku, units=line.units, cost_cents=line.cost_cents
            )
        )
    return delivery_id


def receive(
    goods: Sequence[ArrivedGoods],
    *,
    token: str,
    delivery_id: int | None = None,
    seen: int = 0,
    supplier: str = "",
    actor: str = "",
) -> int | None:
    """Takes goods in, with or without an expected delivery; returns the delivery's number.

    None if this form was sent before. A lot's code begins lots for a SKU that was kept without.
    Raises ReceivedMeanwhile when the delivery has gone on since `seen`, UnknownStock,
    KitHasNoStock, OtherExpiry or NotFound, and then the caller's transaction must roll back.
    """
    session = require_transaction()
    if delivery_id is None:
        delivery_id = _begin(token, supplier, actor=actor, closed_at=datetime.now(UTC))
        if delivery_id is None:
            return None
    else:
        _lock(delivery_id)
        if session.scalar(select(Receipt.id).where(Receipt.token == token)) is not None:
            return None
        if progress(delivery_id) != seen:
            raise ReceivedMeanwhile
    new = insert(Receipt).values(delivery_id=delivery_id, token=token, actor=actor[:120])
    receipt_id = session.execute(new.returning(Receipt.id)).scalar_one()
    for one in sorted(goods, key=lambda one: (one.sku, one.lot)):
        _take_in(receipt_id, delivery_id, one, actor=actor)
    _close_if_complete(delivery_id)
    return delivery_id


def undo_receipt(receipt_id: int, *, actor: str = "") -> int | None:
    """Takes back what one form took in; returns the delivery's number, None if it was undone.

    Raises OutOfStock or LotShort when the goods have gone meanwhile.
    """
    session = require_transaction()
    found = session.scalar(select(Receipt.delivery_id).where(Receipt.id == receipt_id))
    if found is None:
        raise NotFound("There is no receipt with this number.")
    _lock(found)
    undone = session.execute(
        update(Receipt)
        .where(Receipt.id == receipt_id, Receipt.undone_at.is_(None))
        .values(undone_at=datetime.now(UTC), undone_by=actor[:120])
        .execution_options(synchronize_session=False)
    )
    if not was_changed(undone):
        return None
    lines = session.execute(
        select(ReceiptLine.sku, ReceiptLine.units, ReceiptLine.lot_id).where(
            ReceiptLine.receipt_id == receipt_id
        )
    ).all()
    for sku, units, lot_id in sorted(lines, key=lambda line: (line.sku, line.lot_id or 0)):
        adjust(
            sku, -units, reason="undone", reference=f"D-{found}", actor=actor, lot_id=lot_id or 0
        )
        _count(found, sku, -units)
    _reopen_if_incomplete(found)
    return found


def close_delivery(delivery_id: int) -> bool:
    """Expects no more of a delivery; False when it was closed."""
    return _set_closed(delivery_id, datetime.now(UTC))


def reopen_delivery(delivery_id: int) -> bool:
    """Expects the rest of a delivery again; False when it was open."""
    return _set_closed(delivery_id, None)


def progress(delivery_id: int) -> int:
    """How often something of a delivery was taken in or back; grows with each time."""
    steps = select(
        func.count(), func.coalesce(func.sum(case((Receipt.undone_at.is_(None), 0), else_=1)), 0)
    ).where(Receipt.delivery_id == delivery_id)
    taken_in, taken_back = require_transaction().execute(steps).one()
    return int(taken_in) + int(taken_back)


def _begin(token: str, supplier: str, *, actor: str, **facts: object) -> int | None:
    """A new delivery; None if one was made with this token."""
    session = require_transaction()
    new = insert(Delivery).values(token=token, supplier=supplier, actor=actor[:120], **facts)
    try:
        with session.begin_nested():
            made: int = session.execute(new.returning(Delivery.id)).scalar_one()
    except IntegrityError:
        return None
    return made


def _take_in(receipt_id: int, delivery_id: int, goods: ArrivedGoods, *, actor: str) -> None:
    lot_id = None
    if goods.lot:
        lot_id = open_lot(
            goods.sku, goods.lot, expires_on=goods.expires_on, delivery_id=delivery_id
        )
    adjust(
        goods.sku,
        goods.units,
        reason="received",
        reference=f"D-{delivery_id}",
        actor=actor,
        lot_id=lot_id or 0,
    )
    require_transaction().execute(
        insert(ReceiptLine).values(
            receipt_id=receipt_id,
            sku=goods.sku,
            units=goods.units,
            lot_id=lot_id,
            cost_cents=goods.cost_cents,
        )
    )
    _count(delivery_id, goods.sku, goods.units)


def _lock(delivery_id: int) -> None:
    query = select(Delivery.id).where(Delivery.id == delivery_id).with_for_update()
    if require_transaction().scalar(query) is None:
        raise NotFound("There is no delivery with this number.")


def _count(delivery_id: int, sku: str, units: int) -> None:
    require_transaction().execute(
        update(DeliveryLine)
        .where(DeliveryLine.delivery_id == delivery_id, DeliveryLine.sku == sku)
        .values(received=DeliveryLine.received + units)
        .execution_options(synchronize_session=False)
    )


def _close_if_complete(delivery_id: int) -> None:
    if not _lacks(delivery_id):
        _set_closed(delivery_id, datetime.now(UTC))


def _reopen_if_incomplete(delivery_id: int) -> None:
    if _lacks(delivery_id):
        _set_closed(delivery_id, None)


def _lacks(delivery_id: int) -> bool:
    rest = select(DeliveryLine.id).where(
        DeliveryLine.delivery_id == delivery_id, DeliveryLine.received < DeliveryLine.units
    )
    return require_transaction().scalar(rest.limit(1)) is not None


def _set_closed(delivery_id: int, moment: datetime | None) -> bool:
    is_other = Delivery.closed_at.is_(None) if moment else Delivery.closed_at.is_not(None)
    changed = require_transaction().execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, is_other)
        .values(closed_at=moment)
        .execution_options(synchronize_session=False)
    )
    return was_changed(changed)
