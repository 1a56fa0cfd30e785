"""The same controls over HTTP, under `/_control`, for tests that run outside this process."""

import json

from flask import Blueprint, Response, current_app, request

from ..box import Box
from ..errors import JSON, Refusal
from ..payments.cards import TEST_CARDS
from .control import Control

routes = Blueprint("control", __name__, url_prefix="/_control")
_MODES = ("on", "hold", "drop")
_SHOPPER_FIELDS = ("email", "name", "country", "shipping_rate", "card", "iban")


@routes.get("/")
def state() -> Response:
    """Tell the clock, the webhook address and how much there is."""
    box = _box()
    return _json(
        {
            "now": box.clock.now(),
            "webhook_url": box.webhooks.url,
            "webhooks": box.webhooks.mode,
            "sessions": len(_control().sessions()),
            "events": len(_control().events()),
            "requests": len(box.requests),
            "is_idle": box.webhooks.is_idle(),
        }
    )


@routes.get("/sessions")
def sessions() -> Response:
    """List all sessions, oldest first."""
    return _json({"data": _control().sessions()})


@routes.get("/sessions/<session_id>")
def session(session_id: str) -> Response:
    """Show one session as of now."""
    return _json(_control().session(session_id))


@routes.post("/sessions/<session_id>/complete")
def complete(session_id: str) -> Response:
    """Pay and wait for the webhook; the body may hold email, name, country, shipping_rate, card."""
    return _json(_control().complete(session_id, **_shopper()))


@routes.post("/sessions/<session_id>/pay")
def pay(session_id: str) -> Response:
    """Pay, wait for nothing, tell the outcome; the body is that of `complete`."""
    return _json({"outcome": _control().pay(session_id, **_shopper()).state})


@routes.post("/sessions/<session_id>/decline")
def decline(session_id: str) -> Response:
    """Try a declining card; the body may hold card."""
    card = str(_asked().get("card", "4000000000000002"))
    _known_card(card)
    return _json(_control().decline(session_id, card=card))


@routes.post("/sessions/<session_id>/authenticate")
def authenticate(session_id: str) -> Response:
    """End a 3-D Secure step; the body may hold passed (true or false)."""
    is_passed = str(_asked().get("passed", "true")).lower() != "false"
    return _json(_control().authenticate(session_id, is_passed=is_passed))


@routes.post("/sessions/<session_id>/expire")
def expire(session_id: str) -> Response:
    """Expire an open session."""
    return _json(_control().expire(session_id))


@routes.post("/clock/advance")
def advance() -> Response:
    """Move the clock forward by `seconds`."""
    try:
        return _json({"now": _control().advance_clock(float(_asked()["seconds"]))})
    except (KeyError, TypeError, ValueError) as problem:
        raise Refusal("Send seconds, a number that is not negative.", param="seconds") from problem


@routes.post("/webhooks")
def webhooks() -> Response:
    """Set `mode` (on, hold, drop) and, if sent, `url`."""
    asked = _asked()
    mode = asked.get("mode", _box().webhooks.mode)
    if mode not in _MODES:
        raise Refusal("Invalid mode: must be one of on, hold, or drop", param="mode")
    if "url" in asked:
        _control().send_webhooks_to(str(asked["url"]))
    _control().webhooks(mode)
    return _json({"mode": mode, "url": _box().webhooks.url})


@routes.get("/refunds")
def refunds() -> Response:
    """List all refunds, oldest first."""
    return _json({"data": _control().refunds()})


@routes.get("/events")
def events() -> Response:
    """List events, oldest first; `?type=` filters."""
    return _json({"data": _control().events(request.args.get("type", ""))})


@routes.post("/events/<event_id>/resend")
def resend(event_id: str) -> Response:
    """Deliver an event once more."""
    _control().resend(event_id)
    return _json({"resent": event_id})


@routes.post("/webhook_endpoints/<endpoint_id>/roll")
def roll(endpoint_id: str) -> Response:
    """Give a webhook endpoint a new secret; the older one signs too for a day."""
    return _json({"secret": _control().roll_secret(endpoint_id)})


@routes.get("/deliveries")
def deliveries() -> Response:
    """List deliveries, newest first."""
    return _json({"data": list(_control().deliveries())})


@routes.get("/requests")
def requests() -> Response:
    """List the API requests seen, oldest first."""
    return _json({"data": _control().requests()})


@routes.post("/requests/forget")
def forget_requests() -> Response:
    """Empty the memory of requests."""
    _control().forget_requests()
    return _json({"requests": 0})


@routes.get("/faults")
def faults() -> Response:
    """List the fault rules with how often each matched and fired."""
    return _json({"seed": _box().faults.seed, "data": _control().faults()})


@routes.post("/faults")
def add_fault() -> Response:
    """Add a rule: `fault`, its pattern, how often, and its own values."""
    asked = _asked()
    return _json(_box().faults.add(str(asked.pop("fault", "")), asked))


@routes.post("/faults/clear")
def clear_faults() -> Response:
    """Remove all fault rules."""
    _control().clear_faults()
    return _json({"data": []})


@routes.post("/faults/seed")
def seed() -> Response:
    """Set `seed` and count from the start again."""
    _control().seed(_asked().get("seed", ""))
    return _json({"seed": _box().faults.seed})


@routes.post("/reset")
def reset() -> Response:
    """Forget everything."""
    _control().reset()
    return _json({"reset": True})


@routes.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Answer a refusal in the API's form."""
    return _json(refusal.as_json(), status=refusal.status)


def _shopper() -> JSON:
    asked = _asked()
    shopper: JSON = {name: str(asked[name]) for name in _SHOPPER_FIELDS if name in asked}
    _known_card(shopper.get("card"))
    return shopper


def _known_card(number: str | None) -> None:
    if number is not None and number.replace(" ", "") not in TEST_CARDS:
        raise Refusal(f"The Stripe box does not know the test card {number}.", param="card")


def _asked() -> JSON:
    """Return the body, JSON or form."""
    if request.is_json:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise Refusal("The body must be a JSON object.")
        return body
    return request.form.to_dict()


def _control() -> Control:
    return Control(_box())


def _box() -> Box:
    box: Box = current_app.extensions["stripe_box"]
    return box


def _json(body: JSON, *, status: int = 200) -> Response:
    text = json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    return Response(text, status=status, content_type="application/json")
