"""Verbs of the stock: one conditional statement that the database decides, never a look first.

Several SKUs are always taken in SKU order, so that two shoppers can never wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from ..database import db, insert_into, require_transaction, was_changed
from ..errors import Refusal
from ..pages import drop_pages
from .kits import parts_as_sold, unpack_for
from .lot_books import book_in_lots
from .models import Hold, Stock, StockMovement
from .refusals import ChangedMeanwhile, KitHasNoStock, OutOfStock, StillHeld, UnknownStock

#: Why a line of the ledger says how many there are, and not only what came or went.
COUNTS = ("counted", "found", "missing")
#: How the lines that a stock-take has booked refer to it, whatever their reason.
COUNT_REFERENCE = "count-"
_STOCK = cast(Table, Stock.__table__)
_MOVEMENT = cast(Table, StockMovement.__table__)
# Built once: a table of five thousand rows is booked with them, row by row.
_CHANGE = (
    update(_STOCK)
    .where(
        _STOCK.c.sku == bindparam("of"),
        _STOCK.c.is_kit.is_(False),
        _STOCK.c.on_hand + bindparam("by", type_=Integer) >= _STOCK.c.held,
    )
    .values(on_hand=_STOCK.c.on_hand + bindparam("by", type_=Integer), edits=_STOCK.c.edits + 1)
)
_CHANGE_OF_SEEN = _CHANGE.where(_STOCK.c.edits == bindparam("seen"))
_LINE = insert(_MOVEMENT).returning(_MOVEMENT.c.id)
_free = Stock.on_hand - Stock.held - Stock.blocked  # below zero when promised too much


def is_count(line: Any) -> ColumnElement[bool]:
    """Condition: a line of the ledger that says how many there are, by its reason or stock-take."""
    is_of_count = line.reference.startswith(COUNT_REFERENCE, autoescape=True)
    return or_(line.reason.in_(COUNTS), and_(is_of_count, line.undoes_id.is_(None)))


def open_stock(sku: str, count: int = 0, *, actor: str = "") -> None:
    """Starts the stock of a new SKU with an opening count; does nothing where it exists."""
    session = require_transaction()
    opening = insert_into(Stock).values(sku=sku, on_hand=count, held=0).on_conflict_do_nothing()
    is_new = session.scalar(opening.returning(Stock.sku)) is not None
    if is_new and count:
        _write_ledger(sku, count, reason="opening", reference="", actor=actor)


def adjust(
    sku: str,
    change: int,
    *,
    reason: str,
    reference: str = "",
    actor: str = "",
    seen_edits: int | None = None,
    undoes_id: int | None = None,
    lot_id: int = 0,
) -> int:
    """Adds or removes units for a stated reason; returns the number of the ledger's line.

    With seen_edits only while nothing but sales has changed since; undoes_id is a line taken back;
    lot_id is the lot of a SKU that is kept in lots. Raises OutOfStock when fewer units are there
    than would go and are held, UnknownStock for an unknown SKU, KitHasNoStock for a kit,
    ChangedMeanwhile, LotShort.
    """
    session = require_transaction()
    changing = _CHANGE if seen_edits is None else _CHANGE_OF_SEEN
    values = {"of": sku, "by": change}
    changed = session.execute(
        changing, values if seen_edits is None else values | {"seen": seen_edits}
    )
    if not was_changed(changed):
        raise _refusal(sku, -change, seen_edits, free=Stock.on_hand - Stock.held)
    line = _write_ledger(
        sku, change, reason=reason, reference=reference, actor=actor, undoes_id=undoes_id
    )
    book_in_lots(sku, change, reason=reason, reference=reference, actor=actor, lot_id=lot_id)
    drop_pages()
    return line


def count(sku: str, counted: int, *, reason: str, reference: str = "", actor: str = "") -> int:
    """Makes the books say what is on the shelf; returns the difference that went into the ledger.

    Raises StillHeld when open payments hold more than was counted, UnknownStock for an unknown SKU.
    """
    session = require_transaction()
    stock = session.execute(
        select(Stock.on_hand, Stock.held).where(Stock.sku == sku).with_for_update()
    ).first()
    if stock is None:
        raise UnknownStock(sku)
    if counted < stock.held:
        raise StillHeld(sku, stock.held)
    change: int = counted - stock.on_hand
    if change:
        adjust(sku, change, reason=reason[:32], reference=reference, actor=actor[:120])
    return change


def hold(
    reference: str, quantities: Mapping[str, int], *, until: datetime, owner: str = ""
) -> None:
    """Sets units aside for an order until its payment ends, of kits their parts; all or none.

    Raises OutOfStock with the SKU that was short; the caller's transaction then rolls back.
    """
    session = require_transaction()
    units = unpack_for(reference, quantities)
    for sku in sorted(units):
        _take(sku, units[sku])
        session.execute(
            insert(Hold).values(
                reference=reference,
                owner=owner,
                sku=sku,
                quantity=units[sku],
                state="held",
                expires_at=until,
            )
        )
    drop_pages()


def keep_holding(reference: str, *, until: datetime) -> None:
    """Lets the holds of an order last longer; nothing that has ended comes back."""
    require_transaction().execute(
        update(Hold)
        .where(Hold.reference == reference, Hold.state == "held", Hold.expires_at < until)
        .values(expires_at=until)
    )


def put_back(reference: str, quantities: Mapping[str, int], *, actor: str = "") -> None:
    """Puts units of an order that were sold back on the shelf, of kits the parts as sold."""
    units = parts_as_sold(reference, quantities)
    for sku in sorted(units):
        adjust(sku, units[sku], reason="returned", reference=reference, actor=actor[:120])


def release(reference: str) -> bool:
    """Gives back what an order holds; True the first time, False when nothing was held."""
    return _end_holds(reference, "released")


def sell(reference: str) -> bool:
    """Turns an order's holds into sales; True the first time, False when nothing was held."""
    return _end_holds(reference, "sold")


def take_again(reference: str, quantities: Mapping[str, int]) -> None:
    """Sells units to an order whose holds are gone (paid after expiry); raises OutOfStock.

    All or nothing is the caller's: on OutOfStock its transaction or savepoint must roll back.
    """
    session = require_transaction()
    units = unpack_for(reference, quantities)
    for sku in sorted(units):
        sold = session.execute(
            update(Stock)
            .where(Stock.sku == sku, _free >= units[sku])
            .values(on_hand=Stock.on_hand - units[sku])
        )
        if not was_changed(sold):
            raise _refusal(sku, units[sku])
        _write_ledger(sku, -units[sku], reason="sold", reference=reference, actor="")
    drop_pages()


def _take(sku: str, quantity: int) -> None:
    taken = require_transaction().execute(
        update(Stock).where(Stock.sku == sku, _free >= quantity).values(held=Stock.held + quantity)
    )
    if not was_changed(taken):
        raise _refusal(sku, quantity)


def _end_holds(reference: str, state: str) -> bool:
    session = require_transaction()
    holds = session.execute(
        select(Hold.sku, Hold.quantity).where(Hold.reference == reference)
    ).all()
    ended = 0
    # Sorted here and not by the database, whose collation may order SKUs otherwise than hold().
    for sku, quantity in sorted((row.sku, row.quantity) for row in holds):
        claimed = session.execute(
            update(Hold)
            .where(Hold.reference == reference, Hold.sku == sku, Hold.state == "held")
            .values(state=state)
        )
        if not was_changed(claimed):
            continue  # another process ended this hold; it did the counting too
        ended += 1
        _count_ended(reference, sku, quantity, is_sale=state == "sold")
    if ended:
        drop_pages()
    return ended > 0


def _count_ended(reference: str, sku: str, quantity: int, *, is_sale: bool) -> None:
    values = {"held": Stock.held - quantity}
    if is_sale:
        values["on_hand"] = Stock.on_hand - quantity
    # The stock first: its row is the lock under which lots read this ledger.
    require_transaction().execute(update(Stock).where(Stock.sku == sku).values(values))
    if is_sale:
        _write_ledger(sku, -quantity, reason="sold", reference=reference, actor="")


def _write_ledger(
    sku: str, change: int, *, reason: str, reference: str, actor: str, undoes_id: int | None = None
) -> int:
    line = {
        "sku": sku,
        "change": change,
        "reason": reason,
        "reference": reference,
        "actor": actor,
        "undoes_id": undoes_id,
    }
    return int(db.session.execute(_LINE, line).scalar_one())


def _refusal(
    sku: str,
    wanted: int,
    seen_edits: int | None = None,
    *,
    free: ColumnElement[int] = _free,
) -> Refusal:
    found = db.session.execute(
        select(free, Stock.edits, Stock.is_kit).where(Stock.sku == sku)
    ).first()
    if found is None:
        return UnknownStock(sku)
    left, edits, is_kit = found
    if is_kit and wanted < 0:
        return KitHasNoStock(sku)
    is_old = seen_edits is not None and seen_edits != edits
    return ChangedMeanwhile(sku) if is_old else OutOfStock(sku, wanted, left)
