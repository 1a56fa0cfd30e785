"""The offers of the storm, and after it whether no more orders have one than may."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import partial

from flask import Flask
from sqlalchemy import select

from storefront import offers, orders
from storefront.database import db, now, transaction

#: Codes, as shoppers type them: for few orders, once for each shopper, for some countries.
FEW, ONCE, THERE = "STORM-FEW", "STORM-ONCE", "STORM-THERE"
#: Of each hundred checkouts. Fewer than want them, so that the last uses are fought for.
FEW_PERCENT, CREAM_PERCENT = 5, 10
FEWEST = 2
ENDED = frozenset({"expired", "failed", "cancelled"})
KEPT = frozenset({"paid", "on_hold"})
OPEN = frozenset({"pending", "processing"})


def announce(app: Flask, *, checkouts: int) -> None:
    """Writes the offers: three codes, and two that count by themselves; odd cents come of them."""
    few, creams = (max(FEWEST, checkouts * share // 100) for share in (FEW_PERCENT, CREAM_PERCENT))
    new = partial(offers.NewOffer, code=None, currency="EUR", starts_at=now())
    wanted = (
        new(name="Few", code=FEW, kind="percent", percent=7, most_uses=few),
        new(name="Once", code=ONCE, kind="amount", amount_cents=333, most_per_shopper=1),
        new(name="There", code=THERE, kind="free_delivery", countries="AT IE"),
        new(name="Cream", kind="percent", percent=13, skus="CREAM-FOOT-75", most_uses=creams),
        new(name="Two oils", kind="buy_get", buy_units=1, free_units=1, skus="OIL-SPRAY-100"),
    )
    with app.app_context(), transaction():
        for one in wanted:
            offers.write(one, actor="")


def overused(history: Mapping[int, Collection[str]]) -> list[str]:
    """Offers that more orders have than may, or of which a use is taken that no order has.

    An order that was paid after it had ended keeps its price, past the limit if need be; all others
    have had their use since they were placed.
    """
    found = []
    having = _orders_by_offer()
    for offer in db.session.scalars(select(offers.Offer).order_by(offers.Offer.id)):
        users = [
            one for one in having[offer.id] if one.state in OPEN or KEPT & set(history[one.id])
        ]
        in_time = [one for one in users if not ENDED & set(history[one.id])]
        late = len(users) - len(in_time)
        if len(users) != offer.used:
            found.append(f"{offer.name}: {len(users)} orders have it, {offer.used} uses are taken")
        if late < offer.late:
            found.append(f"{offer.name}: {late} orders were paid late, {offer.late} count as such")
        found += _past_limits(offer, in_time)
    return found


def used_by_shoppers() -> dict[str, int]:
    """How much of it all happened, to be printed: orders that have an offer, or gave it back."""
    counts: Counter[str] = Counter()
    rows = db.session.execute(
        select(offers.Offer.name, offers.OfferUse.is_counted).join(
            offers.Offer, offers.Offer.id == offers.OfferUse.offer_id
        )
    )
    for name, is_counted in rows:
        counts[f"have “{name}”" if is_counted else f"gave “{name}” back"] += 1
    return dict(sorted(counts.items()))


def _orders_by_offer() -> dict[int, list[orders.Order]]:
    found: defaultdict[int, list[orders.Order]] = defaultdict(list)
    rows = db.session.execute(
        select(orders.OrderReduction.offer_id, orders.Order)
        .join(orders.Order, orders.Order.id == orders.OrderReduction.order_id)
        .distinct()
    )
    for offer_id, order in rows:
        found[offer_id].append(order)
    return found


def _past_limits(offer: offers.Offer, having: Collection[orders.Order]) -> list[str]:
    theirs = Counter(offers.shopper_of(one.email) for one in having if one.email)
    most, most_each = offer.most_uses, offer.most_per_shopper
    found = []
    if most is not None and len(having) > most:
        found.append(f"{offer.name}: {len(having)} orders have it, {most} may")
    if most_each is not None and any(n > most_each for n in theirs.values()):
        found.append(f"{offer.name}: a shopper has it {max(theirs.values())} times")
    return found
