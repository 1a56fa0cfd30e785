"""What the worker does for purchases, and a person by hand; all of it may be repeated."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from .. import inventory, orders, payments
from ..database import transaction
from ..pages import public_url
from . import words
from .afterwards import follow_payment, make_refund
from .events import follow
from .purchase import close_page, release_purchase, settle_purchase

log = logging.getLogger("storefront")

_LEAVE_ALONE = timedelta(minutes=1)  # an order this young may still be opening its page
_JUST_ARRIVED = timedelta(seconds=10)  # an event this young may still be at its first try
_LOOK_AFTER = timedelta(hours=12)  # refunds take days, and Stripe tells how they end


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where shop and Stripe did not agree, and what was done about it."""

    order: str
    shop_said: str
    stripe_says: str
    outcome: str
    is_mended: bool
    sentence: str


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
    before = datetime.now(UTC) - _JUST_ARRIVED
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


def reconcile(since: datetime) -> list[Finding]:
    """Compares the shop with Stripe and settles what a lost webhook left open.

    Looks at every order that waits for its payment, and at every session opened since a moment.
    Raises PaymentFailed when Stripe cannot be asked.
    """
    waiting = orders.unpaid_since(datetime.now(UTC) - _LEAVE_ALONE)
    checked = {order.session_id for order in waiting}
    checks = [(f"order {order.number}", partial(_check_order, order)) for order in waiting]
    found = [_checked(name, check) for name, check in checks]
    for session in payments.sessions_since(since):
        if session.id not in checked:
            found.append(_checked(session.id, partial(_check_session, session)))
    return [finding for finding in found if finding is not None]


def unfinished() -> list[Finding]:
    """What retry_events and make_refunds have left for another turn."""
    left = [_owed(refund) for refund in payments.refunds_owed()]
    before = datetime.now(UTC) - _JUST_ARRIVED
    return left + [_not_followed(event) for event in payments.events_to_retry(before)]


def _checked(name: str, check: Callable[[], Finding | None]) -> Finding | None:
    try:
        return check()
    except Exception as error:
        _log_failure(name, error)
        return _left(name, "", "", f"{name} could not be checked, left for the next turn")


def _unless_it_fails(name: str, work: Callable[[], bool]) -> bool:
    """What work returns; its failure never keeps the others from their turn."""
    try:
        return work()
    except Exception as error:
        _log_failure(name, error)
        return False


def _log_failure(name: str, error: Exception) -> None:
    """Names the order or its page and the kind of failure, never what a person typed."""
    log.error("%s is left for the next turn: %s", name, type(error).__name__)


def _check_order(order: orders.Order) -> Finding | None:
    if not order.session_id:
        if order.session_expires_at > datetime.now(UTC):
            return None
        return _released(order, "has no payment page")
    try:
        session = payments.retrieve_session(order.session_id)
    except payments.SessionMissing:
        return _released(order, "knows no such page")
    return _follow_up(order, session)


def _released(order: orders.Order, stripe_says: str) -> Finding | None:
    said = order.state
    if not release_purchase(order.id):
        return None  # somebody else has just ended it
    return _mended(order.number, said, stripe_says, "expired")


def _check_session(session: payments.PaymentSession) -> Finding | None:
    order = orders.by_reference(session.reference) if session.reference else None
    return _unknown_payment(session) if order is None else _follow_up(order, session)


def _unknown_payment(session: payments.PaymentSession) -> Finding | None:
    """Money for an order that a restored backup, say, does not have; until it has gone back."""
    if not session.is_paid or not session.is_for_an_order:
        return None
    if session.shop not in ("", public_url("home")):
        return None  # of another shop on the same account
    books = payments.payment_books(session.payment_id)
    if sum(r.amount_cents for r in books.refunds if r.state != "failed") >= session.amount_cents:
        return None
    log.error("Stripe has a payment for an order that is not in this database: %s", session.id)
    return Finding(
        order=session.reference,
        shop_said="no such order",
        stripe_says=_word_of(session),
        outcome="left for you",
        is_mended=False,
        sentence=f"Stripe has a payment for order {session.reference} that is not in this database"
        f" ({session.amount_cents} {session.currency} in minor units, {session.payment_id}): enter"
        " the order by hand, or refund it in Stripe's Dashboard.",
    )


def _follow_up(order: orders.Order, session: payments.PaymentSession) -> Finding | None:
    said = order.state
    if not settle_purchase(session):
        return None
    now = orders.by_id(order.id)
    outcome = now.state if now else said
    return _mended(order.number, said, _word_of(session), outcome)


def _word_of(session: payments.PaymentSession) -> str:
    return f"{session.status}, {session.payment_status}"


def _mended(order: str, shop_said: str, stripe_says: str, outcome: str) -> Finding:
    sentence = f"order {order}: shop said {shop_said}, Stripe says {stripe_says}; now {outcome}"
    return Finding(order, shop_said, stripe_says, outcome, is_mended=True, sentence=sentence)


def _left(order: str, shop_said: str, stripe_says: str, sentence: str) -> Finding:
    outcome = "left for the next turn"
    return Finding(order, shop_said, stripe_says, outcome, is_mended=False, sentence=sentence)


def _owed(refund: payments.Refund) -> Finding:
    order = orders.by_reference(refund.order_reference)
    number = order.number if order else refund.order_reference
    sentence = f"order {number}: a refund is not made yet, left for the next turn"
    if refund.attempts >= payments.FAILED_AFTER:
        sentence = f"order {number}: {words.refund_stuck(refund)}"
    return _left(number, f"refund {refund.state}", refund.error, sentence)


def _not_followed(event: payments.StripeEvent) -> Finding:
    sentence = f"event {event.id} could not be acted on, left for the next turn"
    return _left("", f"event {event.state}", event.type, sentence)
