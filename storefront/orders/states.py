"""The state table of an order: which state may follow which, and what each says to the shopper."""

#: state → states it may follow. Whatever is not listed here does not happen.
FOLLOWS: dict[str, frozenset[str]] = {
    "paid": frozenset({"pending", "expired", "cancelled"}),
    "expired": frozenset({"pending"}),
    "cancelled": frozenset({"pending"}),
    "on_hold": frozenset({"pending", "expired", "cancelled"}),
    "refunding": frozenset({"expired", "cancelled"}),
    "refunded": frozenset({"refunding"}),
}

STATES = ("pending", *FOLLOWS)

SENTENCES: dict[str, str] = {
    "pending": "We are waiting for your payment.",
    "paid": "Paid. We are packing your order.",
    "expired": "The payment page closed before a payment was made. Nothing was charged.",
    "cancelled": "This order was cancelled. Nothing was charged.",
    "on_hold": "Your payment arrived. We are checking a detail and will write to you.",
    "refunding": "Your payment came after the goods had sold out. It is on its way back to you.",
    "refunded": "Your payment was returned in full, because the goods had sold out.",
}


def allowed_from(state: str) -> frozenset[str]:
    """The states that an order may be in to become `state`."""
    return FOLLOWS[state]
