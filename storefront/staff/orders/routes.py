"""Orders in the back office over HTTP: the list, one order, and what is done to its money."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, checkout, inventory, orders, payments
from ...database import transaction
from ...display import show_money
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import searched, with_query
from ..desk import render_desk, send_refunds
from ..gate import who
from ..words import STAGES, STATES
from .label_form import LabelForm, NoteForm
from .pack_form import pack_desk
from .refund_form import RefundForm, refund_form
from .views import OrderDesk, order_desk

_NOTHING_SENT = "Nothing was sent. Please look at what is marked below."


def staff_orders() -> Response:
    """The newest orders, those of a state or stage, or that a search finds."""
    text = searched()
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    stage = request.args.get("stage", "")
    stage = stage if stage in STAGES else ""
    page = request.args.get("page", 1, type=int)
    return render_desk(
        "orders/orders.html",
        found=orders.search(text, state=state, stage=stage, page=page),
        text=text,
        state=state,
        states=STATES,
        stage=stage,
        stages=STAGES,
        with_payment=orders.WITH_PAYMENT,
        page_url=partial(_list_url, text, state, stage),
    )


def staff_order(reference: str) -> Response:
    """One order with its money and its history."""
    return order_page(refund_form(order_desk(reference)), said=request.args.get("said", ""))


def staff_refund(reference: str) -> AnyResponse:
    """Sends money back, after asking once; the same form sends it once."""
    form = refund_form(order_desk(reference))
    if _was_sent(reference, form.token.data):
        return _order(reference, said="sent_before")
    if form.desk.why_no_refund:
        return order_page(form, status=422, error=form.desk.why_no_refund)
    step = request.form.get("step")
    if step == "everything":
        form.fill_with_all()
    cents = 0 if step == "change" else form.checked_cents()
    if not cents:
        status = 200 if step == "change" else 422
        return order_page(form, status=status, error=STALE if form.is_stale else "", is_open=True)
    if step == "send":
        return _send(reference, form, cents)
    return render_desk("orders/refund.html", form=form, desk=form.desk, amount_cents=cents)


def staff_cancel_order(reference: str) -> AnyResponse:
    """Ends an order that waits for its payment."""
    desk = order_desk(reference)
    order = orders.by_id(desk.id)
    if not Form().validate():
        return order_page(refund_form(desk), status=422, error=STALE)
    is_cancelled = order is not None and checkout.cancel_purchase(order)
    if is_cancelled:  # which asks Stripe, and so has transactions of its own
        with transaction():
            audit.record(who(), "order cancelled", _named(desk))
    return _order(reference, said="cancel" if is_cancelled else "too_late")


def staff_accept_amount(reference: str) -> AnyResponse:
    """Lets an order count as paid that was paid with another amount."""
    if not Form().validate():
        return order_page(refund_form(order_desk(reference)), status=422, error=STALE)
    try:
        with transaction():
            is_accepted = checkout.accept_amount(reference, by=who())
            if is_accepted:
                audit.record(who(), "amount accepted", _named(order_desk(reference)))
    except inventory.OutOfStock as refusal:
        return order_page(refund_form(order_desk(reference)), status=422, error=refusal.sentence)
    return _order(reference, said="accept" if is_accepted else "too_late")


def _send(reference: str, form: RefundForm, cents: int) -> AnyResponse:
    try:
        with transaction():
            is_new = checkout.ask_refund(reference, form.wish(cents, actor=who()))
            if is_new:
                amount = {"amount": show_money(cents, form.desk.order.currency)}
                audit.record(who(), "refund asked for", _named(form.desk), after=amount)
    except (payments.TooMuchBack, orders.NotThatMany, checkout.MoneyAtTheBank) as refusal:
        return order_page(form, status=422, error=refusal.sentence, is_open=True)
    send_refunds()
    return _order(reference, said="refund" if is_new else "sent_before")


def _named(desk: OrderDesk) -> str:
    return f"order {desk.order.number}"


def _was_sent(reference: str, token: str | None) -> bool:
    """Asked after the order was read, so that no form is measured by what it did itself."""
    return any(refund.asked_by == f"form:{token}" for refund in payments.refunds_of(reference))


def order_page(
    form: RefundForm,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    is_open: bool = False,
    label_form: LabelForm | None = None,
    note_form: NoteForm | None = None,
    wrong_lot: str = "",
) -> Response:
    """The page of an order, with whichever of its forms has something to be mended."""
    desk = form.desk
    is_wrong = form.errors or (label_form or note_form) is not None
    return render_desk(
        "orders/order.html",
        status=status,
        said=said,
        error=error or (_NOTHING_SENT if is_wrong else ""),
        form=form,
        desk=desk,
        is_refund_open=is_open,
        pack=pack_desk(desk, wrong=wrong_lot),
        label_form=label_form or LabelForm.for_shop(desk.label, version=desk.version),
        is_label_open=label_form is not None,
        note_form=note_form or NoteForm(formdata=None),
    )


def _order(reference: str, *, said: str) -> AnyResponse:
    return redirect(shop_url("staff_order", reference=reference, said=said), 303)


def _list_url(text: str, state: str, stage: str, page: int) -> str:
    return with_query(shop_url("staff_orders"), q=text, state=state, stage=stage, page=page)


def register(shop: Blueprint) -> None:
    """Adds the orders of the back office."""
    one = "/staff/orders/<reference>"
    shop.add_url_rule("/staff/orders", "staff_orders", staff_orders)
    shop.add_url_rule(one, "staff_order", staff_order)
    for word, view in (
        ("refund", staff_refund),
        ("cancel", staff_cancel_order),
        ("accept", staff_accept_amount),
    ):
        shop.add_url_rule(f"{one}/{word}", view.__name__, view, methods=["POST"])
