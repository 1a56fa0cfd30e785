"""Whether each order adds up: what was taken is what was bought, and the rest goes back."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import partial

from ... import orders, payments
from ...display import show_money
from .. import tasks, words
from ..sending_back import make_refund
from .both_books import Books
from .findings import Comparison


def check_orders(found: Comparison, books: Books) -> None:
    """Tells each order of the period whose money does not add up."""
    dated = payments.payments_between(found.since, found.until)
    rows = {row.id: row for row in dated}
    rows |= {name: row for name, row in books.rows.items() if name in books.taken}
    of_period = {order.reference: order for order in orders.paid_between(found.since, found.until)}
    of_period |= orders.by_references({row.order_reference for row in rows.values()})
    taken: dict[str, list[payments.Payment]] = defaultdict(list)
    for row in payments.payments_for(of_period.keys()):
        taken[row.order_reference].append(row)
    back: Counter[str] = Counter()
    for refund in payments.refunds_for(of_period.keys()):
        if refund.state in payments.GOING_BACK:
            back[refund.payment_id] += refund.amount_cents
    banks: Counter[str] = Counter()
    for dispute in payments.disputes_for(of_period.keys()):
        if dispute.status in payments.TAKEN_BACK:
            banks[dispute.payment_id] += dispute.amount_cents
    told = {finding.order for finding in found.findings}
    for order in sorted(of_period.values(), key=lambda order: order.id):
        sentence = _what_is_wrong(order, taken[order.reference], back, banks)
        if sentence and order.number not in told:
            found.tell("order", order.reference, order.number, sentence)


def _what_is_wrong(
    order: orders.Order,
    taken: list[payments.Payment],
    back: Counter[str],
    banks: Counter[str],
) -> str:
    keeps = order.state in orders.WITH_PAYMENT
    own = next((row for row in taken if keeps and row.id == order.payment_id), None)
    for row in taken:
        kept = row.amount_cents - back[row.id] - banks[row.id]
        if row is not own and kept > 0:
            left = show_money(kept, row.currency)
            return (
                f"Order {order.number} is {order.state}, and {left} of payment {row.id} are neither"
                " its price nor on their way back."
            )
    if not keeps or not order.total_cents:
        return ""
    if own is None:
        return f"Order {order.number} is {order.state}, and no payment is written down for it."
    return _about_its_own(order, own, back[own.id])


def _about_its_own(order: orders.Order, own: payments.Payment, back_cents: int) -> str:
    is_its_price = (own.amount_cents, own.currency) == (order.total_cents, order.currency)
    if not is_its_price and not back_cents and not _is_accepted(order):
        return (
            f"Order {order.number} comes to {show_money(order.total_cents, order.currency)}, and"
            f" {show_money(own.amount_cents, own.currency)} were paid: it is {order.state},"
            " and a person must decide."
        )
    is_all_back = back_cents >= own.amount_cents
    if order.state in {"refunding", "refunded"} and not is_all_back:
        left = show_money(own.amount_cents - back_cents, own.currency)
        return f"Order {order.number} is {order.state}, and {left} are not on their way back."
    if order.state == "paid" and is_all_back:
        return f"Order {order.number} is paid, and all of its money goes back."
    return ""


def _is_accepted(order: orders.Order) -> bool:
    return any(event.kind == "accepted" for event in orders.history_of(order.id))


def list_what_is_due(found: Comparison) -> None:
    """Refunds that Stripe has not taken and events that were not acted on, however old."""
    now = datetime.now(UTC)
    for refund in payments.refunds_owed():
        order = orders.by_reference(refund.order_reference)
        number = order.number if order else refund.order_reference
        amount = show_money(refund.amount_cents, refund.currency)
        sentence = f"Order {number}: a refund of {amount} is not made yet."
        if refund.attempts >= payments.FAILED_AFTER:
            sentence = f"Order {number}: {words.refund_stuck(refund)}"
        mend = partial(make_refund, refund) if refund.due_at <= now else None
        offer = "makes it" if mend else ""
        found.tell("due", str(refund.id), number, sentence, offer, mend)
    for event in payments.events_to_retry(now - tasks.JUST_ARRIVED, most=None):
        found.tell(
            "event",
            event.id,
            "",
            f"Event {event.id} ({event.type}) is not acted on.",
            "acts on it",
            partial(tasks.act_on, event.id, event.type, event.object_id),
        )
