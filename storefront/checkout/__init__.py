"""From a full cart to a paid order; purchase.py tells the whole story."""

from .purchase import release_purchase, settle_purchase, start_purchase
from .refusals import CartChanged, NothingToBuy, PageIsOpening, PaymentUnderWay, TotalNotPayable
from .tasks import follow_event

__all__ = [
    "CartChanged",
    "NothingToBuy",
    "PageIsOpening",
    "PaymentUnderWay",
    "TotalNotPayable",
    "follow_event",
    "release_purchase",
    "settle_purchase",
    "start_purchase",
]
