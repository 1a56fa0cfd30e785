"""What happens to money after the click, over HTTP: more addresses under `/_control`."""

from flask import Blueprint, current_app, request

from ..errors import JSON, Refusal
from .control import Control
from .routes import refused

routes = Blueprint("control_money", __name__, url_prefix="/_control")
routes.register_error_handler(Refusal, refused)


@routes.post("/sessions/<session_id>/settle")
def settle(session_id: str) -> JSON:
    """Let a delayed payment arrive now."""
    return _control().settle(session_id)


@routes.post("/sessions/<session_id>/fail")
def fail(session_id: str) -> JSON:
    """Let a delayed payment fail now."""
    return _control().fail(session_id)


@routes.post("/payments/<payment_id>/refund")
def refund(payment_id: str) -> JSON:
    """Refund in the Dashboard; the body may hold amount and reason."""
    asked = asked_for("amount", "reason")
    return _control().refund(payment_id, amount=_amount(asked), reason=asked.get("reason", ""))


@routes.post("/payments/<payment_id>/dispute")
def dispute(payment_id: str) -> JSON:
    """Dispute a payment; the body may hold reason, amount, inquiry (true or false)."""
    asked = asked_for("amount", "reason", "inquiry")
    return _control().dispute(
        payment_id,
        reason=asked.get("reason", "fraudulent"),
        amount=_amount(asked),
        is_inquiry=asked.get("inquiry", "false").lower() == "true",
    )


@routes.post("/refunds/<refund_id>/settle")
def settle_refund(refund_id: str) -> JSON:
    """Let a pending refund arrive."""
    return _control().settle_refund(refund_id)


@routes.post("/refunds/<refund_id>/fail")
def fail_refund(refund_id: str) -> JSON:
    """Let a refund come back; the body may hold reason."""
    return _control().fail_refund(refund_id, **asked_for("reason"))


@routes.get("/disputes")
def disputes() -> JSON:
    """List all disputes, oldest first."""
    return {"data": _control().disputes()}


@routes.post("/disputes/<dispute_id>/win")
def win(dispute_id: str) -> JSON:
    """Decide a dispute for the shop."""
    return _control().win(dispute_id)


@routes.post("/disputes/<dispute_id>/lose")
def lose(dispute_id: str) -> JSON:
    """Decide a dispute for the payer."""
    return _control().lose(dispute_id)


@routes.post("/disputes/<dispute_id>/escalate")
def escalate(dispute_id: str) -> JSON:
    """Turn an inquiry into a dispute."""
    return _control().escalate(dispute_id)


@routes.post("/payouts")
def pay_out() -> JSON:
    """Pay out the whole balance; the body may hold currency."""
    return _control().pay_out(**asked_for("currency"))


def asked_for(*names: str) -> dict[str, str]:
    """Return what was sent of these names, from a form or JSON body."""
    body = request.get_json(silent=True) if request.is_json else request.form
    if not isinstance(body, dict):
        raise Refusal("The body must be a JSON object.")
    return {name: str(body[name]) for name in names if body.get(name) not in (None, "")}


def _amount(asked: dict[str, str]) -> int | None:
    text = asked.get("amount")
    if text is not None and not text.isdecimal():
        raise Refusal(f"Invalid integer: {text}", code="parameter_invalid_integer", param="amount")
    return None if text is None else int(text)


def _control() -> Control:
    return Control(current_app.extensions["stripe_box"])
