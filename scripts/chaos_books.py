"""After the storm: what Stripe took and what the shop says, side by side, to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from storefront import inventory, mail, orders, payments
from storefront.database import db, transaction

CONFIRMATION = "order_confirmation"
KEEPS_MONEY = frozenset({"paid", "on_hold", "disputed"})
KEEPS_GOODS = frozenset({"paid", "on_hold", "disputed", "charged_back"})
WAITS = frozenset({"pending", "processing", "refunding"})
GOES_BACK = frozenset({"succeeded", "pending", "requires_action"})  # a failed refund came back here


def let_time_pass(app: Flask, ages: timedelta = timedelta(hours=2)) -> None:
    """Makes everything in the books so much older, as if nobody had looked for so long."""
    dated = {
        orders.Order: ("placed_at", "session_expires_at"),
        inventory.Hold: ("expires_at",),
        payments.StripeEvent: ("received_at",),
        payments.Refund: ("due_at", "asked_at"),
        mail.Letter: ("due_at",),
    }
    with app.app_context(), transaction() as session:
        for model, columns in dated.items():
            for row in session.scalars(select(model)):  # dates are not subtracted alike everywhere
                for column in columns:
                    setattr(row, column, getattr(row, column) - ages)


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
) -> dict[str, list[str]]:
    """What is lost, duplicate, oversold or stuck, a sentence each; empty lists when all is well."""
    paid = [s for s in sessions if s["status"] == "complete" and s["payment_status"] == "paid"]
    gone = [refund for refund in refunds if refund["status"] in GOES_BACK]
    back: Counter[str] = Counter()
    for taken in [*gone, *(one for one in disputes if one["status"] == "lost")]:
        back[taken["payment_intent"]] += taken["amount"]
    with app.app_context():
        by_reference = {o.reference: o for o in db.session.scalars(select(orders.Order))}
        return {
            "lost": _lost(paid, back, by_reference) + _unwritten(paid, gone),
            "duplicate": _duplicate(paid, back, by_reference),
            "oversold": _oversold(stocked),
            "stuck": _stuck(by_reference.values()),
        }


def _lost(
    paid: list[Mapping[str, Any]], back: Counter[str], known: Mapping[str, orders.Order]
) -> list[str]:
    """Money without an order, and orders without money."""
    kept = {s["payment_intent"]: s["amount_total"] - back[s["payment_intent"]] for s in paid}
    found = []
    for session in paid:
        order = known.get(session["client_reference_id"])
        payment = session["payment_intent"]
        is_its_order = order is not None and order.payment_id == payment
        if kept[payment] and not (is_its_order and order and order.state in KEEPS_MONEY):
            found.append(f"{payment}: {kept[payment]} taken, no paid order")
    for order in known.values():
        due = order.total_cents - _written_back(order) if order.state in KEEPS_MONEY else 0
        there = kept.get(order.payment_id or "", 0)
        if order.state in KEEPS_MONEY and there != due:
            found.append(f"order {order.number}: {due} due, Stripe has {there}")
    return found


def _written_back(order: orders.Order) -> int:
    """What the shop says went back of the payment that its order keeps; minor units."""
    query = select(func.coalesce(func.sum(payments.Refund.amount_cents), 0)).where(
        payments.Refund.payment_id == order.payment_id,
        payments.Refund.state.in_(("sent", "done")),
    )
    return int(db.session.execute(query).scalar_one())


def _unwritten(paid: list[Mapping[str, Any]], gone: list[Mapping[str, Any]]) -> list[str]:
    """Payments and refunds that stand in one of the two books only, or with another amount."""
    at_stripe = {s["payment_intent"]: s["amount_total"] for s in paid if s["payment_intent"]}
    written = {one.id: one.amount_cents for one in db.session.scalars(select(payments.Payment))}
    query = select(payments.Refund).where(payments.Refund.state.in_(("sent", "done")))
    sent = {one.stripe_id or "": one.amount_cents for one in db.session.scalars(query)}
    found = []
    for name, theirs, ours in (
        ("payment", at_stripe, written),
        ("refund", {refund["id"]: refund["amount"] for refund in gone}, sent),
    ):
        for id_ in sorted(theirs.keys() | ours.keys()):
            if theirs.get(id_) != ours.get(id_):
                found.append(f"{name} {id_}: Stripe says {theirs.get(id_)}, we {ours.get(id_)}")
    return found


def _duplicate(
    paid: list[Mapping[str, Any]], back: Counter[str], known: Mapping[str, orders.Order]
) -> list[str]:
    """Orders paid twice, letters written twice or not at all."""
    times = Counter(s["client_reference_id"] for s in paid if not back[s["payment_intent"]])
    found = [f"order {reference} is paid {n} times" for reference, n in times.items() if n > 1]
    written = Counter(
        db.session.scalars(select(mail.Letter.reference).where(mail.Letter.kind == CONFIRMATION))
    )
    for order in known.values():
        there = written[order.reference]
        if order.state in {"refunding", "refunded"}:
            continue  # it had one only if it had its goods; two are refused by the database
        wanted = 1 if order.state in KEEPS_GOODS - {"on_hold"} else 0
        if there != wanted:
            found.append(f"order {order.number} is {order.state} and has not {wanted} letter")
    return found


def _oversold(stocked: Mapping[str, int]) -> list[str]:
    """Shelves that are not what was put there less what was sold."""
    sold: defaultdict[str, int] = defaultdict(int)
    lines = select(orders.OrderLine.sku, func.sum(orders.OrderLine.quantity)).join(
        orders.Order, orders.Order.id == orders.OrderLine.order_id
    )
    has_goods = orders.Order.state.in_(KEEPS_GOODS) | _was_sold_and_refunded()
    rows = lines.where(has_goods).group_by(orders.OrderLine.sku)
    for sku, quantity in db.session.execute(rows):
        sold[sku] = int(quantity)
    found = []
    for stock in db.session.scalars(select(inventory.Stock)):
        if stock.sku not in stocked:
            continue
        left = stocked[stock.sku] - sold[stock.sku]
        if stock.on_hand != left or left < 0:
            found.append(f"{stock.sku}: {left} should be left, {stock.on_hand} are")
    return found


def _was_sold_and_refunded() -> Any:
    """Orders whose money went back after their goods had gone out, which the letter tells."""
    confirmed = select(mail.Letter.reference).where(mail.Letter.kind == CONFIRMATION)
    is_refunded = orders.Order.state == "refunded"
    return is_refunded & orders.Order.reference.in_(confirmed)


def _stuck(known: Iterable[orders.Order]) -> list[str]:
    """Whatever still waits although nothing is under way."""
    found = [f"order {o.number} is {o.state}" for o in known if o.state in WAITS]
    held = db.session.execute(select(func.sum(inventory.Stock.held))).scalar_one()
    found += [f"{held} units are held"] * bool(held)
    for model, done in (
        (payments.StripeEvent, ("done",)),
        (payments.Refund, ("done", "failed", "void")),
        (mail.Letter, ("sent",)),
    ):
        waiting = db.session.execute(
            select(func.count()).select_from(model).where(model.state.not_in(done))
        ).scalar_one()
        found += [f"{waiting} of {model.__tablename__} are not {done[0]}"] * bool(waiting)
    return found
