"""What was bought, for ever: orders with everything copied, and the table of their states."""

from .models import Order, OrderEvent, OrderLine
from .operations import (
    NewLine,
    NewOrder,
    NotThatMany,
    OrderNotFound,
    ShipTo,
    mark_refunded,
    move,
    note,
    place,
    remember_label,
    remember_payment,
    remember_session,
)
from .queries import (
    by_id,
    by_reference,
    by_session,
    find,
    history_of,
    lines_of,
    open_for_cart,
    quantities_of,
    unpaid_since,
)
from .states import SENTENCES, STATES, WITH_PAYMENT, allowed_from
from .views import OrderLineView, OrderView, view

__all__ = [
    "SENTENCES",
    "STATES",
    "WITH_PAYMENT",
    "NewLine",
    "NewOrder",
    "NotThatMany",
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
    "history_of",
    "lines_of",
    "mark_refunded",
    "move",
    "note",
    "open_for_cart",
    "place",
    "quantities_of",
    "remember_label",
    "remember_payment",
    "remember_session",
    "unpaid_since",
    "view",
]
