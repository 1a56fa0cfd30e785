"""Where guides that were imported came from, so that a second import knows them again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Model, db, now
from ...pages import shop_url
from ..models import Guide


class GuideOrigin(Model):
    """A guide that an import made: what it was called there, its old path, what was written."""

    __tablename__ = "shop_guide_origin"
    __table_args__ = (
        Index("ix_shop_guide_origin_path", "path"),
        Index("ix_shop_guide_origin_guide_id", "guide_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(500), unique=True)  # its old address, else a guid
    guide_id: Mapped[int] = mapped_column(ForeignKey("shop_guide.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(String(500), default="")  # of the old address
    digest: Mapped[str] = mapped_column(String(64))  # of the text as the import wrote it
    imported_at: Mapped[datetime] = mapped_column(default=now)


def moved_to(path: str) -> str | None:
    """Where a page of the old site is published now; asked where nothing else is found."""
    old = path.rstrip("/")
    if not old or len(old) > 500 or "\0" in old:  # a NUL is in no text of PostgreSQL
        return None
    slug = db.read(
        select(Guide.slug)
        .join(GuideOrigin, GuideOrigin.guide_id == Guide.id)
        .where(GuideOrigin.path == old, Guide.state == "published")
        .order_by(Guide.id)
        .limit(1)
    ).scalar_one_or_none()
    return shop_url("guide", slug=slug) if slug else None
