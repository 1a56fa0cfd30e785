"""What staff read about money: one plain sentence for each thing that can happen to it."""

from .. import orders, payments
from ..display import show_day, show_money

_REASONS = {
    "fraudulent": "says its customer did not make this payment",
    "product_not_received": "says the parcel did not arrive",
    "product_unacceptable": "says the goods were not as described",
    "duplicate": "says this was charged twice",
    "credit_not_processed": "says a refund was promised and did not come",
}
_MOVED = {
    "sent": "is on its way",
    "done": "went back",
    "failed": "could not be delivered and is here again",
}


def goes_back(order: orders.Order, reason: str) -> str:
    """A payment that the shop sends back without being asked."""
    why = {
        "paid_twice": "was paid a second time. The second payment goes",
        "paid_after_cancel": "was paid after it had been cancelled. The payment goes",
        "sold_out": "was paid after its goods were gone. The payment goes",
    }
    return f"Order {order.number} {why[reason]} back by itself."


def refund_asked(order: orders.Order, cents: int, note: str) -> str:
    """History: staff asked for a refund."""
    return ": ".join(filter(None, [f"{show_money(cents, order.currency)} to go back", note]))


def refund_moved(refund: payments.Refund) -> str:
    """History: what Stripe says about a refund."""
    where = " (from Stripe's Dashboard)" if refund.reason == "dashboard" else ""
    return f"{show_money(refund.amount_cents, refund.currency)} {_MOVED[refund.state]}{where}"


def refund_stuck(refund: payments.Refund) -> str:
    """A refund that Stripe does not take."""
    return (
        f"Stripe has not made the refund of {show_money(refund.amount_cents, refund.currency)} in"
        f" {refund.attempts} tries. It said: {refund.error} The shop goes on trying."
    )


def refund_failed(order: orders.Order, refund: payments.Refund) -> str:
    """A refund that the bank sent back."""
    why = f" ({refund.error.replace('_', ' ')})" if refund.error else ""
    sum_ = show_money(refund.amount_cents, refund.currency)
    return (
        f"The bank could not deliver the refund of {sum_}"
        f" for order {order.number}{why}, so the money is with you again. Send it once more, or ask"
        " the shopper for another way."
    )


def goods_out(order: orders.Order) -> str:
    """Goods of an order whose money goes back."""
    return (
        f"All of the money of order {order.number} goes back. Do not send it. If the goods are"
        " still here, put them back on the shelf."
    )


def refunded_elsewhere(order: orders.Order) -> str:
    """A whole payment that somebody sent back in Stripe's Dashboard."""
    return (
        f"Order {order.number} was refunded in full in Stripe's Dashboard. Do not send it. If the"
        " goods are still here, put them back on the shelf."
    )


def fraud_warning(order: orders.Order) -> str:
    """A warning that comes before most disputes."""
    return (
        f"The card's issuer suspects that order {order.number} was paid with a stolen card. Do not"
        f" send it. A refund of {show_money(order.total_cents, order.currency)} now costs less than"
        " the dispute that usually follows."
    )


def unknown_payment(reference: str, cents: int, currency: str, payment_id: str) -> str:
    """Money for an order that a restored backup, say, does not have."""
    return (
        f"Stripe has a payment of {show_money(cents, currency)} ({payment_id}) for order"
        f" {reference or 'without a name'}, which is not in this database. Enter the order by hand,"
        " or send the money back."
    )


def dispute(order: orders.Order, found: payments.StripeDispute) -> str:
    """A bank that asks, has taken the money, or keeps it."""
    sum_ = show_money(found.amount_cents, found.currency)
    if found.status == "lost":
        return f"The dispute about order {order.number} is lost: the bank keeps {sum_}."
    says = _REASONS.get(found.reason, "disputes this payment")
    until = f" Answer by {show_day(found.answer_by)}." if found.answer_by else ""
    if found.is_inquiry:
        return f"The bank asks about order {order.number}: it {says}. Nothing is taken yet.{until}"
    return f"The bank has taken {sum_} of order {order.number} back: it {says}.{until}"


def dispute_moved(found: payments.StripeDispute) -> str:
    """History: what Stripe says about a dispute."""
    return f"{found.status.replace('_', ' ')}, {show_money(found.amount_cents, found.currency)}"
