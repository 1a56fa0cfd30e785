"""What happens to money after the click, over HTTP: more addresses under `/_control`."""

from flask import Blueprint, current_app

from .control import Control
from .control_routes import refused
from .errors import JSON, Refusal

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


def _control() -> Control:
    return Control(current_app.extensions["stripe_box"])
