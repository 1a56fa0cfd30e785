"""Tables of the stock: the running sum, the ledger it sums, and what open payments hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Stock(Model):
    """The sum of a SKU's ledger, and how much of it open payments hold."""

    __tablename__ = "shop_stock"
    __table_args__ = (
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("held <= on_hand", name="held_within_on_hand"),
    )

    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)


class StockMovement(Model):
    """One line of the ledger; a trigger in the database refuses to change or delete it."""

    __tablename__ = "shop_stock_movement"
    __table_args__ = (
        Index("ix_shop_stock_movement_sku_id", "sku", "id"),
        Index("ix_shop_stock_movement_reference", "reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    change: Mapped[int]
    reason: Mapped[str] = mapped_column(String(32))  # opening, received, counted, sold, returned …
    reference: Mapped[str] = mapped_column(String(64), default="")  # the order, delivery or count
    actor: Mapped[str] = mapped_column(String(120), default="")  # who did it; empty for the shop
    moved_at: Mapped[datetime] = mapped_column(default=now)


class Hold(Model):
    """Units set aside for one order line while its payment is open."""

    __tablename__ = "shop_hold"
    __table_args__ = (
        UniqueConstraint("reference", "sku"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("state IN ('held', 'released', 'sold')", name="state_known"),
        Index("ix_shop_hold_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(64), default="", index=True)  # the cart it is for
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="held")
    expires_at: Mapped[datetime]
