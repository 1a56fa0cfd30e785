"""Tables of carts. The cookie's token is kept as a hash, so that a stolen backup opens no cart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Cart(Model):
    """A guest's cart, or what staff put together for a caller, which no cookie opens."""

    __tablename__ = "shop_cart"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, index=True)
    code: Mapped[str] = mapped_column(String(32), default="", server_default="")  # of an offer
    # Of a shopper whose code is limited for each of them; the payment page then takes no other.
    code_email: Mapped[str] = mapped_column(String(320), default="", server_default="")
    country: Mapped[str] = mapped_column(String(2), default="", server_default="")  # chosen; or ''
    gift_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    # Its lines before a link was taken, as JSON, until it changes otherwise; '' when nothing was.
    before: Mapped[str] = mapped_column(Text, default="", server_default="")
    open_until: Mapped[datetime | None]  # nobody orders from it any more after this moment


class CartLine(Model):
    """One SKU in a cart, with the price its shopper last saw and the guide that put it there."""

    __tablename__ = "shop_cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "sku"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[int] = mapped_column(ForeignKey("shop_cart.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    seen_price_cents: Mapped[int]
    guide_slug: Mapped[str] = mapped_column(String(120), default="")
    block: Mapped[str] = mapped_column(String(40), default="")
    added_at: Mapped[datetime] = mapped_column(default=now)
