"""After the storm: what Stripe took and what the shop says, side by side, to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from scripts.chaos_promises import Asked, broken
from scripts.chaos_shelves import misplaced, oversold, sold_amiss
from storefront import checkout, fulfilment, inventory, mail, orders, payments
from storefront.database import db, now, transaction

AT_THE_BANK = frozenset({"needs_response", "under_review", "lost"})
BACK = frozenset({"succeeded", "pending", "requires_action"})  # a failed refund came back here
OURS = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
#: What the history of an order says → the letter that tells its shopper.
LETTERS = {
    "paid": "order_confirmation", "processing": "payment_under_way", "failed": "payment_failed",
}  # fmt: skip
WAITS = frozenset({"pending", "processing", "refunding"})
DONE: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (payments.StripeEvent, ("done",)),
    (payments.Refund, ("done", "failed", "void")),
    (mail.Letter, ("sent",)),
)


@dataclass(frozen=True)
class Money:
    """One payment at Stripe: what it took, and where it is now; minor units."""

    payment_id: str
    reference: str
    taken: int
    back: int  # refunds that did not fail
    banks: int  # disputes that are open or lost

    @property
    def kept(self) -> int:
        """What the shop has of it."""
        return self.taken - self.back - self.banks


@dataclass(frozen=True)
class Shop:
    """What the shop has written down, read once."""

    orders: dict[str, orders.Order]
    payments: dict[str, payments.Payment]
    refunds: list[payments.Refund]
    disputes: dict[str, payments.Dispute]
    history: dict[int, set[str]]
    letters: Counter[tuple[str, str]]
    bounced: set[str]  # payments of which a bank refused a refund: staff know, and send it by hand


def let_time_pass(app: Flask, ages: timedelta = timedelta(hours=2)) -> None:
    """Makes all that waits in the books so much older, as if nobody had looked for so long."""
    waiting: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
        (orders.Order, orders.Order.state.in_(WAITS), ("placed_at", "session_expires_at")),
        (inventory.Hold, inventory.Hold.state == "held", ("expires_at",)),
        (payments.StripeEvent, payments.StripeEvent.state != "done", ("received_at",)),
        (payments.Refund, payments.Refund.state.in_(("due", "sent")), ("due_at", "asked_at")),
        (mail.Letter, mail.Letter.state != "sent", ("due_at",)),
    )
    with app.app_context(), transaction() as session:
        for model, is_waiting, columns in waiting:
            for row in session.scalars(select(model).where(is_waiting)):
                for column in columns:  # dates are not subtracted alike everywhere
                    setattr(row, column, getattr(row, column) - ages)


def let_parcels_arrive(app: Flask) -> None:
    """Makes two days pass since the last parcel left, so that buyers are asked for reviews."""
    parcel = fulfilment.Parcel
    with app.app_context(), transaction() as session:
        has_left = update(parcel).where(parcel.state == "shipped")
        session.execute(has_left.values(shipped_at=now() - timedelta(days=2)))


def stock_up(app: Flask, units: Mapping[str, int]) -> None:
    """Puts so many units of each SKU on the shelf."""
    with app.app_context(), transaction():
        for sku, wanted in units.items():
            there = db.session.execute(
                select(inventory.Stock.on_hand).where(inventory.Stock.sku == sku)
            ).scalar_one()
            inventory.adjust(sku, wanted - there, reason="counted")


def audit(
    app: Flask,
    *,
    sessions: Iterable[Mapping[str, Any]],
    refunds: Iterable[Mapping[str, Any]],
    stocked: Mapping[str, int],
    disputes: Iterable[Mapping[str, Any]] = (),
    asked: Mapping[str, Asked] = MappingProxyType({}),
) -> dict[str, list[str]]:
    """What is lost, duplicate, oversold, misplaced, broken or stuck, in sentences, if anything is.

    asked is what shoppers remember, by the id of their payment page.
    """
    sessions, refunds, disputes = list(sessions), list(refunds), list(disputes)
    money = money_at_stripe(sessions, refunds, disputes)
    with app.app_context():
        shop = _read_shop()
        return {
            "lost": [
                *_unwritten(money, refunds, disputes, shop),
                *(found for one in money if (found := _astray(one, shop))),
                *_without_money(money, shop),
            ],
            "duplicate": _made_twice(refunds) + _letters_amiss(shop) + _sold(shop),
            "oversold": oversold(stocked),
            "misplaced": misplaced() + checkout.miscounted_offers(),
            "broken": broken(sessions, asked, shop.history),
            "stuck": _stuck(shop),
        }


def money_at_stripe(
    sessions: Iterable[Mapping[str, Any]],
    refunds: Iterable[Mapping[str, Any]],
    disputes: Iterable[Mapping[str, Any]],
) -> list[Money]:
    """Every payment that Stripe took."""
    back: Counter[str] = Counter()
    banks: Counter[str] = Counter()
    for refund in refunds:
        back[refund["payment_intent"]] += refund["amount"] * (refund["status"] in BACK)
    for dispute in disputes:
        banks[dispute["payment_intent"]] += dispute["amount"] * (dispute["status"] in AT_THE_BANK)
    return [
        Money(id_, s["client_reference_id"], s["amount_total"], back[id_], banks[id_])
        for s in sessions
        if s["payment_status"] == "paid" and (id_ := s["payment_intent"])
    ]


def _read_shop() -> Shop:
    history: defaultdict[int, set[str]] = defaultdict(set)
    for order_id, kind in db.session.execute(
        select(orders.OrderEvent.order_id, orders.OrderEvent.kind)
    ):
        history[order_id].add(kind)
    written = db.session.execute(select(mail.Letter.kind, mail.Letter.reference))
    refunds = list(db.session.scalars(select(payments.Refund)))
    return Shop(
        {one.reference: one for one in db.session.scalars(select(orders.Order))},
        {one.id: one for one in db.session.scalars(select(payments.Payment))},
        refunds,
        {one.id: one for one in db.session.scalars(select(payments.Dispute))},
        history,
        Counter((kind, reference) for kind, reference in written),
        {refund.payment_id for refund in refunds if refund.state == "failed"},
    )


def _unwritten(
    money: list[Money],
    refunds: list[Mapping[str, Any]],
    disputes: list[Mapping[str, Any]],
    shop: Shop,
) -> list[str]:
    """Whatever stands in one of the two books only, or with another amount or ending."""
    sent = [refund for refund in shop.refunds if refund.stripe_id]
    both: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        (
            "payment",
            {one.payment_id: one.taken for one in money},
            {id_: one.amount_cents for id_, one in shop.payments.items()},
        ),
        (
            "refund",
            {one["id"]: (one["amount"], OURS.get(one["status"], "sent")) for one in refunds},
            {one.stripe_id: (one.amount_cents, one.state) for one in sent},
        ),
        (
            "dispute",
            {one["id"]: (one["amount"], one["status"]) for one in disputes},
            {id_: (one.amount_cents, one.status) for id_, one in shop.disputes.items()},
        ),
    )
    return [
        f"{name} {id_}: Stripe says {theirs.get(id_)}, we {ours.get(id_)}"
        for name, theirs, ours in both
        for id_ in sorted(theirs.keys() | ours.keys())
        if theirs.get(id_) != ours.get(id_)
    ]


def _astray(one: Money, shop: Shop) -> str:
    """What is wrong with where a payment's money is; '' when it is where it should be."""
    order = shop.orders.get(one.reference)
    name = f"{one.payment_id} of order {order.number if order else one.reference}"
    if order is None or order.payment_id != one.payment_id:
        is_known = one.payment_id in shop.bounced
        return "" if is_known or not one.kept else f"{name}: {one.kept} kept, paid nothing"
    if one.kept < 0:
        return f"{name}: {-one.kept} more went back than came"
    is_right = {
        "paid": one.kept > 0 and not one.banks,
        "on_hold": one.kept > 0,
        "refunded": one.back == one.taken,
        "refunding": one.payment_id in shop.bounced,
        "disputed": one.banks > 0,
        "charged_back": one.banks > 0,
    }
    if is_right.get(order.state, False):
        return ""
    return f"{name}: {order.state}, {one.taken} came, {one.back} back, {one.banks} at banks"


def _without_money(money: list[Money], shop: Shop) -> list[str]:
    """Orders that say they have money which Stripe never took, or another sum than their own."""
    taken = {one.payment_id: one.taken for one in money}
    found = []
    for order in shop.orders.values():
        if order.state not in orders.WITH_PAYMENT or not order.total_cents:
            continue
        there = taken.get(order.payment_id or "", 0)
        if there != order.total_cents and order.state != "on_hold":
            found.append(f"order {order.number}: {order.total_cents} due, {there} came")
    return found


def _made_twice(refunds: list[Mapping[str, Any]]) -> list[str]:
    """What the shop asked for once, and Stripe sent back more often."""
    asked = Counter((refund["metadata"] or {}).get("asked_by") for refund in refunds)
    return [f"{name} was sent back {n} times" for name, n in asked.items() if name and n > 1]


def _letters_amiss(shop: Shop) -> list[str]:
    """Facts that were told twice or not at all."""
    found = []
    for order in shop.orders.values():
        for fact, letter in LETTERS.items():
            there, wanted = (
                shop.letters[letter, order.reference],
                int(fact in shop.history[order.id]),
            )
            if there != wanted:
                found.append(f"order {order.number} has {there} of {wanted} {letter}")
    for refund in shop.refunds:
        there = shop.letters["refund", f"{refund.order_reference}.{refund.id}"]
        is_told = there == 1 if refund.state in {"sent", "done"} else there <= 1
        if not is_told or (there and not refund.stripe_id):
            found.append(f"refund {refund.id}, {refund.state}, has {there} letters")
    return found


def _sold(shop: Shop) -> list[str]:
    by_id = {order.id: order for order in shop.orders.values()}
    return sold_amiss(by_id, shop.history, {refund.order_reference for refund in shop.refunds})


def _stuck(shop: Shop) -> list[str]:
    """Whatever still waits although nothing is under way."""
    found = []
    for order in shop.orders.values():
        if order.state in WAITS and order.payment_id not in shop.bounced:
            found.append(f"order {order.number} is {order.state}")
    held = db.session.execute(select(func.sum(inventory.Stock.held))).scalar_one()
    found += [f"{held} units are held"] * bool(held)
    for model, done in DONE:
        count = select(func.count()).select_from(model).where(model.state.not_in(done))
        waiting = db.session.execute(count).scalar_one()
        found += [f"{waiting} of {model.__tablename__} are not {done[0]}"] * bool(waiting)
    return found
