"""Requests in the words of an older API version; the answers are always today's."""

from ..errors import JSON

_CREATE_SESSION = "/v1/checkout/sessions"
_UI_MODES = {"hosted": "hosted_page", "embedded": "embedded_page", "custom": "elements"}
_NEW_UI_MODES, _NO_METHOD_TYPES = "2026-03-25", "2026-09-30"


def modernised(raw: JSON, *, path: str, version: str) -> JSON:
    """Return the parameters of a request as the newest version would send them."""
    if path != _CREATE_SESSION:
        return raw
    newer = dict(raw)
    if version < _NO_METHOD_TYPES and "payment_method_types" in newer:
        newer["allowed_payment_method_types"] = newer.pop("payment_method_types")
    if version < _NEW_UI_MODES and newer.get("ui_mode") in _UI_MODES:
        newer["ui_mode"] = _UI_MODES[newer["ui_mode"]]
    return newer
