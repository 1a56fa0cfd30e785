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


def let_time_pass(app: Flask, ages: timedelta = timedelta(hours=2)) -> None:
    """Makes everything in the books so much older, as if nobody had looked for so long."""
    dated = {
        orders.Order: ("placed_at", "session_expires_at"),
        inventory.Hold: ("expires_at",),
        payments.StripeEvent: ("received_at",),
        payments.Refund: ("due_at",),
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
) -> dict[str, list[str]]:
    """What is lost, duplicate, oversold or stuck, a sentence each; empty lists when all is well."""
    paid = [s for s in sessions if s["status"] == "complete" and s["payment_status"] == "paid"]
    back: Counter[str] = Counter()
    for refund in refunds:
        back[refund["payment_intent"]] += refund["amount"]
    with app.app_context():
        by_reference = {o.reference: o for o in db.session.scalars(select(orders.Order))}
        return {
            "lost": _lost(paid, back, by_reference),
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
        if kept[payment] and not (is_its_order and order and order.state == "paid"):
            found.append(f"{payment}: {kept[payment]} taken, no paid order")
    for order in known.values():
        there = kept.get(order.payment_id or "", 0)
        if order.state == "paid" and there != order.total_cents:
            found.append(f"order {order.number}: {order.total_cents} due, Stripe has {there}")
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
        wanted = 1 if order.state == "paid" else 0
        if written[order.reference] + written[order.number] != wanted:
            found.append(f"order {order.number} is {order.state} and has not {wanted} letter")
    return found


def _oversold(stocked: Mapping[str, int]) -> list[str]:
    """Shelves that are not what was put there less what was sold."""
    sold: defaultdict[str, int] = defaultdict(int)
    lines = select(orders.OrderLine.sku, func.sum(orders.OrderLine.quantity)).join(
        orders.Order, orders.Order.id == orders.OrderLine.order_id
    )
    rows = lines.where(orders.Order.state == "paid").group_by(orders.OrderLine.sku)
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


def _stuck(known: Iterable[orders.Order]) -> list[str]:
    """Whatever still waits although nothing is under way."""
    found = [f"order {o.number} is {o.state}" for o in known if o.state in {"pending", "refunding"}]
    held = db.session.execute(select(func.sum(inventory.Stock.held))).scalar_one()
    found += [f"{held} units are held"] * bool(held)
    for model, done in (
        (payments.StripeEvent, "done"),
        (payments.Refund, "done"),
        (mail.Letter, "sent"),
    ):
        waiting = db.session.execute(
            select(func.count()).select_from(model).where(model.state != done)
        ).scalar_one()
        found += [f"{waiting} of {model.__tablename__} are not {done}"] * bool(waiting)
    return found
