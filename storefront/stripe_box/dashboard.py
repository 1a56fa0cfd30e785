"""The root page: what is in the box, with the two buttons that a demo needs."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from .box import Box
from .control import Control
from .errors import JSON, Refusal
from .money import written
from .objects import Window

routes = Blueprint("dashboard", __name__)
_ROWS = 50


@routes.get("/")
def home() -> Response:
    """Show the newest sessions, payments, events and deliveries."""
    box = _box()
    deliveries = {row["event_id"]: row for row in box.webhooks.log(limit=_ROWS * 4)}
    body = render_template(
        "stripe_box/home.html",
        box=box,
        sessions=_newest(box, "checkout.session"),
        payments=_newest(box, "payment_intent"),
        refunds=_newest(box, "refund"),
        events=[(event, deliveries.get(event["id"])) for event in _newest(box, "event")],
        notice=_NOTICES.get(request.args.get("done", ""), ""),
    )
    response = Response(body, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none';"
        " frame-ancestors 'none'; form-action 'self'"
    )
    return response


@routes.post("/sessions/<session_id>/expire")
def expire(session_id: str) -> Response:
    """Expire an open session."""
    try:
        Control(_box()).expire(session_id)
    except Refusal:
        return redirect(url_for("dashboard.home", done="not-open"), 303)
    return redirect(url_for("dashboard.home", done="expired"), 303)


@routes.post("/events/<event_id>/resend")
def resend(event_id: str) -> Response:
    """Deliver an event once more."""
    try:
        Control(_box()).resend(event_id)
    except Refusal as refusal:
        raise NotFound(refusal.message) from refusal
    return redirect(url_for("dashboard.home", done="resent"), 303)


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


_NOTICES = {
    "expired": "The session has expired.",
    "not-open": "Only open sessions can be expired; this one is not open any more.",
    "resent": "The event is being delivered again.",
}


def _newest(box: Box, kind: str) -> list[JSON]:
    return box.objects.page(kind, Window(limit=_ROWS))[0]


def _box() -> Box:
    box: Box = current_app.extensions["stripe_box"]
    return box
