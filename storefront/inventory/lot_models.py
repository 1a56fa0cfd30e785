"""Tables of the lots: what each has left, and the book of what came into it and went out of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Lot(Model):
    """Units of a SKU that were made together; the one without a code has the units of no lot.

    is_short says that its last day of sale is over: too near its expiry date for the SKU's
    minimum shelf life, which sets last_sale_on.
    """

    __tablename__ = "shop_lot"
    __table_args__ = (
        UniqueConstraint("sku", "code"),
        CheckConstraint("units >= 0", name="units_not_negative"),
        CheckConstraint("state IN ('usable', 'quarantined')", name="state_known"),
        Index("ix_shop_lot_code", "code"),
        Index("ix_shop_lot_expires_on_id", "expires_on", "id"),
        Index("ix_shop_lot_state_id", "state", "id"),
        Index("ix_shop_lot_is_short_last_sale_on", "is_short", "last_sale_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    code: Mapped[str] = mapped_column(String(64), default="")
    expires_on: Mapped[date | None]
    last_sale_on: Mapped[date | None]
    units: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default="usable")
    is_short: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")  # why it is quarantined
    received_at: Mapped[datetime] = mapped_column(default=now)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("shop_delivery.id"))

    @property
    def is_blocked(self) -> bool:
        """Whether its units may not be sold or packed."""
        return self.is_short or self.state == "quarantined"


class LotMovement(Model):
    """One line of a lot's book; a trigger in the database refuses to change or delete it."""

    __tablename__ = "shop_lot_movement"
    __table_args__ = (
        Index("ix_shop_lot_movement_lot_id_id", "lot_id", "id"),
        Index("ix_shop_lot_movement_reference_sku", "reference", "sku"),
        Index("ix_shop_lot_movement_sku_id", "sku", "id"),
        Index("ix_shop_lot_movement_parcel_id", "parcel_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("shop_lot.id"))
    sku: Mapped[str] = mapped_column(ForeignKey("shop_stock.sku"))
    change: Mapped[int]
    reason: Mapped[str] = mapped_column(String(32))  # received, packed, unpacked, returned, moved …
    reference: Mapped[str] = mapped_column(String(64), default="")  # the order or delivery
    actor: Mapped[str] = mapped_column(String(120), default="")
    moved_at: Mapped[datetime] = mapped_column(default=now)
    parcel_id: Mapped[int | None]  # the parcel that packed units went into
