"""Tables of the stock: the running sum, the ledger it sums, what open payments hold, and counts."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Stock(Model):
    """The sum of a SKU's ledger, how much of it payments hold, and how much is in blocked lots.

    Free to be sold is on_hand - held - blocked; below zero when units were promised before their
    lot was blocked. lots_from is the last line of the ledger before the SKU was kept in lots.
    """

    __tablename__ = "shop_stock"
    __table_args__ = (
        CheckConstraint("held >= 0", name="held_not_negative"),
        CheckConstraint("held <= on_hand", name="held_within_on_hand"),
        CheckConstraint("low_at >= 0", name="low_at_not_negative"),
        CheckConstraint("NOT is_kit OR (on_hand = 0 AND held = 0)", name="kit_is_empty"),
        CheckConstraint("blocked >= 0", name="blocked_not_negative"),
        CheckConstraint("shelf_life_days >= 0", name="shelf_life_not_negative"),
    )

    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    low_at: Mapped[int | None]  # from here down it is low; the shop's own mark where none stands
    edits: Mapped[int] = mapped_column(default=0, server_default="0")  # changes that are no sales
    is_low_told: Mapped[bool] = mapped_column(default=False, server_default=false())  # by letter
    is_kit: Mapped[bool] = mapped_column(default=False, server_default=false())  # has parts
    blocked: Mapped[int] = mapped_column(default=0, server_default="0")
    lots_from: Mapped[int | None]
    shelf_life_days: Mapped[int] = mapped_column(default=0, server_default="0")


class KitPart(Model):
    """So many units of a SKU that one unit of a kit is made of."""

    __tablename__ = "shop_kit_part"
    __table_args__ = (
        CheckConstraint("units > 0", name="units_positive"),
        CheckConstraint("kit_sku <> part_sku", name="not_of_itself"),
        Index("ix_shop_kit_part_part_sku", "part_sku"),
    )

    kit_sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"), primary_key=True)
    part_sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"), primary_key=True)
    units: Mapped[int]


class KitSold(Model):
    """What a kit was made of when an order took it: its parts may change, the order does not."""

    __tablename__ = "shop_kit_sold"
    __table_args__ = (CheckConstraint("units > 0", name="units_positive"),)

    reference: Mapped[str] = mapped_column(String(64), primary_key=True)
    kit_sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    part_sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    units: Mapped[int]


class StockMovement(Model):
    """One line of the ledger; a trigger in the database refuses to change or delete it."""

    __tablename__ = "shop_stock_movement"
    __table_args__ = (
        Index("ix_shop_stock_movement_sku_id", "sku", "id"),
        Index("ix_shop_stock_movement_reference", "reference"),
        Index("ix_shop_stock_movement_sku_reason", "sku", "reason", "moved_at", "change"),
        Index("uq_shop_stock_movement_undoes_id", "undoes_id", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    change: Mapped[int]
    reason: Mapped[str] = mapped_column(String(32))  # opening, received, counted, sold, returned …
    reference: Mapped[str] = mapped_column(String(64), default="")  # the order, delivery or count
    actor: Mapped[str] = mapped_column(String(120), default="")  # who did it; empty for the shop
    moved_at: Mapped[datetime] = mapped_column(default=now)
    undoes_id: Mapped[int | None]  # the line that this one takes back; each at most once


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


class StockCount(Model):
    """A stock-take: what somebody counts, from the sheet to the booking."""

    __tablename__ = "shop_stock_count"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'booked', 'cancelled')", name="state_known"),
        Index("ix_shop_stock_count_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))  # what is counted: everything, Oil, low …
    state: Mapped[str] = mapped_column(String(16), default="open")
    started_by: Mapped[str] = mapped_column(String(320))
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_by: Mapped[str] = mapped_column(String(320), default="")
    ended_at: Mapped[datetime | None]


class StockCountLine(Model):
    """One SKU of a stock-take; books is what the ledger said at the moment it was counted."""

    __tablename__ = "shop_stock_count_line"
    __table_args__ = (
        UniqueConstraint("count_id", "sku"),
        CheckConstraint("counted >= 0", name="counted_not_negative"),
        Index("ix_shop_stock_count_line_count_id_place", "count_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("shop_stock_count.id"))
    place: Mapped[int]  # on the sheet
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    counted: Mapped[int | None]
    books: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    counted_by: Mapped[str] = mapped_column(String(320), default="")


class StockFile(Model):
    """A table of stock that was handed in and found good; it is booked once, or never."""

    __tablename__ = "shop_stock_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    handed_in_by: Mapped[str] = mapped_column(String(320))
    handed_in_at: Mapped[datetime] = mapped_column(default=now)
    booked_at: Mapped[datetime | None]
