"""Tables of what happened in sum; nothing in them is about a person."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model


class LostDemand(Model):
    """How often an article was wanted on a day while it was sold out, and from which guide."""

    __tablename__ = "shop_lost_demand"
    __table_args__ = (Index("ix_shop_lost_demand_sku_day", "sku", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    guide_slug: Mapped[str] = mapped_column(String(120), primary_key=True)  # '' for a product page
    block: Mapped[str] = mapped_column(String(40), primary_key=True, server_default="")
    refused: Mapped[int] = mapped_column(default=0)  # presses of "Add to cart"
    sign_ups: Mapped[int] = mapped_column(default=0)


class GuideRead(Model):
    """How often a guide was really looked at on a day; the row of block '' is the guide's own."""

    __tablename__ = "shop_guide_read"

    day: Mapped[date] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[str] = mapped_column(String(40), primary_key=True)
    reads: Mapped[int] = mapped_column(default=0)


class GuideAdd(Model):
    """How often an article was put into a cart on a day, from which block of which guide."""

    __tablename__ = "shop_guide_add"

    day: Mapped[date] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    block: Mapped[str] = mapped_column(String(40), primary_key=True)
    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    adds: Mapped[int] = mapped_column(default=0)
