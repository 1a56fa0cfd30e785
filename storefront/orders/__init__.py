"""What was bought, for ever: orders with everything copied, and the table of their states."""

from .models import Order, OrderEvent, OrderLine
from .operations import (
    NewLine,
    NewOrder,
    OrderNotFound,
    ShipTo,
    flag,
    move,
    place,
    remember_payment,
    remember_session,
)
from .queries import (
    by_id,
    by_reference,
    by_session,
    find,
    in_need,
    lines_of,
    open_for_cart,
    pending_since,
)
from .states import SENTENCES, allowed_from
from .views import OrderLineView, OrderView, view

__all__ = [
    "SENTENCES",
    "NewLine",
    "NewOrder",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderLineView",
    "OrderNotFound",
    "OrderView",
    "ShipTo",
    "allowed_from",
    "by_id",
    "by_reference",
    "by_session",
    "find",
    "flag",
    "in_need",
    "lines_of",
    "move",
    "open_for_cart",
    "pending_since",
    "place",
    "remember_payment",
    "remember_session",
    "view",
]
