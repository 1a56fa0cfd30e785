"""Tables of orders. Names, prices and tax are copied, so that no later change rewrites them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now
from .stages import STAGES
from .states import STATES

#: The event that says: who ordered this wants no letter that asks for a review.
NO_INVITATION = "no_invitation"


def number_of(order_id: int) -> str:
    """The short number of an order, which people say on the phone."""
    return str(1000 + order_id)


class Order(Model):
    """One purchase; money is in minor units of its currency, times are UTC."""

    __tablename__ = "shop_order"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in STATES)})", name="state_known"),
        CheckConstraint(f"stage IN ({', '.join(repr(s) for s in STAGES)})", name="stage_known"),
        CheckConstraint("total_cents = subtotal_cents + delivery_cents", name="total_adds_up"),
        CheckConstraint("reduced_cents >= 0", name="reduced_not_negative"),
        # One open payment for one cart, whatever the number of tabs.
        Index(
            "uq_shop_order_open_cart",
            "cart_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        Index("ix_shop_order_state_placed_at", "state", "placed_at"),
        Index("ix_shop_order_state_id", "state", "id"),
        Index("ix_shop_order_stage_state_id", "stage", "state", "id"),
        Index("ix_shop_order_email", "email"),
        Index("ix_shop_order_draft_reference", "draft_reference"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    cart_id: Mapped[int | None]
    content_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_cents: Mapped[int]  # goods, after what offers took off them
    delivery_name: Mapped[str] = mapped_column(String(100))
    delivery_cents: Mapped[int]
    total_cents: Mapped[int]
    vat_cents: Mapped[int]
    # All that offers took off goods and delivery; OrderReduction says which took off what.
    reduced_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    ship_only_to: Mapped[str] = mapped_column(String(800), default="", server_default="")
    # Part of the payment page's idempotency key; a second one follows where the end was too near.
    attempt: Mapped[int] = mapped_column(default=1)
    session_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    session_url: Mapped[str | None] = mapped_column(Text)
    session_expires_at: Mapped[datetime]
    payment_id: Mapped[str | None] = mapped_column(String(255), unique=True)
    email: Mapped[str] = mapped_column(String(320), default="")
    ship_name: Mapped[str] = mapped_column(String(200), default="")
    ship_address: Mapped[str] = mapped_column(Text, default="")
    ship_country: Mapped[str] = mapped_column(String(2), default="")
    draft_reference: Mapped[str] = mapped_column(  # what it was when it was taken by phone
        String(40), default="", server_default=""
    )
    gift_note: Mapped[str] = mapped_column(Text, default="", server_default="")  # the buyer's words
    placed_at: Mapped[datetime] = mapped_column(default=now)
    paid_at: Mapped[datetime | None]
    # Where the goods are, beside where the money is; sending.py keeps it with the counts of lines.
    stage: Mapped[str] = mapped_column(String(16), default="to_pack")
    version: Mapped[int] = mapped_column(default=1)  # of what staff may write over: the label

    @property
    def number(self) -> str:
        """The short number people say on the phone; the unguessable reference opens the page."""
        return number_of(self.id)


class OrderLine(Model):
    """One SKU of an order, with the guide and block that put it into the cart."""

    __tablename__ = "shop_order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint(
            "line_cents = unit_price_cents * quantity - reduced_cents", name="line_adds_up"
        ),
        CheckConstraint(
            "reduced_cents BETWEEN 0 AND unit_price_cents * quantity", name="reduced_within"
        ),
        CheckConstraint("refunded_quantity BETWEEN 0 AND quantity", name="refunded_within"),
        CheckConstraint("packed_quantity BETWEEN 0 AND quantity", name="packed_within"),
        CheckConstraint("shipped_quantity BETWEEN 0 AND packed_quantity", name="shipped_within"),
        Index("ix_shop_order_line_order_id", "order_id"),
        Index("ix_shop_order_line_sku", "sku"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    sku: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    variant: Mapped[str] = mapped_column(String(100))
    quantity: Mapped[int]
    refunded_quantity: Mapped[int] = mapped_column(default=0)
    packed_quantity: Mapped[int] = mapped_column(default=0)  # in a parcel, shipped ones included
    shipped_quantity: Mapped[int] = mapped_column(default=0)
    unit_price_cents: Mapped[int]
    reduced_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    line_cents: Mapped[int]  # what is paid for it
    tax_basis_points: Mapped[int]
    guide_slug: Mapped[str] = mapped_column(String(120), default="")
    block: Mapped[str] = mapped_column(String(40), default="")

    @property
    def to_pack(self) -> int:
        """Units that are bought, not refunded and in no parcel yet."""
        return max(0, self.quantity - self.refunded_quantity - self.packed_quantity)


class OrderReduction(Model):
    """What one offer took off one line of an order, or off its delivery (line_id is None).

    Name and code are copied, so that no later change of the offer rewrites them.
    """

    __tablename__ = "shop_order_reduction"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_positive"),
        Index("ix_shop_order_reduction_order_id", "order_id"),
        Index("ix_shop_order_reduction_offer_id", "offer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order_line.id"))
    offer_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    code: Mapped[str] = mapped_column(String(32), default="")
    cents: Mapped[int]


class RefundedUnits(Model):
    """Units of a line that were named when money was sent back; asked_by is the refund's."""

    __tablename__ = "shop_refunded_units"
    __table_args__ = (Index("ix_shop_refunded_units_line_id", "line_id"),)

    asked_by: Mapped[str] = mapped_column(String(255), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("shop_order_line.id"), primary_key=True)
    units: Mapped[int]


class OrderEvent(Model):
    """One line of an order's history, for staff."""

    __tablename__ = "shop_order_event"
    __table_args__ = (Index("ix_shop_order_event_order_id", "order_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    kind: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(320), default="")  # empty for the shop itself
    happened_at: Mapped[datetime] = mapped_column(default=now)


class OrderWord(Model):
    """A word by whose beginning staff find an order; written whenever what it is taken from is.

    Compared byte by byte on both databases, so that an index finds all that begins with a text.
    """

    __tablename__ = "shop_order_word"
    __table_args__ = (Index("ix_shop_order_word_order_id_word", "order_id", "word"),)

    word: Mapped[str] = mapped_column(
        String(64).with_variant(String(64, collation="C"), "postgresql"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(
        ForeignKey("shop_order.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)  # goods or label
