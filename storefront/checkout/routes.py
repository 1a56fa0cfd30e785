"""Checkout over HTTP: to the payment page, back from it, and Stripe's own word about it."""

import logging
import re

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .. import cart, orders, payments
from ..database import transaction
from ..errors import Refusal
from ..forms import STALE
from ..limits import limit
from ..pages import error_page, render_private, settings, shop_url
from ..tasks import hand_over
from .events import is_ours
from .forms import CheckoutForm
from .paperwork import pay_url
from .purchase import settle_purchase, start_purchase
from .tasks import act_on

log = logging.getLogger("storefront")

_SESSION_ID = re.compile(r"cs_[A-Za-z0-9_]{1,250}")
_LOOK_SECONDS, _MOST_LOOKS = 5, 60  # five minutes


def start() -> AnyResponse:
    """Leads to the payment page, or back to the cart with one sentence."""
    limit("start a checkout", "120/minute")
    form, choices = CheckoutForm(), cart.ChoicesForm()
    found = cart.find_cart(request.cookies.get(cart.COOKIE))
    try:
        if not form.validate():
            raise Refusal(STALE)
        if found is None:
            raise Refusal("There is nothing in your cart that can be ordered.")
        with transaction():  # whoever presses at once has chosen on the way
            cart.choose(found.id, country=choices.country.data, gift_note=choices.new_note)
        url = start_purchase(found.id, seen_key=form.seen.data)
        if form.no_invitation.data:
            with transaction():
                orders.refuse_invitation(found.id)
    except payments.PaymentFailed as failure:
        log.warning("a payment page could not be opened: %s", failure.detail)
        return cart.cart_page(error=failure.sentence, status=503)
    except cart.NoteRefused as refusal:
        return cart.cart_page(note_error=refusal.sentence, note=choices.new_note, status=422)
    except Refusal as refusal:
        return cart.cart_page(error=refusal.sentence, note=choices.new_note, status=422)
    return redirect(url, 303)


def come_back() -> AnyResponse:
    """Where a payment page leads back to: settles what it can, and shows the order."""
    session_id = request.args.get("session_id", "")
    if not _SESSION_ID.fullmatch(session_id):
        raise orders.OrderNotFound
    limit("come back from paying", "60/minute")
    try:
        session = payments.retrieve_session(session_id)
    except payments.SessionMissing:
        raise orders.OrderNotFound from None
    except payments.PaymentFailed:
        return _cannot_ask(orders.by_session(session_id), session_id)
    settle_purchase(session)
    order = orders.by_reference(session.reference)
    if order is None:
        raise orders.OrderNotFound
    if order.state != "pending":
        return _order_page(order)
    return render_private(
        "storefront/checkout/pending.html",
        status=202,
        word="open",
        payment_url=session.url or order.session_url,
        pay_url=pay_url(order),
    )


def cancelled() -> Response:
    """Where the payment page's way back leads; nothing was charged, and the goods stay held."""
    return render_private("storefront/checkout/cancelled.html")


def stripe_webhook() -> Response:
    """Stripe tells us something: verified, kept, acted on once, answered honestly.

    The worker acts on it, and only without a worker this request does. 400 for what Stripe did not
    sign, 200 for what is kept, done or not ours, 500 when it could not be recorded, so that Stripe
    sends it again.
    """
    found = settings()
    event = payments.read_event(
        request.get_data(),
        request.headers.get("Stripe-Signature", ""),
        found.STRIPE_WEBHOOK_SECRET,
        found.STRIPE_WEBHOOK_SECRET_PREVIOUS,
    )
    if not is_ours(event):
        return Response("not ours", 200)
    with transaction():
        is_new = payments.record_event(event)
    if is_new and hand_over("follow_event", event.id):
        return Response("kept for the worker", 200)
    if is_new and not act_on(event.id, event.type, event.object_id):
        return Response("kept, and tried again by the worker", 200)
    return Response("done", 200)


def show_bad_signature(refusal: Refusal) -> Response:
    """A plain answer for machines."""
    return Response(refusal.sentence, refusal.status, content_type="text/plain; charset=utf-8")


def _order_page(order: orders.Order) -> AnyResponse:
    return redirect(shop_url("order", reference=order.reference), 303)


def _cannot_ask(order: orders.Order | None, session_id: str) -> AnyResponse:
    if order is None:
        return error_page(
            503,
            "We cannot ask about your payment just now. If you have paid, your"
            " order is safe: we will write to you as soon as we know.",
        )
    return _wait("unknown", session_id) if order.state == "pending" else _order_page(order)


def _wait(word: str, session_id: str) -> Response:
    """A page that looks again by itself, but not for ever: a forgotten tab must come to rest."""
    look = request.args.get("look", 0, type=int)
    looks_again = 0 <= look < _MOST_LOOKS
    response = render_private(
        "storefront/checkout/pending.html", status=202, word=word, looks_again=looks_again
    )
    if looks_again:
        # The query stays outside shop_url, which remembers every address it has built.
        query = f"session_id={session_id}&look={look + 1}"
        response.headers["Refresh"] = f"{_LOOK_SECONDS}; url={shop_url('checkout_return')}?{query}"
    return response


def register(shop: Blueprint) -> None:
    """Adds the checkout's addresses."""
    shop.add_url_rule("/checkout", "checkout", start, methods=["POST"])
    shop.add_url_rule("/checkout/return", "checkout_return", come_back)
    shop.add_url_rule("/checkout/cancelled", "checkout_cancelled", cancelled)
    shop.add_url_rule("/webhooks/stripe", "stripe_webhook", stripe_webhook, methods=["POST"])
    shop.register_error_handler(payments.BadSignature, show_bad_signature)
