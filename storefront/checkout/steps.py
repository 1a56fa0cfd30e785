"""The steps of a purchase: what each answer of the table about a payment page does.

Each runs in the transaction that has locked the order, moves it by a guarded UPDATE, and returns
whether this call did it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .. import cart, inventory, offers, orders, payments
from ..database import db
from ..display import show_money
from ..signals import announce, order_paid, order_released
from . import letters, words
from .transitions import ANSWERS

Step = Callable[[orders.Order, payments.PaymentSession], bool]

_NEXT_LOOK = timedelta(hours=6)  # at a slow payment, should its message be lost


def answer(order: orders.Order, session: payments.PaymentSession) -> bool:
    """Does what the table says about this page; True when something changed."""
    fact = fact_of(order, session)
    if not fact:
        return False
    step = ANSWERS[order.state, fact]
    return step != "-" and STEPS[step](order, session)


def fact_of(order: orders.Order, session: payments.PaymentSession) -> str:
    """What a page says about its order, '' while it is open or where it is not the order's page."""
    if session.is_paid:
        if order.state in orders.WITH_PAYMENT and order.session_id != session.id:
            return "paid_again"
        due = (order.total_cents, order.currency)
        return "paid" if (session.amount_cents, session.currency) == due else "paid_otherwise"
    if order.session_id and order.session_id != session.id:
        return ""
    if session.is_under_way:
        return "under_way"
    if session.has_failed:
        return "failed"
    return "ended" if session.is_over else ""


def sell(order: orders.Order, session: payments.PaymentSession) -> bool:
    """The money is here and the goods are held: they are sold, and the shopper gets a letter."""
    is_first_word = order.state != "processing"  # else the cart was emptied long ago
    if not orders.move(order.id, "paid"):
        return False
    inventory.sell(order.reference)
    offers.keep(order.reference)
    if is_first_word:
        _empty_cart(order)
    _keep_payment(order, session)
    letters.write_confirmation(order.id)
    announce(
        order_paid,
        reference=order.reference,
        total_cents=order.total_cents,
        currency=order.currency,
    )
    return True


def sell_again(order: orders.Order, session: payments.PaymentSession) -> bool:
    """Paid after the goods were given back: takes them once more, or sends the money back."""
    try:
        with db.session.begin_nested():
            inventory.take_again(order.reference, orders.quantities_of(order.id))
    except inventory.OutOfStock:
        return _cannot_sell(order, session)
    return sell(order, session)


def set_aside(order: orders.Order, session: payments.PaymentSession) -> bool:
    """Paid with another amount or currency than the order's: never shipped silently."""
    is_first_word = order.state != "processing"
    if not orders.move(order.id, "on_hold"):
        return False
    inventory.sell(order.reference)
    offers.keep(order.reference)
    if is_first_word:
        _empty_cart(order)
    _keep_payment(order, session)
    paid = show_money(session.amount_cents, session.currency)
    return payments.open_case(
        "paid_otherwise",
        session.payment_id or session.id,
        order_reference=order.reference,
        sentence=f"Order {order.number} was paid with {paid}, but comes to"
        f" {show_money(order.total_cents, order.currency)}."
        " Do not send it before this is clear.",
    )


def wait(order: orders.Order, session: payments.PaymentSession) -> bool:
    """A slow payment is under way: the goods stay held for as long as it takes."""
    inventory.keep_holding(order.reference, until=datetime.now(UTC) + _NEXT_LOOK)
    if not orders.move(order.id, "processing"):
        return False
    offers.keep(order.reference)
    _empty_cart(order)
    _keep_label(order, session)
    letters.write_under_way(order.id)
    return True


def release(order: orders.Order, session: payments.PaymentSession) -> bool:
    """The page closed without money: the goods go back on the shelf."""
    del session
    return give_back(order, "expired")


def fail(order: orders.Order, session: payments.PaymentSession) -> bool:
    """A slow payment will not come: goods back on the shelf, and into the cart for another try."""
    had_emptied = order.state == "processing"
    if not give_back(order, "failed"):
        return False
    if had_emptied and order.cart_id is not None:
        cart.refill(order.cart_id, orders.quantities_of(order.id), gift_note=order.gift_note)
    _keep_label(order, session)
    letters.write_payment_failed(order.id)
    return True


def give_back(order: orders.Order, state: str) -> bool:
    """Ends an order that has no money, and gives its goods and offers back, once."""
    if not orders.move(order.id, state):
        return False
    inventory.release(order.reference)
    offers.give_back(order.reference)
    announce(order_released, reference=order.reference, state=state)
    return True


def pay_back(order: orders.Order, session: payments.PaymentSession) -> bool:
    """Paid a second time: the second payment goes back, the first one stands."""
    return _send_back(order, session, "paid_twice")


def return_it(order: orders.Order, session: payments.PaymentSession) -> bool:
    """Paid after it was cancelled: the order stays cancelled, and all of the money goes back."""
    if not _send_back(order, session, "paid_after_cancel"):
        return False
    _keep_label(order, session)
    return True


def _cannot_sell(order: orders.Order, session: payments.PaymentSession) -> bool:
    if not orders.move(order.id, "refunding"):
        return False
    _keep_payment(order, session)
    if not session.payment_id:  # nothing was due, so nothing can go back
        return orders.move(order.id, "refunded")
    return _send_back(order, session, "sold_out")


def _send_back(order: orders.Order, session: payments.PaymentSession, reason: str) -> bool:
    """Writes down that a payment goes back by itself, and tells staff why; once."""
    if not session.payment_id:
        return False
    _record(order, session)
    owed = payments.owe_refund(
        session.payment_id,
        amount_cents=session.amount_cents,
        reason=reason,
        asked_by=f"{reason}:{session.payment_id}",
    )
    return owed is not None and payments.open_case(
        reason,
        session.payment_id,
        order_reference=order.reference,
        sentence=words.goes_back(order, reason),
    )


def _record(order: orders.Order, session: payments.PaymentSession) -> None:
    payments.record_payment(
        session.payment_id,
        order_reference=order.reference,
        session_id=session.id,
        amount_cents=session.amount_cents,
        currency=session.currency,
    )


def _keep_payment(order: orders.Order, session: payments.PaymentSession) -> None:
    _record(order, session)
    orders.remember_payment(order.id, session_id=session.id, payment_id=session.payment_id)
    _keep_label(order, session)


def _keep_label(order: orders.Order, session: payments.PaymentSession) -> None:
    orders.remember_label(
        order.id,
        orders.ShipTo(session.email, session.ship_name, session.ship_address, session.ship_country),
    )


def _empty_cart(order: orders.Order) -> None:
    if order.cart_id is not None:
        cart.empty(order.cart_id, orders.quantities_of(order.id), gift_note=order.gift_note)


STEPS: dict[str, Step] = {
    "sell": sell,
    "sell_again": sell_again,
    "set_aside": set_aside,
    "wait": wait,
    "release": release,
    "fail": fail,
    "pay_back": pay_back,
    "return_it": return_it,
}
