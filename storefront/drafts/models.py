"""The table of orders taken by phone; what is in one are the lines of a cart of its own."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class Draft(Model):
    """What staff put together for a caller.

    Whether it is paid is not written here: the orders that were placed from it say so.
    """

    __tablename__ = "shop_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # opens the page that pays
    token: Mapped[str] = mapped_column(String(64), unique=True)  # of the form that wrote it
    cart_id: Mapped[int] = mapped_column(ForeignKey("shop_cart.id"), unique=True)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")  # for the shopper to read
    made_by: Mapped[str] = mapped_column(String(320), default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    is_cancelled: Mapped[bool] = mapped_column(default=False, server_default=false())
    valid_until: Mapped[datetime]
    times_sent: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)  # of all that staff may write over

    @property
    def number(self) -> str:
        """The short number that staff say; the unguessable reference opens the page."""
        return f"P-{self.id}"
