"""The second click of a shopper whose first click is just fetching the payment page."""

import time
from threading import BoundedSemaphore

from flask import current_app

from .. import cart, orders
from ..database import db
from .refusals import CartChanged, PageIsOpening


def has_its_note(order: orders.Order) -> bool:
    """Whether an open order has the gift note that its cart has at this moment."""
    return order.cart_id is None or order.gift_note == cart.gift_note_of(order.cart_id)


def wait_for_page(cart_id: int, seen_key: str) -> str:
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
        if order.content_key != seen_key or not has_its_note(order):
            raise CartChanged  # another tab orders something else: this page is not for that
        if order.session_url:
            return order.session_url
        db.session.rollback()  # nobody else's connection is kept while we wait
        db.session.expire_all()
        time.sleep(0.1)
    raise PageIsOpening
