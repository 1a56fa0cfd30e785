"""The root page: what is in the box, with the buttons of Stripe's Dashboard, banks and payers."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..box import Box
from ..controls.control import Control
from ..errors import JSON, Refusal
from ..money import decimals_of, written
from .dashboard_view import ROWS, overview

routes = Blueprint("dashboard", __name__)

# What a button does, and what the page says afterwards.
_STEPS: dict[str, tuple[Callable[[Control, str], object], str]] = {
    "sessions-expire": (Control.expire, "The session has expired."),
    "sessions-settle": (Control.settle, "The money has arrived."),
    "sessions-fail": (Control.fail, "The debit has failed."),
    "refunds-settle": (Control.settle_refund, "The refund has arrived."),
    "refunds-fail": (Control.fail_refund, "The refund came back; the money is on the balance."),
    "disputes-win": (Control.win, "The dispute ended well for the shop."),
    "disputes-lose": (Control.lose, "The dispute is lost."),
    "disputes-escalate": (Control.escalate, "The inquiry is a dispute now, and took the money."),
    "events-resend": (Control.resend, "The event is being delivered again."),
}
_NOTICES = {
    **{name: notice for name, (_, notice) in _STEPS.items()},
    "refund": "The refund is made.",
    "dispute": "The payment is disputed.",
    "payout": "The balance is paid out.",
}
_AMOUNT = "Write the amount like 12.34, or leave the field empty for everything."


@routes.get("/")
def home() -> Response:
    """Show the newest sessions, payments, refunds, disputes, events and deliveries."""
    return _page(notice=_NOTICES.get(request.args.get("done", ""), ""))


@routes.post("/<any(sessions, refunds, disputes, events):kind>/<identifier>/<step>")
def press(kind: str, identifier: str, step: str) -> Response:
    """Do what one button says."""
    name = f"{kind}-{step}"
    if name not in _STEPS:
        abort(404, "There is no such button.")
    act, _ = _STEPS[name]
    return _done(name, lambda: act(_control(), identifier))


@routes.post("/payments/<payment_id>/refund")
def refund(payment_id: str) -> Response:
    """Refund a payment, whole or the amount that was typed."""

    def act() -> None:
        intent = _box().objects.get("payment_intent", payment_id)
        amount = _minor_units(request.form.get("amount", ""), intent["currency"])
        _control().refund(payment_id, amount=amount, reason=request.form.get("reason", ""))

    return _done("refund", act)


@routes.post("/payments/<payment_id>/dispute")
def dispute(payment_id: str) -> Response:
    """Dispute a payment as its payer would."""
    reason = request.form.get("reason", "fraudulent")
    is_inquiry = "inquiry" in request.form
    act = lambda: _control().dispute(payment_id, reason=reason, is_inquiry=is_inquiry)  # noqa: E731
    return _done("dispute", act)


@routes.post("/payouts")
def pay_out() -> Response:
    """Pay out the balance of a currency."""
    return _done("payout", lambda: _control().pay_out(request.form.get("currency", "")))


def money(document: JSON, name: str) -> str:
    """Write an amount of a session, payment or refund."""
    return written(document[name], document["currency"])


def clock_time(seconds: float | None) -> str:
    """Write a moment as date and time of day, UTC."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %H:%M:%S")


def clock_minute(seconds: float) -> str:
    """Write a moment for shoppers, to the minute, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b, %H:%M")


def _done(name: str, act: Callable[[], object]) -> Response:
    """Act and lead back, or show the page again with the sentence of the refusal."""
    try:
        act()
    except Refusal as refusal:
        return _page(problem=refusal.message, status=refusal.status)
    return redirect(url_for("dashboard.home", done=name), 303)


def _page(*, notice: str = "", problem: str = "", status: int = 200) -> Response:
    box = _box()
    body = render_template(
        "stripe_box/home.html",
        box=box,
        page=overview(box),
        most=ROWS,
        notice=notice,
        problem=problem,
    )
    response = Response(body, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
        " frame-ancestors 'none'; form-action 'self'"
    )
    return response


def _minor_units(text: str, currency: str) -> int | None:
    """Read an amount as people write it; '' means everything. Raises Refusal for the rest."""
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip().replace(",", ".")).scaleb(decimals_of(currency))
    except InvalidOperation as problem:
        raise Refusal(_AMOUNT, param="amount") from problem
    if not value.is_finite() or value != int(value):
        raise Refusal(_AMOUNT, param="amount")
    return int(value)


def _control() -> Control:
    return Control(_box())


def _box() -> Box:
    box: Box = current_app.extensions["stripe_box"]
    return box
