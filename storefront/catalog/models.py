"""Tables of what we sell: a product has variants, one SKU each; the price log is for ever."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now
from .amounts import Thousandths


class Category(Model):
    """A shelf of the shop."""

    __tablename__ = "shop_category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    also_called: Mapped[str] = mapped_column(Text, default="")  # see naming.py
    position: Mapped[int] = mapped_column(default=0)


class Product(Model):
    """An article of sale with the facts that cosmetics law wants (EC 1223/2009 Art. 19)."""

    __tablename__ = "shop_product"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'archived')", name="state_known"),
        CheckConstraint("kind IN ('cosmetic', 'set', 'article')", name="kind_known"),
        CheckConstraint("use_amount IS NULL OR use_amount > 0", name="use_positive"),
        CheckConstraint("uses_per_week IS NULL OR uses_per_week > 0", name="uses_positive"),
        Index("ix_shop_product_state_category_id_position", "state", "category_id", "position"),
        Index("ix_shop_product_state_position", "state", "position"),
        Index("ix_shop_product_updated_at", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    also_called: Mapped[str] = mapped_column(Text, default="")  # see naming.py
    category_id: Mapped[int] = mapped_column(ForeignKey("shop_category.id"))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    kind: Mapped[str] = mapped_column(String(16), default="cosmetic")  # says which facts it needs
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")  # Markdown
    directions: Mapped[str] = mapped_column(Text, default="")
    use_amount: Mapped[Decimal | None] = mapped_column(Thousandths)  # in the net unit of its sizes
    uses_per_week: Mapped[int | None]
    used_for: Mapped[str] = mapped_column(Text, default="")  # small words: feet, bath; see uses.py
    ingredients: Mapped[str] = mapped_column(Text, default="")  # INCI, in label order
    warnings: Mapped[str] = mapped_column(Text, default="")
    opened_months: Mapped[int | None]  # period after opening
    has_best_before: Mapped[bool] = mapped_column(default=False)  # a date stands on each pack
    responsible_name: Mapped[str] = mapped_column(String(200), default="")
    responsible_address: Mapped[str] = mapped_column(Text, default="")
    responsible_contact: Mapped[str] = mapped_column(String(320), default="")
    responsible_uk: Mapped[str] = mapped_column(Text, default="")  # name, address and contact
    contact_us: Mapped[str] = mapped_column(Text, default="")  # where US buyers report harm
    origin_country: Mapped[str] = mapped_column(String(2), default="")
    goes_with: Mapped[str] = mapped_column(Text, default="")  # see pairings.py
    position: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class FormerSlug(Model):
    """An address that a product or guide once had; it leads to the present one for ever."""

    __tablename__ = "shop_former_slug"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  # product, guide
    slug: Mapped[str] = mapped_column(String(120))
    target_id: Mapped[int]


class Variant(Model):
    """One SKU: a size of a product with its price in minor units."""

    __tablename__ = "shop_variant"
    __table_args__ = (
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        CheckConstraint("net_unit IN ('', 'ml', 'g')", name="net_unit_known"),
        CheckConstraint("net_content IS NULL OR net_content > 0", name="net_content_positive"),
        CheckConstraint("prior_cents IS NULL OR prior_cents > price_cents", name="prior_is_higher"),
        Index("ix_shop_variant_product_id_position", "product_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))
    sku: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    price_cents: Mapped[int]
    prior_cents: Mapped[int | None]  # only of an announced reduction: lowest of 30 days before it
    currency: Mapped[str] = mapped_column(String(3))
    net_content: Mapped[int | None]  # in net_unit
    net_unit: Mapped[str] = mapped_column(String(2), default="")
    weight_grams: Mapped[int] = mapped_column(default=0)  # packed, for delivery
    gtin: Mapped[str] = mapped_column(String(14), default="")
    tax_class: Mapped[str] = mapped_column(String(32), default="standard")
    is_sold: Mapped[bool] = mapped_column(default=True)  # False keeps an old size out of the shop
    position: Mapped[int] = mapped_column(default=0)


class PriceChange(Model):
    """One line of the price log; a trigger in the database refuses to change or delete it."""

    __tablename__ = "shop_price_change"
    __table_args__ = (Index("ix_shop_price_change_sku_valid_from", "sku", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(64))
    price_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(64), default="")
    valid_from: Mapped[datetime] = mapped_column(default=now)


class PlannedPrice(Model):
    """A price that begins, and perhaps ends, by the clock."""

    __tablename__ = "shop_planned_price"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'withdrawn')", name="state_known"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("price_cents >= 0", name="price_not_negative"),
        Index("ix_shop_planned_price_state_starts_at", "state", "starts_at"),
        Index("ix_shop_planned_price_sku_state", "sku", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(String(64))
    price_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    is_announced: Mapped[bool] = mapped_column(default=False)  # shown as a reduction
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    back_to_cents: Mapped[int | None]  # the price at its start, which comes back at its end
    planned_by: Mapped[str] = mapped_column(String(320), default="")
    planned_at: Mapped[datetime] = mapped_column(default=now)


class BulkEdit(Model):
    """Many prices or states changed in one press; changes is JSON: [key, before, after] of each."""

    __tablename__ = "shop_bulk_edit"
    __table_args__ = (CheckConstraint("kind IN ('price', 'state')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(200))
    changes: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(320))
    made_at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]


class Picture(Model):
    """A picture that was taken in once: its name is the hash of its content."""

    __tablename__ = "shop_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)  # 16 hex digits of SHA-256
    file: Mapped[str] = mapped_column(String(200))  # what the file was called
    width: Mapped[int]
    height: Mapped[int]
    widths: Mapped[str] = mapped_column(String(100))  # rendered widths, comma-separated: 320,640
    placeholder: Mapped[str] = mapped_column(Text)  # data: URI of a tiny blurred WebP


class ProductPicture(Model):
    """A picture on a product page, with its alternative text; sku ties it to one variant."""

    __tablename__ = "shop_product_picture"
    __table_args__ = (
        Index("ix_shop_product_picture_product_id_position", "product_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))
    picture_id: Mapped[int] = mapped_column(ForeignKey("shop_picture.id"))
    alt: Mapped[str] = mapped_column(Text)
    sku: Mapped[str] = mapped_column(String(64), default="")
    position: Mapped[int] = mapped_column(default=0)
