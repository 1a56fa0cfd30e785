"""The page on which a caller pays what staff put together: opened by its unguessable reference."""

import logging

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from .. import checkout, orders, payments
from ..database import transaction
from ..errors import NotFound, Refusal
from ..forms import STALE
from ..limits import limit
from ..pages import render_private, shop_url
from .queries import FoundDraft, by_reference, price

log = logging.getLogger("storefront")


def show(reference: str) -> AnyResponse:
    """What was put together and what it costs; once it is paid, its order."""
    return _page(_found(reference))


def start(reference: str) -> AnyResponse:
    """Leads to the payment page, or back with one sentence."""
    limit("start a checkout", "120/minute")
    found = _found(reference)
    if not found.is_payable:
        return _page(found)
    form = checkout.CheckoutForm()
    caller = checkout.Caller(found.draft.reference, found.draft.email, found.draft.made_by)
    try:
        if not form.validate():
            raise Refusal(STALE)
        url = checkout.start_purchase(found.draft.cart_id, seen_key=form.seen.data, caller=caller)
        if form.no_invitation.data:
            with transaction():
                orders.refuse_invitation(found.draft.cart_id)
    except payments.PaymentFailed as failure:
        log.warning("a payment page could not be opened: %s", failure.detail)
        return _page(_found(reference), status=failure.status, error=failure.sentence)
    except Refusal as refusal:
        return _page(_found(reference), status=refusal.status, error=refusal.sentence)
    return redirect(url, 303)


def _found(reference: str) -> FoundDraft:
    found = by_reference(reference)
    if found is None:
        raise NotFound("This link does not lead anywhere. Please open it from your letter.")
    return found


def _page(found: FoundDraft, *, status: int = 200, error: str = "") -> AnyResponse:
    if found.is_paid:
        return _order(found.order)
    if not found.is_payable:
        return render_private("storefront/drafts/over.html", status=410, state=found.state)
    return render_private(
        "storefront/drafts/pay.html",
        status=status,
        error=error,
        draft=found.draft,
        cart=price(found.draft),
        is_paying=found.order is not None,
        form=checkout.CheckoutForm(formdata=None),
    )


def _order(order: orders.Order | None) -> AnyResponse:
    assert order is not None
    return redirect(shop_url("order", reference=order.reference), 303)


def register(shop: Blueprint) -> None:
    """Adds the page."""
    shop.add_url_rule("/pay/<reference>", "pay", show)
    shop.add_url_rule("/pay/<reference>", "pay_start", start, methods=["POST"])
