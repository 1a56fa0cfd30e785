"""Tables of reviews: what buyers say, who was asked, and what is added up of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now
from .reasons import INCENTIVES, REASONS, RELATIONSHIPS

#: waiting: nobody has read it · withheld: its text is not shown, for one of the fixed reasons
STATES = ("waiting", "shown", "withheld")
#: States of an order whose buyer got the goods and paid; who sent something back has used it too.
BOUGHT = ("paid", "refunding", "refunded")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Review(Model):
    """What the buyer of an order's line says of it; there is one for a line.

    Its stars count in every state. version tells apart the texts that an author has sent, so that
    nobody shows a text that they have not read.
    """

    __tablename__ = "shop_review"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_one_to_five"),
        CheckConstraint("verified", name="only_of_buyers"),
        CheckConstraint(_one_of("state", STATES), name="state_known"),
        CheckConstraint(_one_of("incentive", tuple(INCENTIVES)), name="incentive_known"),
        CheckConstraint(_one_of("relationship", tuple(RELATIONSHIPS)), name="relationship_known"),
        CheckConstraint(_one_of("reason_code", ("", *REASONS)), name="reason_known"),
        CheckConstraint("(state = 'withheld') = (reason_code <> '')", name="withheld_for_a_reason"),
        Index("ix_shop_review_product_id_state_id", "product_id", "state", "id"),
        Index("ix_shop_review_state_id", "state", "id"),
        Index("ix_shop_review_text_key", "text_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("shop_order_line.id"), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("shop_product.id"))
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(String(64), default="")  # see texts.key_of()
    name: Mapped[str] = mapped_column(String(40), default="")  # as it is shown; '' is "A buyer"
    verified: Mapped[bool] = mapped_column(default=True)
    incentive: Mapped[str] = mapped_column(String(16), default="none")
    relationship: Mapped[str] = mapped_column(String(16), default="none")
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    reason_code: Mapped[str] = mapped_column(String(24), default="")
    version: Mapped[int] = mapped_column(default=1)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str] = mapped_column(String(320), default="")
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(320), default="")


class Rating(Model):
    """What the reviews of a product add up to; operations.py keeps it, and doctor proves it."""

    __tablename__ = "shop_rating"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("shop_product.id"), primary_key=True, autoincrement=False
    )
    ones: Mapped[int] = mapped_column(default=0)
    twos: Mapped[int] = mapped_column(default=0)
    threes: Mapped[int] = mapped_column(default=0)
    fours: Mapped[int] = mapped_column(default=0)
    fives: Mapped[int] = mapped_column(default=0)
    shown: Mapped[int] = mapped_column(default=0)  # reviews whose text is shown
    withheld: Mapped[int] = mapped_column(default=0)


class ReviewInvitation(Model):
    """An order whose buyer was asked, or was not to be asked; nobody is asked twice."""

    __tablename__ = "shop_review_invitation"

    order_id: Mapped[int] = mapped_column(
        ForeignKey("shop_order.id"), primary_key=True, autoincrement=False
    )
    decided_at: Mapped[datetime] = mapped_column(default=now)


class ReviewStop(Model):
    """An address that wants no invitations, as a keyed hash: the address itself is not kept."""

    __tablename__ = "shop_review_stop"

    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    stopped_at: Mapped[datetime] = mapped_column(default=now)
