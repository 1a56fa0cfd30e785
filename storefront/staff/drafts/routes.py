"""Orders taken by phone over HTTP: the list, one of them, its letters, and taking it back."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, checkout, drafts, orders, payments
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import number_of, searched, with_query
from ..desk import render_desk
from ..gate import who
from .form import PhoneForm, form_of, phone_form
from .views import DraftDesk, as_written, draft_desk, facts_of

_NOT_SAVED = "Nothing was saved yet. Please mend what is marked."


def staff_drafts() -> Response:
    """Orders taken by phone, newest first, with what became of each."""
    text = searched()
    state = request.args.get("state", "")
    state = state if state in drafts.STATES else ""
    return render_desk(
        "drafts/drafts.html",
        found=drafts.search(text, state=state, page=request.args.get("page", 1, type=int)),
        text=text,
        state=state,
        states=drafts.STATES,
        page_url=partial(_list_url, text, state),
    )


def staff_new_draft() -> AnyResponse:
    """Puts an order together for a caller."""
    form = phone_form()
    if not form.is_submitted():
        return _new_page(form)
    if request.form.get("step") == "more":
        form.add_rows()
        return _new_page(form)
    wish = form.wish()
    if form.is_stale or form.first_wrong:
        return _new_page(form, status=422, error=STALE if form.is_stale else _NOT_SAVED)
    try:
        with transaction():
            reference, is_new = drafts.write(wish, token=form.token.data or "", actor=who())
            if is_new:
                _record("order by phone written", reference, after=facts_of(wish))
    except Refusal as refusal:
        error = _NOT_SAVED if form.blame(refusal) else refusal.sentence
        return _new_page(form, status=422, error=error)
    return _to(reference, said="draft_written" if is_new else "draft_before")


def staff_draft(reference: str) -> Response:
    """One of them."""
    return _page(draft_desk(reference), said=request.args.get("said", ""))


def staff_save_draft(reference: str) -> AnyResponse:
    """Writes over what was seen; a payment page that is open for what it was is closed."""
    desk, form = draft_desk(reference), PhoneForm()
    if request.form.get("step") == "more":
        form.add_rows()
        return _page(desk, form=form)
    wish = form.wish()
    if form.is_stale or form.first_wrong:
        error = STALE if form.is_stale else _NOT_SAVED
        return _page(desk, form=form, status=422, error=error)
    before, after = facts_of(as_written(desk)), facts_of(wish)
    try:
        with transaction():
            is_ours = drafts.change(reference, wish, version=form.seen_version)
            if is_ours:
                _record("order by phone changed", reference, before=before, after=after)
    except drafts.PaidMeanwhile as refusal:
        return _page(draft_desk(reference), status=refusal.status, error=refusal.sentence)
    except Refusal as refusal:
        error = _NOT_SAVED if form.blame(refusal) else refusal.sentence
        return _page(desk, form=form, status=422, error=error)
    if not is_ours:
        return _told_apart(reference, form, wish)
    return _to(reference, said="draft_reset" if _close_page(desk.order) else "draft_saved")


def staff_send_draft(reference: str) -> AnyResponse:
    """Sends the letter with the link, once for each press on a page that is still true."""
    desk = draft_desk(reference)
    if not Form().validate():
        return _page(desk, status=422, error=STALE)
    version, times_sent, email = _number("version"), _number("times_sent"), desk.draft.email
    try:
        with transaction():
            is_sent = drafts.send(reference, version=version, times_sent=times_sent)
            if is_sent:
                _record("order by phone sent", reference, after={"email": email})
    except Refusal as refusal:
        return _page(draft_desk(reference), status=refusal.status, error=refusal.sentence)
    return _to(reference, said="draft_sent" if is_sent else "draft_not_sent")


def staff_cancel_draft(reference: str) -> AnyResponse:
    """Takes it back, so that nobody can pay it, or takes it up again."""
    desk = draft_desk(reference)
    if not Form().validate():
        return _page(desk, status=422, error=STALE)
    is_cancelling = request.form.get("choice") != "reopen"
    verb = drafts.cancel if is_cancelling else drafts.reopen
    word = "cancelled" if is_cancelling else "reopened"
    try:
        with transaction():
            if verb(reference):
                _record(f"order by phone {word}", reference)
    except drafts.PaidMeanwhile as refusal:
        return _page(draft_desk(reference), status=refusal.status, error=refusal.sentence)
    order = draft_desk(reference).order
    if is_cancelling and order is not None:
        checkout.cancel_purchase(order)  # which asks Stripe, and so has transactions of its own
    return _to(reference, said=f"draft_{word}")


def _told_apart(reference: str, form: PhoneForm, wish: drafts.Wish) -> AnyResponse:
    """Somebody else was faster: both versions side by side, unless they say the same."""
    now = draft_desk(reference)
    if wish == as_written(now):
        return _to(reference, said="draft_saved")
    return render_desk("drafts/conflict.html", status=409, form=form, desk=now, mine=wish)


def _close_page(order: orders.Order | None) -> bool:
    """Closes the page on which somebody would pay what it was; True if there was one.

    Where Stripe does not answer, the next press of the shopper closes it.
    """
    if order is None:
        return False
    try:
        checkout.close_page(order)
    except payments.PaymentFailed:
        return False
    return True


def _record(what: str, reference: str, **facts: dict[str, str]) -> None:
    found = drafts.by_reference(reference)
    assert found is not None
    audit.record(who(), what, found.draft.number, **facts)


def _number(name: str) -> int:
    return number_of(request.form.get(name, ""))


def _new_page(form: PhoneForm, *, status: int = 200, error: str = "") -> Response:
    return render_desk("drafts/new.html", status=status, form=form, error=error)


def _page(
    desk: DraftDesk,
    *,
    form: PhoneForm | None = None,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    return render_desk(
        "drafts/draft.html",
        status=status,
        said=said,
        error=error,
        desk=desk,
        form=form or form_of(desk.draft, desk.cart),
        is_open=form is not None,
    )


def _to(reference: str, *, said: str) -> AnyResponse:
    return redirect(shop_url("staff_draft", reference=reference, said=said), 303)


def _list_url(text: str, state: str, page: int) -> str:
    return with_query(shop_url("staff_drafts"), q=text, state=state, page=page)


def register(shop: Blueprint) -> None:
    """Adds the orders taken by phone."""
    one, both = "/staff/drafts/<reference>", ["GET", "POST"]
    shop.add_url_rule("/staff/drafts", "staff_drafts", staff_drafts)
    shop.add_url_rule("/staff/drafts/new", "staff_new_draft", staff_new_draft, methods=both)
    shop.add_url_rule(one, "staff_draft", staff_draft)
    for path, view in (
        (one, staff_save_draft),
        (f"{one}/send", staff_send_draft),
        (f"{one}/cancel", staff_cancel_draft),
    ):
        shop.add_url_rule(path, view.__name__, view, methods=["POST"])
