"""The money path. Read this file from top to bottom to know why the shop can be trusted.

start_purchase    hold the goods, place the order (place_purchase), open a payment page
settle_purchase   do what the table (transitions.py) says about what the page says now
release_purchase  nobody can pay this order any more: goods back on the shelf, exactly once
cancel_purchase   a person ends an order; money that still comes goes back

Webhook, return page and reconciler all end in settle_purchase, as often as they like and in any
order. What becomes of the money later is in afterwards.py. No network call is ever made inside a
transaction.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError

from .. import cart, inventory, offers, orders, payments
from ..database import transaction
from ..pages import public_url, settings
from .page_wait import has_its_note, wait_for_page
from .paperwork import SHOPPER, Caller, new_order, new_session
from .refusals import CartChanged, NotDelivered, NothingToBuy, TotalNotPayable
from .steps import answer, give_back

_STILL_WORTH_CONTINUING = timedelta(minutes=5)
_MORE_TIME = timedelta(minutes=5)  # of a clock or network that is out by more than we allow for
_LONGEST = timedelta(minutes=1430)  # Stripe takes less than a day
_TOO_SMALL = {"amount_too_small"}
_OPENING_TAKES_AT_MOST = timedelta(seconds=90)  # longer than a call with its retries


def start_purchase(cart_id: int, *, seen_key: str, caller: Caller = SHOPPER) -> str:
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
        with transaction():
            order_id = place_purchase(cart_id, seen_key=seen_key, caller=caller)
    except IntegrityError:  # another tab was faster: its page is the page of this cart
        return wait_for_page(cart_id, seen_key)
    return _open_page(order_id)


def place_purchase(cart_id: int, *, seen_key: str, caller: Caller = SHOPPER) -> int:
    """First transaction: goods held in SKU order, offers used, an order with everything copied.

    Returns the order's id. Raises a Refusal, or IntegrityError while the cart has an open order;
    the transaction, which is the caller's, then has to roll back.
    """
    expires_at = datetime.now(UTC) + timedelta(minutes=settings().STOREFRONT_SESSION_MINUTES)
    grace = timedelta(minutes=settings().STOREFRONT_HOLD_GRACE_MINUTES)
    priced = cart.price_cart(cart.basket(cart_id), currency=settings().STOREFRONT_CURRENCY)
    _refuse_unbuyable(priced, seen_key)
    new = new_order(cart_id, priced, expires_at=expires_at, caller=caller)
    order, owner = orders.place(new), cart.owner_of(cart_id)
    quantities = {line.sku: line.quantity for line in priced.lines if line.quantity}
    inventory.hold(order.reference, quantities, until=expires_at + grace, owner=owner)
    offers.take(order.reference, priced.cuts, owner=owner, email=new.email)
    cart.require_open(cart_id)
    return order.id


def settle_purchase(session: payments.PaymentSession) -> bool:
    """Brings the order of a payment page in line with what the page says; True when it changed.

    The one idempotent step for whoever brings the news. What does not add up is never shipped
    silently: it goes to staff, or the money goes back.
    """
    with transaction():
        order = orders.by_reference(session.reference, lock=True)
        return order is not None and answer(order, session)


def release_purchase(order_id: int, *, state: str = "expired") -> bool:
    """Ends an order that nobody can pay any more and gives its goods back, once."""
    with transaction():
        order = orders.by_id(order_id)
        return order is not None and give_back(order, state)


def cancel_purchase(order: orders.Order) -> bool:
    """Ends an order that is not paid, by a person's wish; False when it is too late for that.

    The order is cancelled before its page is closed, so a payment that is faster goes back.
    """
    if not release_purchase(order.id, state="cancelled"):
        return False
    if order.session_id:
        try:
            settle_purchase(payments.expire_session(order.session_id))
        except payments.PaymentFailed:
            return True  # the page closes by its own clock; what is paid until then goes back
    return True


def close_page(order: orders.Order) -> bool:
    """Closes an order's payment page at Stripe and settles or releases it by what Stripe says."""
    if not order.session_id:
        return release_purchase(order.id)
    try:
        session = payments.expire_session(order.session_id)
    except payments.SessionMissing:
        return release_purchase(order.id)
    return settle_purchase(session)


def _open_page(order_id: int, *, is_first: bool = True) -> str:
    """Between and second transaction: ask Stripe, then remember the page; on failure undo all.

    Where Stripe's clock finds the end of the page too near, once more with another end and key.
    """
    order = orders.by_id(order_id)
    assert order is not None
    new = new_session(order, orders.lines_of(order_id))
    attempt = order.attempt
    try:
        session = payments.open_session(new)
    except payments.PaymentFailed as failure:
        if failure.param == "expires_at" and is_first and _try_with_more_time(order_id):
            return _open_page(order_id, is_first=False)
        release_purchase(order_id)
        if failure.code in _TOO_SMALL:
            raise TotalNotPayable(is_small=True) from failure
        raise
    with transaction():
        is_remembered = orders.remember_session(
            order_id, attempt=attempt, session_id=session.id, url=session.url
        )
    return session.url if is_remembered else _close_orphan(session)


def _try_with_more_time(order_id: int) -> bool:
    """Gives an order another attempt, which ends later; False when the order has ended meanwhile.

    Stripe wants half an hour from the moment it reads the request, by its own clock.
    """
    minutes = settings().STOREFRONT_SESSION_MINUTES
    expires_at = datetime.now(UTC) + min(timedelta(minutes=minutes) + _MORE_TIME, _LONGEST)
    grace = timedelta(minutes=settings().STOREFRONT_HOLD_GRACE_MINUTES)
    with transaction():
        order = orders.by_id(order_id)
        if order is None or not orders.begin_attempt(order_id, expires_at=expires_at):
            return False
        inventory.keep_holding(order.reference, until=expires_at + grace)
        return True


def _close_orphan(session: payments.PaymentSession) -> str:
    """A page that came back after its order had ended must not stay open to be paid.

    One that was paid meanwhile leads to its order.
    """
    final = payments.expire_session(session.id)
    settle_purchase(final)
    if final.status != "complete":
        raise CartChanged
    return public_url("order", reference=final.reference)


def _continue_earlier(order: orders.Order, seen_key: str) -> str:
    """Where this cart's shopper goes on: the open page, or the order that is paid already.

    '' after a page that no longer fits has been closed.
    """
    now = datetime.now(UTC)
    fits = order.content_key == seen_key
    if not order.session_url and now - order.placed_at < _OPENING_TAKES_AT_MOST:
        return wait_for_page(order.cart_id or 0, seen_key)
    lasts = order.session_expires_at - now > _STILL_WORTH_CONTINUING
    leads_on = fits and lasts and has_its_note(order)
    if leads_on and order.session_url and _is_open(order.session_id or ""):
        return order.session_url
    close_page(order)
    state = _state_of(order.id)
    if state == "pending":
        raise payments.PaymentFailed("an earlier page could not be closed")
    has_paid = state in {"paid", "processing"}
    return public_url("order", reference=order.reference) if fits and has_paid else ""


def _is_open(session_id: str) -> bool:
    """Whether one can pay on this page now: it may have ended and its message been lost."""
    try:
        return payments.retrieve_session(session_id).status == "open"
    except payments.SessionMissing:
        return False


def _state_of(order_id: int) -> str:
    order = orders.by_id(order_id)
    return order.state if order else ""


def _refuse_unbuyable(priced: cart.PricedCart, seen_key: str) -> None:
    if priced.no_delivery:
        raise NotDelivered(priced.no_delivery)
    if not priced.is_buyable:
        raise NothingToBuy
    if priced.key != seen_key:
        raise CartChanged
    if 0 < priced.total_cents < payments.minimum_cents(priced.currency):
        raise TotalNotPayable(is_small=True)
    if priced.total_cents > payments.MOST_CENTS:
        raise TotalNotPayable(is_small=False)
