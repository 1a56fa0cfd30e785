"""Tables of the guides: the Markdown as written, what it was compiled to, and its mentions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Guide(Model):
    """An article that helps people choose."""

    __tablename__ = "shop_guide"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state_known"),
        Index("ix_shop_guide_state_published_on", "state", "published_on"),
        {"sqlite_autoincrement": True},  # other guides remember the id: it is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    source: Mapped[str] = mapped_column(Text)  # the whole file: front matter and Markdown
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # compiled; products by id
    minutes_to_read: Mapped[int]
    author: Mapped[str] = mapped_column(String(200))
    reviewer: Mapped[str] = mapped_column(String(200), default="")
    reviewed_on: Mapped[date | None]
    published_on: Mapped[date | None]
    updated_on: Mapped[date]
    ai_use: Mapped[str] = mapped_column(Text, default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("shop_picture.id"))
    picture_alt: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class GuideMention(Model):
    """A typed link from a guide to a product: renaming the product breaks nothing."""

    __tablename__ = "shop_guide_mention"
    __table_args__ = (
        Index("ix_shop_guide_mention_product_id", "product_id"),
        Index("ix_shop_guide_mention_guide_id", "guide_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("shop_guide.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id", ondelete="CASCADE"))
    block: Mapped[str] = mapped_column(String(40))
