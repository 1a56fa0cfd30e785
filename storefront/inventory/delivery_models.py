"""Tables of deliveries: what a supplier is to bring, and what was taken in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Delivery(Model):
    """What a supplier brings, ordered before or simply there; open until closed_at."""

    __tablename__ = "shop_delivery"
    __table_args__ = (
        Index("ix_shop_delivery_closed_at_id", "closed_at", "id"),
        Index("ix_shop_delivery_closed_at_expected_on", "closed_at", "expected_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier: Mapped[str] = mapped_column(String(200), default="")
    expected_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    token: Mapped[str] = mapped_column(String(64), unique=True)  # of the form that made it
    actor: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """What the ledgers call it."""
        return f"D-{self.id}"


class DeliveryLine(Model):
    """Units of a SKU that are expected, and how many of them came; cost_cents is for one unit."""

    __tablename__ = "shop_delivery_line"
    __table_args__ = (
        UniqueConstraint("delivery_id", "sku"),
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("received >= 0", name="received_not_negative"),
        Index("ix_shop_delivery_line_sku", "sku"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("shop_delivery.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    units: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    cost_cents: Mapped[int | None]


class Receipt(Model):
    """One time that goods of a delivery were taken in; undone as a whole or not at all."""

    __tablename__ = "shop_receipt"
    __table_args__ = (Index("ix_shop_receipt_delivery_id", "delivery_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("shop_delivery.id"))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    actor: Mapped[str] = mapped_column(String(120), default="")
    received_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(120), default="")


class ReceiptLine(Model):
    """Units of a SKU that were taken in, into a lot where it is kept in lots."""

    __tablename__ = "shop_receipt_line"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        Index("ix_shop_receipt_line_receipt_id", "receipt_id"),
        Index("ix_shop_receipt_line_sku_id", "sku", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("shop_receipt.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    units: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("shop_lot.id"))
    cost_cents: Mapped[int | None]
