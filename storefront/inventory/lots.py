"""Verbs of the lots: kept or not, quarantined or released, too near their expiry, corrected."""

from datetime import date, timedelta

from sqlalchemy import func, insert, select, update

from ..database import require_transaction, was_changed
from ..errors import NotFound, Refusal
from ..local_time import today
from .lot_books import lock_stock, move, refresh_blocked, without_lot
from .lot_models import Lot
from .models import Stock, StockMovement
from .operations import adjust
from .refusals import KitHasNoStock

LONGEST_SHELF_LIFE_DAYS = 3650


class StillBlocked(Refusal):
    """Units of this SKU may not be sold, which would be forgotten without lots."""

    def __init__(self, sku: str, blocked: int) -> None:
        self.sku, self.blocked = sku, blocked
        super().__init__(
            f"{blocked} of {sku} are in lots that may not be sold."
            " Release them or book them out first; then the lots can end."
        )


class OtherExpiry(Refusal):
    """The lot is known, with another expiry date."""

    def __init__(self, code: str, known: date | None) -> None:
        self.code, self.known = code, known
        super().__init__(f"Lot {code} is known with the expiry date {known}. Please look again.")


class LotChanged(Refusal):
    """The lot has other units than somebody saw who changes them."""

    status = 409

    def __init__(self, units: int) -> None:
        self.units = units
        super().__init__(
            f"The lot has {units} units now: somebody packed or booked meanwhile, or you pressed"
            " twice. Nothing was booked."
        )


class LotTaken(Refusal):
    """Another lot of this SKU has this code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"There is a lot {code} of this SKU already.")


def keep_in_lots(sku: str, *, actor: str = "") -> bool:
    """Begins to keep a SKU in lots: what is there is in none yet; False when it was before."""
    session = require_transaction()
    if lock_stock(sku) is not None:
        return False
    if session.scalar(select(Stock.is_kit).where(Stock.sku == sku)):
        raise KitHasNoStock(sku)
    last = select(func.coalesce(func.max(StockMovement.id), 0)).where(StockMovement.sku == sku)
    session.execute(
        update(Stock).where(Stock.sku == sku).values(lots_from=session.scalar(last))
    )  # fmt: skip
    on_hand = session.scalar(select(Stock.on_hand).where(Stock.sku == sku)) or 0
    if on_hand:
        move(without_lot(sku), on_hand, reason="opening", actor=actor)
        refresh_blocked(
            sku
        )  # somebody may have quarantined them when they were kept in lots before
    return True


def end_lots(sku: str, *, actor: str = "") -> bool:
    """No longer keeps a SKU in lots; who got which stays known. False when it was not kept so.

    Raises StillBlocked while some of its units may not be sold.
    """
    session = require_transaction()
    if lock_stock(sku) is None:
        return False
    blocked = session.scalar(select(Stock.blocked).where(Stock.sku == sku)) or 0
    if blocked:
        raise StillBlocked(sku, blocked)
    left = session.execute(select(Lot.id, Lot.units).where(Lot.sku == sku, Lot.units > 0)).all()
    for lot_id, units in left:
        move(lot_id, -units, reason="lots ended", actor=actor)
    session.execute(update(Stock).where(Stock.sku == sku).values(lots_from=None, shelf_life_days=0))
    return True


def set_shelf_life(sku: str, days: int) -> None:
    """Sets how many days a shopper has at least before the expiry date; lots follow at once."""
    session = require_transaction()
    lock_stock(sku)
    session.execute(update(Stock).where(Stock.sku == sku).values(shelf_life_days=days))
    for lot_id, expires_on in session.execute(
        select(Lot.id, Lot.expires_on).where(Lot.sku == sku)
    ).all():
        _set_days(lot_id, expires_on, days)
    refresh_blocked(sku)


def open_lot(
    sku: str, code: str, *, expires_on: date | None = None, delivery_id: int | None = None
) -> int:
    """The id of a lot of a SKU, which is made if it is new; the SKU is kept in lots from now on.

    Raises OtherExpiry when it is known with another date.
    """
    session = require_transaction()
    keep_in_lots(sku)
    known = session.execute(
        select(Lot.id, Lot.expires_on).where(Lot.sku == sku, Lot.code == code)
    ).first()
    if known is None:
        new = insert(Lot).values(sku=sku, code=code, delivery_id=delivery_id).returning(Lot.id)
        lot_id = session.execute(new).scalar_one()
    else:
        lot_id = int(known.id)
        if expires_on is None or known.expires_on == expires_on:
            return lot_id
        if known.expires_on is not None:
            raise OtherExpiry(code, known.expires_on)
    _set_days(lot_id, expires_on, _days_of(sku))
    refresh_blocked(sku)
    return lot_id


def correct_lot(lot_id: int, *, code: str, expires_on: date | None) -> None:
    """Mends the code or the expiry date of a lot; raises LotTaken."""
    session = require_transaction()
    sku = lock_lot(lot_id)
    same = select(Lot.id).where(Lot.sku == sku, Lot.code == code, Lot.id != lot_id)
    if session.scalar(same) is not None:
        raise LotTaken(code)
    session.execute(update(Lot).where(Lot.id == lot_id).values(code=code))
    _set_days(lot_id, expires_on, _days_of(sku))
    refresh_blocked(sku)


def quarantine(lot_id: int, *, note: str = "") -> bool:
    """Takes a lot out of sale at once; False when it was already.

    Always possible: payments that are open keep their units and may be short when they are packed.
    """
    return _set_state(lot_id, "quarantined", note=note[:200])


def release_lot(lot_id: int) -> bool:
    """Puts a quarantined lot back on sale; False when it was."""
    return _set_state(lot_id, "usable", note="")


def book_out(lot_id: int, units: int, *, reason: str, seen: int, actor: str = "") -> None:
    """Takes units of a lot off the shelf for good, in stock and lot at once.

    seen is what the lot had when the form was opened, so that a form is booked once. Raises
    LotChanged, LotShort, or OutOfStock when open payments hold the units.
    """
    sku = lock_lot(lot_id)
    _refuse_if_changed(lot_id, seen)
    adjust(sku, -units, reason=reason[:32], actor=actor, lot_id=lot_id)


def move_units(lot_id: int, to_lot_id: int, units: int, *, seen: int, actor: str = "") -> None:
    """Says that units on the shelf are of another lot of the same SKU.

    seen is what the first lot had when the form was opened. Raises LotChanged or LotShort.
    """
    sku = lock_lot(lot_id)
    if lock_lot(to_lot_id) != sku:
        raise Refusal("These lots are of two different SKUs.")
    _refuse_if_changed(lot_id, seen)
    move(lot_id, -units, reason="moved", actor=actor)
    move(to_lot_id, units, reason="moved", actor=actor)
    refresh_blocked(sku)


def block_short_lots(day: date | None = None) -> int:
    """Blocks lots whose last day of sale is over; returns how many. One chore does it each day."""
    session = require_transaction()
    is_over = Lot.last_sale_on < (day or today())
    late = session.scalars(select(Lot.sku).where(Lot.is_short.is_(False), is_over).distinct())
    blocked = 0
    for sku in sorted(late.all()):
        lock_stock(sku)
        marked = session.execute(
            update(Lot)
            .where(Lot.sku == sku, Lot.is_short.is_(False), is_over)
            .values(is_short=True)
            .returning(Lot.id)
            .execution_options(synchronize_session=False)
        )
        blocked += len(marked.all())
        refresh_blocked(sku)
    return blocked


def lock_lot(lot_id: int) -> str:
    """Locks the stock that a lot belongs to, and returns its SKU."""
    sku = require_transaction().scalar(select(Lot.sku).where(Lot.id == lot_id))
    if sku is None:
        raise NotFound("There is no lot with this number.")
    lock_stock(sku)
    return sku


def _refuse_if_changed(lot_id: int, seen: int) -> None:
    units = require_transaction().scalar(select(Lot.units).where(Lot.id == lot_id)) or 0
    if units != seen:
        raise LotChanged(units)


def _set_state(lot_id: int, state: str, *, note: str) -> bool:
    sku = lock_lot(lot_id)
    changed = require_transaction().execute(
        update(Lot)
        .where(Lot.id == lot_id, Lot.state != state)
        .values(state=state, note=note)
        .execution_options(synchronize_session=False)
    )
    refresh_blocked(sku)
    return was_changed(changed)


def _days_of(sku: str) -> int:
    return require_transaction().scalar(select(Stock.shelf_life_days).where(Stock.sku == sku)) or 0


def _set_days(lot_id: int, expires_on: date | None, shelf_life_days: int) -> None:
    """The last day of sale is one before the minimum begins: the chore comes once a day."""
    last = expires_on - timedelta(days=shelf_life_days + 1) if expires_on else None
    require_transaction().execute(
        update(Lot)
        .where(Lot.id == lot_id)
        .values(
            expires_on=expires_on, last_sale_on=last, is_short=last is not None and last < today()
        )
        .execution_options(synchronize_session=False)
    )
