"""Tables of the guides: the Markdown as written, its revisions, and what it was compiled to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now

_GOES_ON = text("ended_at IS NULL")


class Guide(Model):
    """An article that helps people choose.

    Its row says what is public, or what would be; what somebody writes beside that stands in its
    revisions until it is published. newest is the number of the newest of them, shown that of the
    one that is public: 0 as long as none is.
    """

    __tablename__ = "shop_guide"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state_known"),
        Index("ix_shop_guide_state_published_on", "state", "published_on"),
        Index("ix_shop_guide_publish_at", "publish_at"),
        Index("ix_shop_guide_preview_token", "preview_token", unique=True),
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
    newest: Mapped[int] = mapped_column(default=0)
    shown: Mapped[int] = mapped_column(default=0)
    publish_at: Mapped[datetime | None]  # by itself, at this moment
    publish_number: Mapped[int] = mapped_column(default=0)  # this revision
    publish_by: Mapped[str] = mapped_column(String(320), default="")  # as this person asked for
    publish_problem: Mapped[str] = mapped_column(Text, default="")  # why it did not happen
    preview_token: Mapped[str | None] = mapped_column(String(64))


class GuideRevision(Model):
    """A guide's text as somebody saved it; never changed, and numbered from 1 for each guide."""

    __tablename__ = "shop_guide_revision"
    __table_args__ = (UniqueConstraint("guide_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("shop_guide.id", ondelete="CASCADE"))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[str] = mapped_column(String(320), default="")
    saved_at: Mapped[datetime] = mapped_column(default=now)
    note: Mapped[str] = mapped_column(String(200), default="")


#: Joins a guide with its newest text; every guide has one.
IS_NEWEST = and_(GuideRevision.guide_id == Guide.id, GuideRevision.number == Guide.newest)


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


class GuideLean(Model):
    """A product that a guide's page needs without linking to it: an alternative, a price told."""

    __tablename__ = "shop_guide_lean"
    __table_args__ = (Index("ix_shop_guide_lean_product_id", "product_id"),)

    guide_id: Mapped[int] = mapped_column(
        ForeignKey("shop_guide.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(
        ForeignKey("shop_product.id", ondelete="CASCADE"), primary_key=True
    )


class GuideSwap(Model):
    """What a guide showed in place of a sold-out product, from when until when.

    product and instead are names as they were; instead is '' while nothing could take its place.
    """

    __tablename__ = "shop_guide_swap"
    __table_args__ = (
        CheckConstraint("chosen_by IN ('editor', 'nearest', 'nobody')", name="chosen_by_known"),
        Index(
            "uq_shop_guide_swap_open",
            "guide_id",
            "block",
            "product_id",
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("shop_guide.id", ondelete="CASCADE"))
    block: Mapped[str] = mapped_column(String(40))
    product_id: Mapped[int]
    product: Mapped[str] = mapped_column(String(200))
    instead_id: Mapped[int | None]
    instead: Mapped[str] = mapped_column(String(200), default="")
    chosen_by: Mapped[str] = mapped_column(String(16))
    began_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class OutsideLink(Model):
    """An address outside of the shop that guides lead to, and what it answered last."""

    __tablename__ = "shop_outside_link"
    __table_args__ = (Index("ix_shop_outside_link_asked_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(2000), unique=True)
    found_at: Mapped[datetime] = mapped_column(default=now)
    asked_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(200), default="")
    is_fine: Mapped[bool] = mapped_column(default=True)
    failed_days: Mapped[int] = mapped_column(default=0)  # in a row; told from the second on
    last_failed_on: Mapped[date | None]
