"""After the storm: what shoppers were promised, side by side with the orders that came of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from scripts.chaos_offers import ENDED, KEPT, OPEN, overused
from storefront import catalog, delivery, mail, orders
from storefront.database import db

INVITATION, NO_INVITATION = "review_invitation", "no_invitation"
TAKES_THE_NOTE = ("processing", "paid", "on_hold")  # and the cart is emptied


@dataclass(frozen=True)
class Asked:
    """What was on the page where a shopper pressed the button that led to a payment page."""

    gift_note: str
    no_invitation: bool


def broken(
    sessions: Iterable[Mapping[str, Any]],
    asked: Mapping[str, Asked],
    history: Mapping[int, Collection[str]],
) -> list[str]:
    """Prices, gifts, offers and wishes that are otherwise than what somebody saw and pressed."""
    placed = list(db.session.scalars(select(orders.Order).order_by(orders.Order.id)))
    by_reference = {order.reference: order for order in placed}
    pages = [
        (by_reference[session["client_reference_id"]], session)
        for session in sessions
        if session["client_reference_id"] in by_reference
    ]
    wanted = [(order, asked[page["id"]]) for order, page in pages if page["id"] in asked]
    return [
        *overused(history),
        *_added_up_amiss(placed),
        *_charged_amiss(pages),
        *_gifts_amiss(wanted),
        *_carried_on(placed, wanted),
        *_invited_amiss(wanted, history),
    ]


def wishes_of_orders() -> dict[str, int]:
    """What orders were for, to be printed."""
    order, event = orders.Order, orders.OrderEvent
    counts = {
        "gifts": select(func.count(order.id)).where(order.gift_note != ""),
        "orders that want no letter": select(func.count(event.id)).where(
            event.kind == NO_INVITATION
        ),
        "asked for a review": select(func.count(mail.Letter.id)).where(
            mail.Letter.kind == INVITATION
        ),
    }
    countries = db.session.execute(
        select(order.ship_country, func.count())
        .where(order.ship_country != "")
        .group_by(order.ship_country)
        .order_by(order.ship_country)
    )
    found = {what: db.session.scalar(query) or 0 for what, query in counts.items()}
    return found | {f"to {country}": number for country, number in countries}


def _added_up_amiss(placed: Sequence[orders.Order]) -> list[str]:
    ids = [order.id for order in placed]
    lines, reductions = orders.lines_of_all(ids), orders.reductions_of(ids)
    skus = {line.sku for found in lines.values() for line in found}
    sold = catalog.variants_by_sku(skus)
    tax_classes = {sku: variant.tax_class for sku, variant in sold.items()}
    return [
        f"order {order.number}: {what} {there}, and should be {due}"
        for order in placed
        for what, there, due in _sums(
            order, lines[order.id], reductions[order.id], tax_classes=tax_classes
        )
        if there != due
    ]


def _sums(
    order: orders.Order,
    lines: Sequence[orders.OrderLine],
    reductions: Iterable[orders.OrderReduction],
    *,
    tax_classes: Mapping[str, str],
) -> Iterator[tuple[str, int, int]]:
    """What an order says of its money, each beside what its goods, offers and country make of it.

    The country is that of the parcel; before one is known, any that the payment page takes.
    """
    cuts: Counter[int | None] = Counter()
    for cut in reductions:
        cuts[cut.line_id] += cut.cents
    country = order.ship_country or order.ship_only_to[:2]
    goods, taken = sum(line.unit_price_cents * line.quantity for line in lines), cuts.total()
    full_delivery = delivery.delivery_for(goods, country).price_cents
    taxed = []
    for line in lines:
        full = line.unit_price_cents * line.quantity
        yield f"what offers take off {line.sku} is", line.reduced_cents, cuts[line.id]
        yield f"{line.sku} comes to", line.line_cents, full - cuts[line.id]
        rate = delivery.tax_basis_points(tax_classes[line.sku], country)
        yield f"the tax rate of {line.sku} is", line.tax_basis_points, rate
        taxed.append((line.line_cents, rate))
    yield "what offers take off is", order.reduced_cents, taken
    yield "the goods come to", order.subtotal_cents, goods - (taken - cuts[None])
    yield "delivery is", order.delivery_cents, full_delivery - cuts[None]
    yield "the tax inside is", order.vat_cents, delivery.vat_of(taxed, order.delivery_cents)
    yield "the total is", order.total_cents, goods + full_delivery - taken


def _charged_amiss(pages: Iterable[tuple[orders.Order, Mapping[str, Any]]]) -> list[str]:
    """Payment pages that ask for another sum than their order, paid or not."""
    return [
        f"order {order.number}: {page['amount_total']} on its payment page, {order.total_cents} due"
        for order, page in pages
        if page["amount_total"] != order.total_cents and order.state != "on_hold"
    ]


def _gifts_amiss(wanted: Iterable[tuple[orders.Order, Asked]]) -> list[str]:
    """Orders without the note of their buyer, with an older one, or with somebody else's."""
    return [
        f"order {order.number}: its note is “{order.gift_note}”, its buyer's “{one.gift_note}”"
        for order, one in wanted
        if order.gift_note != one.gift_note
    ]


def _carried_on(
    placed: Iterable[orders.Order], wanted: Iterable[tuple[orders.Order, Asked]]
) -> list[str]:
    """Gift notes that went to their order, and yet were on one that was placed after that.

    One whose debit failed gave the note back to its cart. A note of the storm is in one cart only.
    """
    facts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for event in db.session.scalars(select(orders.OrderEvent).order_by(orders.OrderEvent.id)):
        facts[event.order_id].setdefault(event.kind, event.id)
    gone: dict[tuple[int | None, str], orders.Order] = {}
    cart_of = {one.gift_note: order.cart_id for order, one in wanted if one.gift_note}
    found = []
    for order in placed:
        note, there = order.gift_note, facts[order.id]
        if not note:
            continue
        earlier = gone.get((order.cart_id, note))
        if earlier and _taken_at(facts[earlier.id]) < there["placed"]:
            found.append(f"order {order.number} has the note that order {earlier.number} took")
        if cart_of.get(note, order.cart_id) != order.cart_id:
            found.append(f"order {order.number} has the note of another shopper")
        if _taken_at(there) and not ENDED & there.keys():
            gone.setdefault((order.cart_id, note), order)
    return found


def _taken_at(facts: Mapping[str, int]) -> int:
    """Which event took the note out of the cart; 0 for none."""
    return min((facts[fact] for fact in TAKES_THE_NOTE if fact in facts), default=0)


def _invited_amiss(
    wanted: Iterable[tuple[orders.Order, Asked]], history: Mapping[int, Collection[str]]
) -> list[str]:
    """Whoever was asked for a review twice, or although they wanted no such letter.

    The order of one who refused says so once, unless it had ended before it could.
    """
    letters = db.session.scalars(
        select(mail.Letter.reference).where(mail.Letter.kind == INVITATION)
    )
    asked = Counter(letters)
    found = [
        f"{reference} was asked for a review {n} times" for reference, n in asked.items() if n > 1
    ]
    refusals = select(orders.OrderEvent.order_id).where(orders.OrderEvent.kind == NO_INVITATION)
    said = Counter(db.session.scalars(refusals))
    for order, one in {order.id: (order, one) for order, one in wanted}.values():
        stays = order.state in OPEN or KEPT & set(history[order.id])
        if stays and said[order.id] != one.no_invitation:
            found.append(f"order {order.number} refuses a letter {said[order.id]} times")
        if one.no_invitation and asked[order.reference]:
            found.append(f"order {order.number} was asked for a review, and wanted no letter")
    return found
