"""What is to be packed, as those who pack see it: rows, a pick list, packing slips."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ... import catalog, fulfilment, inventory, orders, payments


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of a SKU with its names; of one order, one parcel, or of many."""

    sku: str
    name: str
    variant: str
    units: int


@dataclass(frozen=True, slots=True)
class PackRow:
    """A paid order and what of it waits for a parcel; one with a money case is not to be sent."""

    order: orders.Order
    goods: tuple[Goods, ...]
    has_case: bool


@dataclass(frozen=True, slots=True)
class PickRow:
    """A SKU to fetch: how many, from which lots, for which orders."""

    goods: Goods
    lots: tuple[inventory.Pick, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """A packing slip: one order, or one parcel of it with the lots that it was packed from."""

    order: orders.OrderView
    goods: tuple[Goods, ...]
    is_part: bool
    lots: tuple[inventory.Pick, ...] = ()


def pack_rows(found: Sequence[orders.Order]) -> tuple[PackRow, ...]:
    """The orders with what waits of them, in two statements."""
    lines = orders.lines_of_all([order.id for order in found])
    waiting = payments.with_open_cases([order.reference for order in found])
    return tuple(
        PackRow(order, _open_goods(lines[order.id]), order.reference in waiting) for order in found
    )


def pick_list(found: Sequence[orders.Order]) -> tuple[PickRow, ...]:
    """What to fetch for these orders, SKU by SKU; a kit stands there as its parts."""
    rows = pack_rows(found)
    taken = inventory.parts_as_sold_by(
        {row.order.reference: {goods.sku: goods.units for goods in row.goods} for row in rows}
    )
    wanted: Counter[str] = Counter()
    numbers: dict[str, list[str]] = {}
    for row in rows:
        units = taken[row.order.reference]
        wanted.update(units)
        for sku in units:
            numbers.setdefault(sku, []).append(row.order.number)
    lots: dict[str, list[inventory.Pick]] = {}
    for pick in inventory.suggest(wanted):
        lots.setdefault(pick.sku, []).append(pick)
    names = _names(rows, wanted)
    return tuple(
        PickRow(
            Goods(sku, *names.get(sku, (sku, "")), wanted[sku]),
            tuple(lots.get(sku, ())),
            tuple(numbers[sku]),
        )
        for sku in sorted(wanted)
    )


def order_slips(found: Sequence[orders.Order]) -> tuple[Slip, ...]:
    """A slip for each order: what waits for a parcel, or all of it once nothing does."""
    lines = orders.lines_of_all([order.id for order in found])
    slips = []
    for order in found:
        own = lines[order.id]
        goods = _open_goods(own) or _kept_goods(own)
        is_part = sum(g.units for g in goods) < sum(g.units for g in _kept_goods(own))
        slips.append(Slip(orders.view(order, own, taken_off=()), goods, is_part))
    return tuple(slips)


def parcel_slips(parcels: Sequence[fulfilment.Parcel]) -> tuple[Slip, ...]:
    """A slip for each parcel, of what is in it."""
    ids = [parcel.id for parcel in parcels]
    inside, lots = fulfilment.contents(ids), inventory.lots_in_parcels(ids)
    by_id = {order.id: order for order in orders.by_ids({p.order_id for p in parcels})}
    lines = orders.lines_of_all(list(by_id))
    slips = []
    for parcel in parcels:
        goods = tuple(Goods(u.sku, u.name, u.variant, u.units) for u in inside[parcel.id])
        own = lines[parcel.order_id]
        is_part = sum(g.units for g in goods) < sum(g.units for g in _kept_goods(own))
        view = orders.view(by_id[parcel.order_id], own, taken_off=())
        slips.append(Slip(view, goods, is_part, tuple(lots.get(parcel.id, ()))))
    return tuple(slips)


def _open_goods(lines: Iterable[orders.OrderLine]) -> tuple[Goods, ...]:
    return tuple(Goods(x.sku, x.name, x.variant, x.to_pack) for x in lines if x.to_pack)


def _kept_goods(lines: Iterable[orders.OrderLine]) -> tuple[Goods, ...]:
    kept = ((line, line.quantity - line.refunded_quantity) for line in lines)
    return tuple(Goods(x.sku, x.name, x.variant, units) for x, units in kept if units)


def _names(rows: Iterable[PackRow], skus: Collection[str]) -> dict[str, tuple[str, str]]:
    known = {goods.sku: (goods.name, goods.variant) for row in rows for goods in row.goods}
    parts = set(skus) - set(known)
    found = catalog.variants_by_sku(parts) if parts else {}
    return known | {sku: (variant.product_name, variant.name) for sku, variant in found.items()}
