"""After the storm: what the shelves, the lots and the parcels say, side by side with the orders."""

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import func, or_, select

from storefront import fulfilment, inventory, mail, orders
from storefront.database import db

Goods = Counter[tuple[str, str]]  # reference of an order, SKU of what was on the shelf → units


def sold_amiss(
    by_id: Mapping[int, orders.Order], history: Mapping[int, Collection[str]], refunded: set[str]
) -> list[str]:
    """Goods that the ledger counts as sold to an order more or less often than once."""
    moved: Counter[tuple[str, str, str]] = Counter()
    for movement in db.session.scalars(select(inventory.StockMovement)):
        moved[movement.reference, movement.sku, movement.reason] += movement.change
    is_sold = {
        order.reference: bool({"paid", "on_hold"} & set(history[order_id]))
        for order_id, order in by_id.items()
    }
    numbers = {order.reference: order.number for order in by_id.values()}
    found = []
    for (reference, sku), quantity in _goods("quantity").items():
        sold, returned = (moved[reference, sku, why] for why in ("sold", "returned"))
        most_back = quantity if is_sold[reference] and reference in refunded else 0
        if -sold != quantity * is_sold[reference] or not 0 <= returned <= most_back:
            found.append(f"order {numbers[reference]}: {-sold} of {sku} sold, {returned} put back")
    return found


def oversold(stocked: Mapping[str, int]) -> list[str]:
    """Shelves that are not what was put there and counted, less what orders have."""
    out, staff = (_moved_by_sku(what) for what in ("orders", "staff"))
    found = []
    for stock in db.session.scalars(select(inventory.Stock)):
        if stock.sku not in stocked:
            continue
        left = stocked[stock.sku] + staff[stock.sku] + out[stock.sku]
        if stock.on_hand != left or left < 0:
            found.append(f"{stock.sku}: {left} should be left, {stock.on_hand} are")
    return found + _below_zero()


def misplaced() -> list[str]:
    """Whatever lots, deliveries and parcels say otherwise than the shelf and the orders."""
    return [
        *(f"{sku}: stock and ledger differ" for sku, *_ in inventory.disagreements()),
        *inventory.lot_disagreements(),
        *_delivered_amiss(),
        *_packed_amiss(),
        *_told_amiss(),
    ]


def moved_by_staff() -> dict[str, int]:
    """How much of it all happened, to be printed."""
    counts = {
        "deliveries": select(func.count(inventory.Receipt.id)),
        "of them taken back": select(func.count(inventory.Receipt.undone_at)),
        "stock-takes booked": select(func.count(inventory.StockCount.id)).where(
            inventory.StockCount.state == "booked"
        ),
        "sets held": select(func.count(inventory.KitSold.reference.distinct())),
    }
    counts |= {
        f"parcels {state}": select(func.count(fulfilment.Parcel.id)).where(
            fulfilment.Parcel.state == state
        )
        for state in ("packed", "shipped", "unpacked")
    }
    counts["units packed from lots"] = select(-func.sum(inventory.LotMovement.change)).where(
        inventory.LotMovement.reason.in_(("packed", "unpacked"))
    )
    return {what: int(db.session.scalar(query) or 0) for what, query in counts.items()}


def _goods(column: str) -> Goods:
    """Units of the lines of all orders, each kit taken apart as it was when it was sold."""
    kits: dict[tuple[str, str], dict[str, int]] = {}
    for one in db.session.scalars(select(inventory.KitSold)):
        kits.setdefault((one.reference, one.kit_sku), {})[one.part_sku] = one.units
    units = getattr(orders.OrderLine, column)
    rows = db.session.execute(
        select(orders.Order.reference, orders.OrderLine.sku, units).join(
            orders.Order, orders.Order.id == orders.OrderLine.order_id
        )
    )
    found: Goods = Counter()
    for reference, sku, quantity in rows:
        for part, each in kits.get((reference, sku), {sku: 1}).items():
            found[reference, part] += quantity * each
    return found


def _below_zero() -> list[str]:
    """SKUs of which more is held than there is, or was gone after any line of the ledger."""
    found = [
        f"{stock.sku}: {stock.on_hand} are there, {stock.held} are held"
        for stock in db.session.scalars(select(inventory.Stock))
        if not 0 <= stock.held <= stock.on_hand
    ]
    there: Counter[str] = Counter()
    line = inventory.StockMovement
    rows = db.session.execute(select(line.sku, line.change, line.id).order_by(line.id))
    for sku, change, id_ in rows:
        there[sku] += change
        found += [f"{sku}: {there[sku]} after line {id_} of the ledger"] * (there[sku] < 0)
    return found


def _moved_by_sku(what: str) -> Counter[str]:
    """SKU → what orders have moved, or what staff have moved by deliveries and stock-takes."""
    line = inventory.StockMovement
    by_staff = or_(line.reference.like("D-%"), line.reference.like("count-%"))
    is_wanted = line.reason.in_(("sold", "returned")) if what == "orders" else by_staff
    rows = db.session.execute(
        select(line.sku, func.sum(line.change)).where(is_wanted).group_by(line.sku)
    )
    return Counter({sku: int(units) for sku, units in rows})


def _delivered_amiss() -> list[str]:
    """Deliveries of which the ledger has another number of units than the receipts."""
    line, receipt, movement = (
        inventory.ReceiptLine, inventory.Receipt, inventory.StockMovement,
    )  # fmt: skip
    taken = db.session.execute(
        select(receipt.delivery_id, func.sum(line.units))
        .join(receipt, receipt.id == line.receipt_id)
        .where(receipt.undone_at.is_(None))
        .group_by(receipt.delivery_id)
    )
    wanted = Counter({f"D-{number}": int(units) for number, units in taken})
    booked = db.session.execute(
        select(movement.reference, func.sum(movement.change))
        .where(movement.reference.like("D-%"))
        .group_by(movement.reference)
    )
    there = Counter({reference: int(units) for reference, units in booked})
    return [
        f"delivery {name}: {wanted[name]} came, {there[name]} are in the ledger"
        for name in sorted(wanted.keys() | there.keys())
        if wanted[name] != there[name]
    ]


def _packed_amiss() -> list[str]:
    """Lines whose counts are not what is in their parcels, and lots that gave more than that."""
    line, part, parcel = orders.OrderLine, fulfilment.ParcelLine, fulfilment.Parcel
    rows = db.session.execute(
        select(part.order_line_id, parcel.state, func.sum(part.units))
        .join(parcel, parcel.id == part.parcel_id)
        .group_by(part.order_line_id, parcel.state)
    )
    units = Counter({(line_id, state): int(total) for line_id, state, total in rows})
    found = []
    for one in db.session.scalars(select(line)):
        shipped = units[one.id, "shipped"]
        there = (units[one.id, "packed"] + shipped, shipped)
        counts = (one.packed_quantity, one.shipped_quantity)
        if there != counts:
            found.append(f"line {one.id}: {counts} packed and shipped, {there} are in parcels")
    packed = _goods("packed_quantity")
    movement = inventory.LotMovement
    out = db.session.execute(
        select(movement.reference, movement.sku, -func.sum(movement.change))
        .where(movement.reason.in_(("packed", "unpacked", "returned")), movement.reference != "")
        .group_by(movement.reference, movement.sku)
    )
    for reference, sku, gone in out:
        most = packed[reference, sku]
        # Below zero: goods came back that were sold before there were lots.
        least = most - _returned(reference, sku) if gone >= 0 else gone
        if not least <= gone <= most:
            found.append(f"{reference}: {gone} of {sku} left lots, {most} are packed")
    return found


def _returned(reference: str, sku: str) -> int:
    line = inventory.StockMovement
    query = select(func.sum(line.change)).where(
        line.reference == reference, line.sku == sku, line.reason == "returned"
    )
    return int(db.session.scalar(query) or 0)


def _told_amiss() -> list[str]:
    """Parcels that left and have no letter, or have one and are here."""
    there = set(
        db.session.scalars(
            select(mail.Letter.reference).where(mail.Letter.kind == "parcel_shipped")
        )
    )
    rows = db.session.execute(
        select(orders.Order.reference, fulfilment.Parcel.id, fulfilment.Parcel.state).join(
            orders.Order, orders.Order.id == fulfilment.Parcel.order_id
        )
    )
    return [
        f"parcel {number} is {state}, and its letter {'is' if has_letter else 'is not'} there"
        for reference, number, state in rows
        if (has_letter := f"{reference}.parcel-{number}" in there) != (state == "shipped")
    ]
