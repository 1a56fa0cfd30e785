"""Tables of parcels. How many units of a line are in parcels is counted on the line itself."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Parcel(Model):
    """Units of one order that leave together; one that was unpacked again stays as history.

    token names the press that packed it, shipped_with the press that shipped it: each is undone
    as a whole, and does nothing the second time.
    """

    __tablename__ = "shop_parcel"
    __table_args__ = (
        UniqueConstraint("order_id", "token"),
        CheckConstraint("state IN ('packed', 'shipped', 'unpacked')", name="state_known"),
        CheckConstraint(
            "(state = 'shipped') = (shipped_at IS NOT NULL)", name="shipped_has_moment"
        ),
        Index("ix_shop_parcel_state_id", "state", "id"),
        Index("ix_shop_parcel_token", "token"),
        Index("ix_shop_parcel_shipped_with", "shipped_with"),
        Index("ix_shop_parcel_shipped_at", "shipped_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    state: Mapped[str] = mapped_column(String(16), default="packed")
    token: Mapped[str] = mapped_column(String(64))
    packed_by: Mapped[str] = mapped_column(String(320), default="")
    packed_at: Mapped[datetime] = mapped_column(default=now)
    carrier: Mapped[str] = mapped_column(String(60), default="")
    tracking: Mapped[str] = mapped_column(String(120), default="")
    shipped_with: Mapped[str] = mapped_column(String(64), default="")
    shipped_by: Mapped[str] = mapped_column(String(320), default="")
    shipped_at: Mapped[datetime | None]


class ParcelLine(Model):
    """How many units of an order's line are in a parcel."""

    __tablename__ = "shop_parcel_line"
    __table_args__ = (
        UniqueConstraint("parcel_id", "order_line_id"),
        CheckConstraint("units > 0", name="units_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parcel_id: Mapped[int] = mapped_column(ForeignKey("shop_parcel.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("shop_order_line.id"))
    units: Mapped[int]
