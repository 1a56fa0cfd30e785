"""From a full cart to a paid order; purchase.py tells the whole story."""

from .purchase import release_purchase, settle_purchase, start_purchase
from .refusals import CartChanged, NothingToBuy, PageIsOpening, PaymentUnderWay, TotalNotPayable

__all__ = [
    "CartChanged",
    "NothingToBuy",
    "PageIsOpening",
    "PaymentUnderWay",
    "TotalNotPayable",
    "release_purchase",
    "settle_purchase",
    "start_purchase",
]
