"""The money path. Read this file from top to bottom to know why the shop can be trusted.

start_purchase    hold the goods, place the order, open a payment page
settle_purchase   the payment is there: order paid, goods sold, letter written, exactly once
release_purchase  the payment page closed without money: goods back on the shelf, exactly once

Webhook, return page and reconciler all end in the last two, as often as they like and in any
order. No network call is ever made inside a transaction.
"""

import time
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore

from flask import current_app
from sqlalchemy.exc import IntegrityError

from .. import cart, inventory, orders, payments
from ..database import db, transaction
from ..pages import public_url, settings
from ..signals import announce, order_paid, order_released
from .letters import write_confirmation
from .paperwork import new_order, new_session
from .refusals import CartChanged, NothingToBuy, PageIsOpening, PaymentUnderWay, TotalNotPayable

_STILL_WORTH_CONTINUING = timedelta(minutes=5)
_OPENING_TAKES_AT_MOST = timedelta(seconds=90)  # longer than a call with its retries


def start_purchase(cart_id: int, *, seen_key: str) -> str:
    """Returns the address of a payment page for what the shopper saw; nobody else can get it then.

    A second click, or the way back from the payment page, leads to the page that is open already.
    Raises a Refusal with a sentence, and then nothing is held and nothing was charged.
    """
    earlier = orders.open_for_cart(cart_id)
    if earlier is not None:
        url = _continue_earlier(earlier, seen_key)
        if url:
            return url
    try:
        order_id = _hold_and_place(cart_id, seen_key)
    except IntegrityError:  # another tab was faster: its page is the page of this cart
        return _wait_for_page(cart_id, seen_key)
    return _open_page(order_id)


def settle_purchase(session: payments.PaymentSession) -> bool:
    """Makes a paid session's order paid, once; True when this call did it.

    Sells the held goods, takes them out of the cart and writes the letter, all in one step. What
    does not add up is never shipped silently: it goes to staff, or the money goes back.
    """
    if not session.is_paid:
        return False
    with transaction():
        order = orders.by_reference(session.reference, lock=True)
        if order is None:
            return False
        return _settle(order, session)


def release_purchase(order_id: int, *, state: str = "expired") -> bool:
    """Ends an order that nobody can pay any more and gives its goods back, once."""
    with transaction():
        order = orders.by_id(order_id)
        if order is None or not orders.move(order_id, state):
            return False
        inventory.release(order.reference)
        announce(order_released, reference=order.reference, state=state)
        return True


def close_page(order: orders.Order) -> bool:
    """Closes an order's payment page at Stripe and settles or releases it by what Stripe says."""
    if not order.session_id:
        return release_purchase(order.id, state="cancelled")
    try:
        session = payments.expire_session(order.session_id)
    except payments.SessionMissing:
        return release_purchase(order.id, state="cancelled")
    if session.is_paid:
        return settle_purchase(session)
    if session.is_over:
        return release_purchase(order.id)
    return False  # complete but not paid yet: a slow payment method will tell us


def _hold_and_place(cart_id: int, seen_key: str) -> int:
    """First transaction: goods held in SKU order, and an order with everything copied."""
    expires_at = datetime.now(UTC) + timedelta(minutes=settings().STOREFRONT_SESSION_MINUTES)
    grace = timedelta(minutes=settings().STOREFRONT_HOLD_GRACE_MINUTES)
    with transaction():
        priced = cart.price_cart(cart.basket(cart_id), currency=settings().STOREFRONT_CURRENCY)
        _refuse_unbuyable(priced, seen_key)
        order = orders.place(new_order(cart_id, priced, expires_at=expires_at))
        quantities = {line.sku: line.quantity for line in priced.lines if line.quantity}
        inventory.hold(
            order.reference, quantities, until=expires_at + grace, owner=cart.owner_of(cart_id)
        )
        return order.id


def _open_page(order_id: int) -> str:
    """Between and second transaction: ask Stripe, then remember the page; on failure undo all."""
    order = orders.by_id(order_id)
    assert order is not None
    new = new_session(order, orders.lines_of(order_id))
    attempt = order.attempt
    try:
        session = payments.open_session(new)
    except payments.PaymentFailed:
        release_purchase(order_id, state="cancelled")
        raise
    with transaction():
        is_remembered = orders.remember_session(
            order_id, attempt=attempt, session_id=session.id, url=session.url
        )
    return session.url if is_remembered else _close_orphan(session)


def _close_orphan(session: payments.PaymentSession) -> str:
    """A page that came back after its order had ended must not stay open to be paid.

    One that was paid meanwhile leads to its order.
    """
    final = payments.expire_session(session.id)
    if not final.is_paid:
        raise CartChanged
    settle_purchase(final)
    return public_url("order", reference=final.reference)


def _continue_earlier(order: orders.Order, seen_key: str) -> str:
    """Where this cart's shopper goes on: the open page, or the order that is paid already.

    '' after a page that no longer fits has been closed.
    """
    now = datetime.now(UTC)
    fits = order.content_key == seen_key
    if not order.session_url and now - order.placed_at < _OPENING_TAKES_AT_MOST:
        return _wait_for_page(order.cart_id or 0, seen_key)
    lasts = order.session_expires_at - now > _STILL_WORTH_CONTINUING
    if fits and lasts and order.session_url and _is_open(order.session_id or ""):
        return order.session_url
    close_page(order)
    state = _state_of(order.id)
    if state == "pending":
        raise PaymentUnderWay
    return public_url("order", reference=order.reference) if fits and state == "paid" else ""


def _is_open(session_id: str) -> bool:
    """Whether one can pay on this page now: it may have ended and its message been lost."""
    try:
        return payments.retrieve_session(session_id).status == "open"
    except payments.SessionMissing:
        return False


def _state_of(order_id: int) -> str:
    order = orders.by_id(order_id)
    return order.state if order else ""


def _wait_for_page(cart_id: int, seen_key: str) -> str:
    """The address that another click of the same shopper is just fetching.

    A web thread stands still meanwhile, so few wait, and three seconds at most; PageIsOpening then.
    """
    turns: BoundedSemaphore = current_app.extensions["storefront"].click_turns
    if not turns.acquire(blocking=False):
        raise PageIsOpening
    try:
        return _look_for_page(cart_id, seen_key)
    finally:
        turns.release()


def _look_for_page(cart_id: int, seen_key: str) -> str:
    for _ in range(30):
        order = orders.open_for_cart(cart_id)
        if order is None:
            break
        if order.content_key != seen_key:
            raise CartChanged  # another tab orders something else: this page is not for that
        if order.session_url:
            return order.session_url
        db.session.rollback()  # nobody else's connection is kept while we wait
        db.session.expire_all()
        time.sleep(0.1)
    raise PageIsOpening


def _settle(order: orders.Order, session: payments.PaymentSession) -> bool:
    if order.state not in {"pending", "expired", "cancelled"}:
        is_old_news = order.session_id == session.id
        return False if is_old_news else _pay_back(order, session, "paid_twice")
    if (session.amount_cents, session.currency) != (order.total_cents, order.currency):
        return _put_on_hold(order, session)
    if order.state == "pending":
        inventory.sell(order.reference)
    elif not _take_again(order):
        orders.move(order.id, "refunding")
        _remember(order, session)
        return _pay_back(order, session, "sold_out")
    orders.move(order.id, "paid")
    _remember(order, session)
    _empty_cart(order)
    write_confirmation(order.id)
    announce(
        order_paid,
        reference=order.reference,
        total_cents=order.total_cents,
        currency=order.currency,
    )
    return True


def _take_again(order: orders.Order) -> bool:
    """Paid after the goods were given back: takes them once more if they are still there."""
    quantities = {line.sku: line.quantity for line in orders.lines_of(order.id)}
    try:
        with db.session.begin_nested():
            inventory.take_again(order.reference, quantities)
    except inventory.OutOfStock:
        return False
    return True


def _put_on_hold(order: orders.Order, session: payments.PaymentSession) -> bool:
    was_pending = order.state == "pending"
    orders.move(order.id, "on_hold")
    if was_pending:
        inventory.sell(order.reference)
    _remember(order, session)
    orders.flag(
        order.id,
        f"Paid {session.amount_cents} {session.currency} but the order says"
        f" {order.total_cents} {order.currency} (minor units). Do not ship before this is clear.",
    )
    return True


def _pay_back(order: orders.Order, session: payments.PaymentSession, reason: str) -> bool:
    owed = payments.owe_refund(
        order.reference,
        session.payment_id,
        amount_cents=session.amount_cents,
        currency=session.currency,
        reason=reason,
    )
    if owed:
        sentences = {
            "paid_twice": "Paid a second time; the second payment goes back by itself.",
            "sold_out": "Paid after the goods were gone; the payment goes back by itself.",
        }
        orders.flag(order.id, sentences[reason])
    return owed


def _remember(order: orders.Order, session: payments.PaymentSession) -> None:
    ship_to = orders.ShipTo(
        session.email, session.ship_name, session.ship_address, session.ship_country
    )
    orders.remember_payment(
        order.id, session_id=session.id, payment_id=session.payment_id, ship_to=ship_to
    )


def _empty_cart(order: orders.Order) -> None:
    if order.cart_id is not None:
        cart.empty(order.cart_id, {ln.sku: ln.quantity for ln in orders.lines_of(order.id)})


def _refuse_unbuyable(priced: cart.PricedCart, seen_key: str) -> None:
    if not priced.is_buyable:
        raise NothingToBuy
    if priced.key != seen_key:
        raise CartChanged
    if priced.total_cents < payments.minimum_cents(priced.currency):
        raise TotalNotPayable(is_small=True)
    if priced.total_cents > payments.MOST_CENTS:
        raise TotalNotPayable(is_small=False)
