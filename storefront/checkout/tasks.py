"""What the worker does for purchases, and a person by hand; all of it may be repeated."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from .. import inventory, orders, payments
from ..database import transaction
from . import words
from .afterwards import follow_books, follow_payment
from .events import follow
from .purchase import close_page, release_purchase, settle_purchase
from .sending_back import make_refund

log = logging.getLogger("storefront")

JUST_ARRIVED = timedelta(seconds=10)  # an event this young may still be at its first try
_LOOK_AFTER = timedelta(hours=12)  # refunds take days, and Stripe tells how they end


def act_on(event_id: str, event_type: str, object_id: str) -> bool:
    """Follows an event of the inbox; False when that failed, and the worker tries it again."""
    try:
        follow(event_type, object_id)
    except payments.SessionMissing:
        log.info("event %s is about a payment of another account", event_id)
    except Exception as error:
        log.error("event %s could not be acted on: %s", event_id, type(error).__name__)
        with transaction():
            payments.mark_event_failed(event_id, type(error).__name__)
        return False
    with transaction():
        payments.mark_event_done(event_id)
    return True


def follow_event(event_id: str) -> bool:
    """Acts on one event of the inbox unless that was done; False when it failed."""
    event = payments.event(event_id)
    if event is None or event.state == "done":
        return True
    return act_on(event.id, event.type, event.object_id)


def retry_events() -> int:
    """Acts on events whose first try failed or died; returns how many were done."""
    before = datetime.now(UTC) - JUST_ARRIVED
    waiting = [(e.id, e.type, e.object_id) for e in payments.events_to_retry(before)]
    return sum(act_on(*event) for event in waiting)


def release_holds() -> int:
    """Ends orders whose holds have outlived their payment page; Stripe is asked before."""
    ended = 0
    for reference in inventory.overdue_holds(datetime.now(UTC)):
        order = orders.by_reference(reference)
        if order is None:
            continue
        ended += _unless_it_fails(order.number, partial(close_page, order))
    return ended


def make_refunds() -> int:
    """Sends back the money that must go back, and looks after what is long under way.

    Returns how many refunds went.
    """
    made = 0
    for refund in payments.refunds_due(datetime.now(UTC)):
        made += _unless_it_fails(refund.order_reference[:8], partial(make_refund, refund))
    for refund in payments.refunds_under_way(datetime.now(UTC) - _LOOK_AFTER):
        _unless_it_fails(refund.order_reference[:8], partial(follow_payment, refund.payment_id))
    return made


def settle_page(session_id: str) -> None:
    """Brings an order in line with its payment page, and with what became of the money."""
    page = payments.retrieve_session(session_id)
    settle_purchase(page)
    if page.payment_id and page.is_paid:
        catch_up(page.payment_id)


def release_order(order_id: int) -> None:
    """Ends an order that has no payment page, and gives its goods back."""
    release_purchase(order_id)


def catch_up(payment_id: str) -> None:
    """Writes down what Stripe has of a payment and the shop lacks.

    Where its order is not in this database, the payment goes on the staff's list until it has gone
    back.
    """
    books = payments.payment_books(payment_id)
    follow_books(books)
    with transaction():
        is_new = payments.record_payment(
            payment_id,
            order_reference=books.order_reference,
            session_id="",
            amount_cents=books.amount_cents,
            currency=books.currency,
        )
        is_unknown = orders.by_reference(books.order_reference) is None
        if is_unknown:
            _keep_unknown(books)
    if is_new and not is_unknown:
        follow_books(books)


def note_fee(payment_id: str, fee_cents: int) -> None:
    """Writes down what Stripe kept of a payment."""
    with transaction():
        payments.note_fee(payment_id, fee_cents)


def _keep_unknown(books: payments.PaymentBooks) -> None:
    reference = books.order_reference
    if books.fee_cents is not None:
        payments.note_fee(books.payment_id, books.fee_cents)
    for refund in books.refunds:
        payments.note_refund(refund, order_reference=reference)
    for dispute in books.disputes:
        payments.note_dispute(dispute, order_reference=reference)
    if payments.going_back_cents(books.payment_id) >= books.amount_cents:
        payments.close_case("unknown_payment", books.payment_id)
        return
    payments.open_case(
        "unknown_payment",
        books.payment_id,
        order_reference=reference,
        sentence=words.unknown_payment(
            reference, books.amount_cents, books.currency, books.payment_id
        ),
    )


def _unless_it_fails(name: str, work: Callable[[], bool]) -> bool:
    """What work returns; its failure never keeps the others from their turn."""
    try:
        return work()
    except Exception as error:
        log_failure(name, error)
        return False


def log_failure(name: str, error: Exception) -> None:
    """Names what failed and the kind of failure, never what a person typed."""
    log.error("%s is left for the next turn: %s", name, type(error).__name__)
