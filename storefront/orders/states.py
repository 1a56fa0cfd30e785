"""The states of an order's money: which may follow which, and what each says to the shopper."""

#: state → states it may follow. Whatever is not listed here does not happen.
FOLLOWS: dict[str, frozenset[str]] = {
    "processing": frozenset({"pending"}),
    "paid": frozenset({"pending", "processing", "expired", "failed", "on_hold", "disputed"}),
    "on_hold": frozenset({"pending", "processing", "expired", "failed"}),
    "expired": frozenset({"pending"}),
    "failed": frozenset({"pending", "processing"}),
    "cancelled": frozenset({"pending"}),
    "refunding": frozenset({"expired", "failed", "paid", "on_hold", "refunded"}),
    "refunded": frozenset({"refunding", "paid", "on_hold", "disputed"}),
    "disputed": frozenset({"paid"}),
    "charged_back": frozenset({"paid", "disputed", "on_hold", "refunding"}),
}

STATES = ("pending", *FOLLOWS)

#: The money is here, or was: an order in one of these has a payment.
WITH_PAYMENT = frozenset({"paid", "on_hold", "refunding", "refunded", "disputed", "charged_back"})

SENTENCES: dict[str, str] = {
    "pending": "We are waiting for your payment.",
    "processing": "Your bank is making the payment, which can take some days. Your goods are set"
    " aside, and we will write to you as soon as the money is here.",
    "paid": "Paid. We are packing your order.",
    "on_hold": "Your payment arrived. We are checking a detail and will write to you.",
    "expired": "The payment page closed before a payment was made. Nothing was charged.",
    "failed": "Your bank did not make the payment. Nothing was charged.",
    "cancelled": "This order was cancelled. Nothing will be sent, and nothing is kept.",
    "refunding": "Your payment is on its way back to you.",
    "refunded": "Your payment was returned in full.",
    "disputed": "Your bank is looking into this payment. We will write to you.",
    "charged_back": "Your bank has taken this payment back.",
}

#: What a paid order says instead once its goods have moved, by its stage.
SENT_SENTENCES: dict[str, str] = {
    "packed": "Paid and packed. It waits for its carrier.",
    "part_shipped": "Paid. A part of your order is on its way, and we are packing the rest.",
    "shipped": "Your order is on its way.",
}

HEADINGS: dict[str, str] = {
    "pending": "One moment.",
    "processing": "Thank you.",
    "paid": "Thank you.",
    "on_hold": "Thank you.",
    "expired": "Not paid.",
    "failed": "Not paid.",
    "cancelled": "Cancelled.",
    "refunding": "On its way back.",
    "refunded": "Refunded.",
    "disputed": "With your bank.",
    "charged_back": "Taken back.",
}


def allowed_from(state: str) -> frozenset[str]:
    """The states that an order may be in to become `state`."""
    return FOLLOWS[state]
