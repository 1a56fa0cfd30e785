"""From a full cart to a paid order; purchase.py tells the whole story."""

from .afterwards import MoneyAtTheBank, RefundWish, ask_refund, follow_payment
from .cases import accept_amount, dismiss_case, handle_case, put_all_back, send_all_back
from .events import EVENT_TYPES
from .forms import CheckoutForm
from .offer_books import miscounted_offers
from .paperwork import Caller
from .purchase import (
    cancel_purchase,
    close_page,
    place_purchase,
    release_purchase,
    settle_purchase,
    start_purchase,
)
from .reconciling import keep_in_line
from .refusals import CartChanged, NotDelivered, NothingToBuy, PageIsOpening, TotalNotPayable
from .steps import answer
from .tasks import follow_event, make_refunds

__all__ = [
    "EVENT_TYPES",
    "Caller",
    "CartChanged",
    "CheckoutForm",
    "MoneyAtTheBank",
    "NotDelivered",
    "NothingToBuy",
    "PageIsOpening",
    "RefundWish",
    "TotalNotPayable",
    "accept_amount",
    "answer",
    "ask_refund",
    "cancel_purchase",
    "close_page",
    "dismiss_case",
    "follow_event",
    "follow_payment",
    "handle_case",
    "keep_in_line",
    "make_refunds",
    "miscounted_offers",
    "place_purchase",
    "put_all_back",
    "release_purchase",
    "send_all_back",
    "settle_purchase",
    "start_purchase",
]
