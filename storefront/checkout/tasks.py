"""What the worker does for purchases, and a person by hand; all of it may be repeated."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from .. import inventory, orders, payments
from ..database import transaction
from .events import follow
from .letters import write_refunded
from .purchase import close_page, release_purchase

log = logging.getLogger("storefront")

_LEAVE_ALONE = timedelta(minutes=1)  # an order this young may still be opening its page
_JUST_ARRIVED = timedelta(seconds=10)  # an event this young may still be at its first try


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where shop and Stripe did not agree, and what was done about it."""

    order: str
    shop_said: str
    stripe_says: str
    outcome: str
    is_mended: bool
    sentence: str


def act_on(event_id: str, session_id: str, *, event_type: str = "") -> bool:
    """Reads an event's session anew from Stripe and follows it; False when that failed.

    The event itself may be old or out of order, so nothing in it is believed but its id and type.
    """
    try:
        follow(payments.retrieve_session(session_id), event_type=event_type)
    except payments.SessionMissing:
        log.info("event %s is about a session of another account", event_id)
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
    return act_on(event.id, event.object_id, event_type=event.type)


def retry_events() -> int:
    """Acts on events whose first try failed or died; returns how many were done."""
    before = datetime.now(UTC) - _JUST_ARRIVED
    waiting = [(e.id, e.object_id, e.type) for e in payments.events_to_retry(before)]
    return sum(act_on(id_, object_id, event_type=kind) for id_, object_id, kind in waiting)


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
    """Sends back the payments that must go back; returns how many went."""
    made = 0
    for refund in payments.refunds_due(datetime.now(UTC)):
        reference = refund.order_reference[:8]
        made += _unless_it_fails(reference, partial(_make_refund, refund))
    return made


def reconcile(since: datetime) -> list[Finding]:
    """Compares the shop with Stripe and settles what a lost webhook left open.

    Looks at every order that waits for its payment, and at every session opened since a moment.
    Raises PaymentFailed when Stripe cannot be asked.
    """
    waiting = orders.pending_since(datetime.now(UTC) - _LEAVE_ALONE)
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
    if not release_purchase(order.id, state="cancelled"):
        return None  # somebody else has just ended it
    return _mended(order.number, said, stripe_says, "cancelled")


def _check_session(session: payments.PaymentSession) -> Finding | None:
    order = orders.by_reference(session.reference) if session.reference else None
    return _unknown_payment(session) if order is None else _follow_up(order, session)


def _unknown_payment(session: payments.PaymentSession) -> Finding | None:
    """Money for an order that a restored backup, say, does not have; until it has gone back."""
    if not session.is_paid or not session.is_for_an_order:
        return None
    if payments.returned_cents(session.payment_id) >= session.amount_cents:
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
    if not follow(session):
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
    if refund.state == "failed":
        sentence = f"order {number}: {refund.sentence}"
    return _left(number, f"refund {refund.state}", refund.error, sentence)


def _not_followed(event: payments.StripeEvent) -> Finding:
    sentence = f"event {event.id} could not be acted on, left for the next turn"
    return _left("", f"event {event.state}", event.type, sentence)


def _make_refund(refund: payments.Refund) -> bool:
    id_, payment_id, attempts = refund.id, refund.payment_id, refund.attempts
    reference, reason, had_failed = refund.order_reference, refund.reason, refund.state == "failed"
    try:
        # A new key for each try: Stripe repeats a refusal for a day. Twice it cannot happen, since
        # it is the whole payment that goes back.
        key = f"refund-{id_}-{reference[:8]}-{attempts}"
        stripe_id = payments.refund_payment(payment_id, key=key)
    except payments.PaymentFailed as failure:
        with transaction():
            sentence = payments.mark_refund_failed(id_, failure.detail, attempts=attempts)
            order = orders.by_reference(reference)
            if sentence and order is not None:
                orders.flag(order.id, sentence)
        return False
    with transaction():
        if not payments.mark_refund_done(id_, stripe_id):
            return False
        order = orders.by_reference(reference)
        if order is not None and had_failed:
            orders.flag(order.id, f"The refund of payment {payment_id} has gone through after all.")
        if order is not None and reason == "sold_out" and orders.move(order.id, "refunded"):
            write_refunded(order.id)
    return True
