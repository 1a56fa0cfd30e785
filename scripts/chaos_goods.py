"""What staff do with goods while everything fails: deliveries, lots, parcels and stock-takes."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from storefront import fulfilment, inventory, orders
from storefront.database import db, transaction
from storefront.errors import Refusal

#: What is on the shelves; the first two are kept in lots from the beginning.
SHELVES = ("FLAKES-1000", "OIL-SPRAY-250", "OIL-SPRAY-100", "CREAM-FOOT-75")
IN_LOTS = SHELVES[:2]
SHELF_LIFE_DAYS = 30
DAYS_LEFT = (10, 90, 400)  # of a lot that comes; the first is too short to be sold
CODES = ("A", "B", "C")
NEWEST = 40
ACTOR = "packer@example.org"
Act = Callable[[Flask, random.Random], None]


def keep_in_lots(app: Flask) -> None:
    """Begins lots: what is there has no code, and later ones come with theirs."""
    with app.app_context(), transaction():
        for sku in sorted(IN_LOTS):
            inventory.keep_in_lots(sku)
            inventory.set_shelf_life(sku, SHELF_LIFE_DAYS)


def receive_a_delivery(app: Flask, rng: random.Random) -> None:
    """Some units with or without a lot's code, by a button that is often pressed twice."""
    sku, code = rng.choice(SHELVES), rng.choice(CODES)
    # The last two get their first lot in the middle of the storm, or never one.
    has_lot = sku in IN_LOTS or (sku == SHELVES[2] and rng.random() < 0.3)
    days = DAYS_LEFT[CODES.index(code)]
    goods = inventory.ArrivedGoods(
        sku, rng.randint(1, 4),
        lot=f"{sku[:3]}-{code}" if has_lot else "",
        expires_on=datetime.now(UTC).date() + timedelta(days=days) if has_lot else None,
    )  # fmt: skip
    token = f"{rng.getrandbits(64):x}"
    _press(app, lambda: inventory.receive([goods], token=token, actor=ACTOR), rng)


def take_a_delivery_back(app: Flask, rng: random.Random) -> None:
    """The latest one, if its goods are still there."""
    with app.app_context():
        latest = db.session.scalar(select(func.max(inventory.Receipt.id)))
    if latest is not None:
        _press(app, partial(inventory.undo_receipt, latest, actor=ACTOR), rng)


def block_or_release_a_lot(app: Flask, rng: random.Random) -> None:
    """Any of them; more are released, so that there is something to sell."""
    with app.app_context():
        known = db.session.scalars(select(inventory.Lot.id).where(inventory.Lot.code != "")).all()
    if known:
        verb = rng.choice((inventory.quarantine, inventory.release_lot, inventory.release_lot))
        _press(app, partial(verb, rng.choice(known)), rng)


def count_a_shelf(app: Flask, rng: random.Random) -> None:
    """Somebody counts one unit more or less than the books say, and books it, perhaps twice."""
    sku = rng.choice(SHELVES)
    with app.app_context(), transaction():
        number = inventory.start_count("Storm", [sku], actor=ACTOR)
    with app.app_context():
        line = db.session.scalars(
            select(inventory.StockCountLine.id).where(inventory.StockCountLine.count_id == number)
        ).one()
        there = inventory.on_hand(sku) or 0
    entry = inventory.Entry(line, max(0, there + rng.choice((-1, 0, 1))), None)
    at = datetime.now(UTC)
    with app.app_context(), suppress(Refusal), transaction():
        inventory.enter_counts(number, [entry], at=at, actor=ACTOR)
    _press(app, partial(inventory.book_count, number, actor=ACTOR), rng)


def pack_orders(app: Flask, rng: random.Random) -> None:
    """Some of the paid ones, whole or one unit of each line, often two people at once."""
    token = f"{rng.getrandbits(64):x}"
    with app.app_context():
        found = list(orders.to_pack().orders)
    for order in rng.sample(found, min(4, len(found))):
        is_part = rng.random() < 0.3
        _press(app, partial(_pack, order.id, token, is_part=is_part), rng)


def ship_parcels(app: Flask, rng: random.Random) -> None:
    """Some that wait for their carrier."""
    token = f"{rng.getrandbits(64):x}"
    for number in _parcels(app, rng, "packed"):
        work = partial(
            fulfilment.ship, number, carrier="DHL", tracking=f"T{number}", token=token, actor=ACTOR
        )
        _press(app, work, rng)


def undo_parcels(app: Flask, rng: random.Random) -> None:
    """Takes one that has just left back, and another one apart."""
    for number in _parcels(app, rng, "shipped")[:1]:
        _press(app, partial(fulfilment.undo_ship, number, actor=ACTOR), rng)
    for number in _parcels(app, rng, "packed")[:1]:
        _press(app, partial(fulfilment.unpack, number, actor=ACTOR), rng)


def side_by_side(work: Callable[[int], None], times: int) -> None:
    """Does the same thing so often at once."""
    with ThreadPoolExecutor(times) as pool:
        list(pool.map(work, range(times)))


def _pack(order_id: int, token: str, *, is_part: bool) -> None:
    before = db.session.scalar(select(func.max(inventory.LotMovement.id))) or 0
    units = dict.fromkeys(orders.open_units(order_id), 1) if is_part else None
    parcel = fulfilment.pack(order_id, token=token, actor=ACTOR, units=units)
    if parcel is not None:
        _refuse_blocked(order_id, before)


def _refuse_blocked(order_id: int, before: int) -> None:
    """The lots are locked until the commit: none that this order went from may be blocked."""
    order = orders.by_id(order_id)
    taken = select(inventory.LotMovement.lot_id).where(
        inventory.LotMovement.id > before,
        inventory.LotMovement.reference == (order.reference if order else ""),
        inventory.LotMovement.reason == "packed",
    )
    for lot in db.session.scalars(select(inventory.Lot).where(inventory.Lot.id.in_(taken))):
        if lot.is_blocked:
            raise AssertionError(f"order {order_id} got units of lot {lot.code}, which is blocked")


def _parcels(app: Flask, rng: random.Random, state: str) -> list[int]:
    parcel = fulfilment.Parcel
    query = select(parcel.id).where(parcel.state == state).order_by(parcel.id.desc())
    with app.app_context():
        found = list(db.session.scalars(query.limit(NEWEST)))
    return rng.sample(found, min(4, len(found)))


def _press(app: Flask, work: Callable[[], object], rng: random.Random) -> None:
    """A form of the back office, perhaps sent twice at once; a refusal is a sentence on a page."""

    def once(_: int) -> None:
        with app.test_request_context(), suppress(Refusal), transaction():
            work()

    side_by_side(once, rng.choice((1, 1, 2)))


#: What staff do with goods, and how often beside the acts about money.
GOODS: dict[Act, int] = {
    receive_a_delivery: 2, take_a_delivery_back: 1, block_or_release_a_lot: 2, count_a_shelf: 1,
    pack_orders: 5, ship_parcels: 3, undo_parcels: 1,
}  # fmt: skip
