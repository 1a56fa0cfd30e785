"""The hosted payment page: plain HTML, one form, every answer a page or a redirect."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ..box import Box
from ..errors import JSON, Refusal
from ..payments import lifecycle
from ..payments.bank_accounts import iban_of
from ..payments.cards import digits_of
from ..payments.lifecycle import Outcome
from ..resources.discounts import code_of
from ..resources.session_objects import redeem_code
from .pay_form import PayForm
from .pay_view import page_of, spaced

routes = Blueprint("pay", __name__)

_LOOPBACK_FORMS = "http://127.0.0.1:* http://localhost:*"


@routes.get("/pay/<session_id>")
def show(session_id: str) -> Response:
    """Show the form, or say that the session is complete or expired."""
    box, session = _box(), _session(session_id)
    if session["status"] != "open":
        return _closed(session)
    form = PayForm(session=session, now=box.clock.now())
    form.fill_with_samples()
    return _form_page(box, form)


@routes.post("/pay/<session_id>")
def pay(session_id: str) -> Response:
    """Try to pay with what was typed."""
    box, session = _box(), _session(session_id)
    if session["status"] != "open":
        return _onward(session)
    form = _typed_form(box, session)
    submission = form.check()
    if submission is None:
        form.forget_numbers()
        return _form_page(box, form, status=422)
    return _follow(box, form, lifecycle.pay(box, session_id, submission))


@routes.post("/pay/<session_id>/fill")
def fill(session_id: str) -> Response:
    """Show the form again with a chosen test number or delivery option; nothing is paid."""
    box, session = _box(), _session(session_id)
    if session["status"] != "open":
        return _onward(session)
    form = _typed_form(box, session)
    chosen = digits_of(request.form.get("use_card", ""))
    if chosen:
        form.values.update(card_number=spaced(chosen), method="card")
    account = iban_of(request.form.get("use_iban", ""))
    if account:
        form.values.update(iban=spaced(account), method="sepa_debit")
    return _form_page(box, form, chosen=chosen or account)


@routes.post("/pay/<session_id>/code")
def code(session_id: str) -> Response:
    """Take a promotion code, or take it away when the field is empty; nothing is paid."""
    box, typed = _box(), request.form.get("promotion_code", "").strip()
    if _session(session_id)["status"] != "open":
        return _onward(_session(session_id))
    try:
        redeem_code(box, session_id, typed)
    except Refusal as refusal:
        form = PayForm(session=_session(session_id), now=box.clock.now())
        form.fill_with_samples()
        form.values["promotion_code"] = typed
        form.errors["promotion_code"] = refusal.message
        return _form_page(box, form, status=422)
    return redirect(url_for("pay.show", session_id=session_id), 303)


@routes.get("/pay/<session_id>/authenticate")
def challenge(session_id: str) -> Response:
    """Show the bank's page of a 3-D Secure payment."""
    box, session = _box(), _session(session_id)
    submission = lifecycle.pending_submission(box, session_id)
    if session["status"] == "complete" or submission is None:
        return redirect(url_for("pay.show", session_id=session_id), 303)
    form = PayForm(session=session, now=box.clock.now(), values=_values(submission.as_json()))
    return _page("authenticate.html", session, page=page_of(box, form))


@routes.post("/pay/<session_id>/authenticate")
def answer_challenge(session_id: str) -> Response:
    """Take the shopper's answer to the bank's page."""
    box, session = _box(), _session(session_id)
    submission = lifecycle.pending_submission(box, session_id)
    if session["status"] == "complete" or submission is None:
        return _onward(session)
    form = PayForm(session=session, now=box.clock.now())
    form.fill_with_samples()
    form.read(_values(submission.as_json()))
    is_passed = request.form.get("answer") == "complete"
    return _follow(box, form, lifecycle.authenticate(box, session_id, is_passed=is_passed))


def success_address(session: JSON) -> str:
    """Return where a shopper who has paid goes next."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _follow(box: Box, form: PayForm, outcome: Outcome) -> Response:
    session_id = form.session["id"]
    if outcome.state == "authenticate":
        return redirect(url_for("pay.challenge", session_id=session_id), 303)
    if outcome.state == "declined":
        assert outcome.decline is not None
        form.session = lifecycle.current(box, session_id)
        field = "iban" if form.method == "sepa_debit" else _field_of(outcome.decline.code)
        form.errors = {field: outcome.decline.message}
        return _form_page(box, form, status=402)
    if outcome.completed_event:
        timeout = box.settings.page_wait_seconds
        box.webhooks.wait_for_attempt(outcome.completed_event, timeout=timeout)
    return _onward(lifecycle.current(box, session_id))


def _field_of(code: str) -> str:
    return {"incorrect_cvc": "cvc", "expired_card": "expiry"}.get(code, "card_number")


def _onward(session: JSON) -> Response:
    """Send a shopper on whose session is no longer open."""
    if session["status"] == "complete":
        return redirect(success_address(session), 303)
    return redirect(url_for("pay.show", session_id=session["id"]), 303)


def _typed_form(box: Box, session: JSON) -> PayForm:
    form = PayForm(session=session, now=box.clock.now())
    form.read(request.form)
    return form


def _values(stored: JSON) -> dict[str, str]:
    """Return the form fields of a stored try; the CVC was never stored."""
    fields = {name: value or "" for name, value in stored["address"].items()}
    card = stored["card"]
    return {
        **fields,
        "email": stored["email"],
        "name": stored["full_name"],
        "phone": stored["phone"],
        "shipping_rate": stored["shipping_rate"] or "",
        "card_number": spaced(card["known"]),
        "expiry": f"{card['exp_month']:02d} / {card['exp_year'] % 100:02d}",
        "name_on_card": stored["name_on_card"],
    }


def _form_page(box: Box, form: PayForm, *, status: int = 200, chosen: str = "") -> Response:
    form.values.setdefault("promotion_code", code_of(box, form.session))
    page = page_of(box, form, chosen=chosen)
    return _page("pay.html", form.session, page=page, status=status)


def _closed(session: JSON) -> Response:
    onward = success_address(session) if session["status"] == "complete" else session["cancel_url"]
    return _page("closed.html", session, onward=onward)


def _page(template: str, session: JSON, *, status: int = 200, **values: object) -> Response:
    body = render_template(f"stripe_box/{template}", session=session, **values)
    response = Response(body, status=status, content_type="text/html; charset=utf-8")
    forms = " ".join(sorted({_origin(session["success_url"])}))
    # Browsers check a redirect after a form against form-action, so the shop must be in it.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data: http: https:;"
        f" base-uri 'none'; frame-ancestors 'none'; form-action 'self' {_LOOPBACK_FORMS} {forms}"
    )
    return response


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _session(session_id: str) -> JSON:
    try:
        return lifecycle.current(_box(), session_id)
    except Refusal as refusal:
        raise NotFound("There is no payment page at this address.") from refusal


def _box() -> Box:
    box: Box = current_app.extensions["stripe_box"]
    return box
