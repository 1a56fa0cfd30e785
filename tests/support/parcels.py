"""Orders that are paid, and what becomes of their goods."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from storefront import fulfilment, inventory, orders, payments
from storefront.database import db

from .shop import Shop

LABEL = orders.ShipTo("ida@mail.example", "Ida Quay", "Harbour Street 1\nD01 Dublin", "IE")


def paid_order(
    shop: Shop,
    goods: Mapping[str, int] | None = None,
    *,
    label: orders.ShipTo = LABEL,
    name: str = "Oil {sku}",
    size: str = "100 ml",
    gift_note: str = "",
) -> orders.Order:
    """An order of these units (SKU → how many) whose money is here."""

    def place() -> orders.Order:
        lines = [
            orders.NewLine(sku, name.format(sku=sku), size, units, 1000, 1900)
            for sku, units in (goods or {"OIL-100": 1}).items()
        ]
        order = orders.place(
            orders.NewOrder(
                cart_id=1000 + (db.session.scalar(sa.select(sa.func.count(orders.Order.id))) or 0),
                content_key="k",
                currency="EUR",
                lines=lines,
                delivery_name="Standard",
                delivery_cents=0,
                vat_cents=0,
                session_expires_at=datetime(2027, 1, 1, tzinfo=UTC),
                gift_note=gift_note,
            )
        )
        for line in lines:
            inventory.open_stock(line.sku, 100)
        inventory.take_again(order.reference, orders.quantities_of(order.id))
        orders.remember_label(order.id, label)
        orders.remember_payment(order.id, session_id=f"cs_{order.id}", payment_id=f"pi_{order.id}")
        payments.record_payment(
            f"pi_{order.id}",
            order_reference=order.reference,
            session_id=f"cs_{order.id}",
            amount_cents=order.total_cents,
            currency="EUR",
        )
        orders.move(order.id, "paid")
        return order

    return shop.do(place)


def packed(shop: Shop, order: orders.Order, token: str = "t", **more: object) -> int:
    """The number of a parcel of this order."""
    found = shop.do(
        lambda: fulfilment.pack(order.id, token=token, actor="ida", **more)  # type: ignore[arg-type]
    )
    assert found is not None
    return found.id


def shipped(shop: Shop, parcel_id: int, tracking: str = "TR1", token: str = "s") -> bool:
    """Whether this call shipped the parcel."""
    with shop.app.test_request_context():
        return shop.do(
            lambda: fulfilment.ship(
                parcel_id, carrier="DHL", tracking=tracking, token=token, actor="ida"
            )
        )


def refund(shop: Shop, order: orders.Order, units: Mapping[int, int]) -> None:
    """Counts units of lines as refunded."""

    def count() -> None:
        orders.lock(order.id)
        orders.mark_refunded(order.id, units, asked_by=secrets.token_hex(8))

    shop.do(count)


def stage(shop: Shop, order: orders.Order) -> str:
    """Where the goods of an order are."""
    found = shop.ask(lambda: orders.by_id(order.id))
    assert found is not None
    return found.stage


def lines(shop: Shop, order: orders.Order) -> list[orders.OrderLine]:
    """The lines of an order as they are now."""
    return list(shop.ask(lambda: orders.lines_of(order.id)))


def counts(shop: Shop, order: orders.Order) -> list[tuple[int, int, int, int]]:
    """Bought, refunded, packed and shipped units of each line."""
    return [
        (line.quantity, line.refunded_quantity, line.packed_quantity, line.shipped_quantity)
        for line in lines(shop, order)
    ]
