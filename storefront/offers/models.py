"""Tables of offers: what makes a cart cheaper, and every order that one was used for."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now
from .reckoning import KINDS, Terms


class Offer(Model):
    """An offer, automatic or for whoever knows its code; money in minor units of its currency.

    used counts the orders that have it. late are those among them that were paid after their use
    had been given back and somebody else had taken it: they keep the price they were promised.
    """

    __tablename__ = "shop_offer"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind_known"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent_within"),
        CheckConstraint("amount_cents >= 0 AND minimum_cents >= 0", name="money_not_negative"),
        CheckConstraint("used >= 0 AND late >= 0", name="counts_not_negative"),
        CheckConstraint("most_uses IS NULL OR used - late <= most_uses", name="limit_holds"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(String(32), unique=True)  # None: for everybody
    name: Mapped[str] = mapped_column(String(120))  # as shoppers read it
    kind: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int] = mapped_column(default=0)
    amount_cents: Mapped[int] = mapped_column(default=0)
    buy_units: Mapped[int] = mapped_column(default=0)
    free_units: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(String(3))
    minimum_cents: Mapped[int] = mapped_column(default=0)
    category_ids: Mapped[str] = mapped_column(Text, default="")  # numbers, a space between
    skus: Mapped[str] = mapped_column(Text, default="")  # a space between; with neither, all goods
    countries: Mapped[str] = mapped_column(String(800), default="")  # '': wherever the shop sends
    is_combinable: Mapped[bool] = mapped_column(default=True)
    most_uses: Mapped[int | None]
    most_per_shopper: Mapped[int | None]
    used: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime | None]
    is_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    made_by: Mapped[str] = mapped_column(String(320), default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)  # of all that staff may write over

    @property
    def terms(self) -> Terms:
        """What it gives, without a database behind it."""
        return Terms(
            id=self.id,
            name=self.name,
            code=self.code or "",
            kind=self.kind,
            percent=self.percent,
            amount_cents=self.amount_cents,
            buy_units=self.buy_units,
            free_units=self.free_units,
            minimum_cents=self.minimum_cents,
            category_ids=frozenset(map(int, self.category_ids.split())),
            skus=frozenset(self.skus.split()),
            countries=tuple(self.countries.split()),
            is_combinable=self.is_combinable,
            is_per_shopper=self.most_per_shopper is not None,
            starts_at=self.starts_at,
        )


class OfferUse(Model):
    """One order that an offer made cheaper; is_counted while it is open, and once it is paid.

    owner is the cart while its order waits to be paid: whoever changes their cart meanwhile is not
    in their own way. Where the offer is limited for each shopper, shopper is a hash of their
    address, and turn the number of this use among theirs, so that the database counts them.
    """

    __tablename__ = "shop_offer_use"
    __table_args__ = (
        UniqueConstraint("offer_id", "order_reference"),
        UniqueConstraint("offer_id", "shopper", "turn"),
        CheckConstraint("turn IS NULL OR turn > 0", name="turn_positive"),
        Index("ix_shop_offer_use_order_reference", "order_reference"),
        Index("ix_shop_offer_use_owner", "owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("shop_offer.id"))
    order_reference: Mapped[str] = mapped_column(String(40))
    owner: Mapped[str] = mapped_column(String(40), default="")
    shopper: Mapped[str | None] = mapped_column(String(64))
    turn: Mapped[int | None]
    cents: Mapped[int]
    is_counted: Mapped[bool] = mapped_column(default=True)
    taken_at: Mapped[datetime] = mapped_column(default=now)
