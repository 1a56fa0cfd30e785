"""The endpoints of webhook endpoints: their secret is told once, when they are made."""

from ..api.calls import Call
from ..api.changes import deleted, first_metadata, given, merged, revise
from ..errors import JSON, Refusal, missing_parameter, not_offered
from ..ids import new_id
from ..settings import is_web_url
from ..webhooks.targets import KIND, first_secret, forget_secret

_MOST = 16


def create(call: Call) -> JSON:
    """POST /v1/webhook_endpoints."""
    box, params = call.box, call.params
    _check(params)
    if params.get("connect"):
        raise not_offered("connect")
    if len(box.objects.matching(KIND)) >= _MOST:
        message = f"You have reached the maximum of {_MOST} test webhook endpoints."
        raise Refusal(message)
    endpoint: JSON = {
        "id": new_id("we_"),
        "object": KIND,
        "api_version": params.get("api_version"),
        "application": None,
        "created": box.clock.now(),
        "description": params.get("description") or None,
        "enabled_events": params["enabled_events"],
        "livemode": False,
        "metadata": first_metadata(params),
        "status": "enabled",
        "url": params["url"],
    }
    box.objects.save(KIND, endpoint)
    return {**endpoint, "secret": first_secret(box, endpoint["id"])}


def update(call: Call) -> JSON:
    """POST /v1/webhook_endpoints/{webhook_endpoint}: where to, what, and whether at all."""
    params, endpoint = call.params, _asked(call)
    _check(params)
    change = given(params, "description", "enabled_events", "url")
    if "disabled" in params:
        change["status"] = "disabled" if params["disabled"] else "enabled"
    if "metadata" in params:
        change["metadata"] = merged(endpoint["metadata"], params["metadata"])
    return revise(call.box, endpoint, change)


def delete(call: Call) -> JSON:
    """DELETE /v1/webhook_endpoints/{webhook_endpoint}: nothing more is sent to it."""
    endpoint = _asked(call)
    call.box.objects.remove(endpoint["id"])
    forget_secret(call.box, endpoint["id"])
    return deleted(endpoint)


def _asked(call: Call) -> JSON:
    return call.box.objects.get(KIND, call.ids["webhook_endpoint"], param="webhook_endpoint")


def _check(params: JSON) -> None:
    if "url" in params and not is_web_url(params["url"]):
        raise Refusal("Not a valid URL", code="url_invalid", param="url")
    if params.get("enabled_events") == []:
        raise missing_parameter("enabled_events")
