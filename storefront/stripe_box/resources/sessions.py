"""The endpoints of Checkout Sessions."""

from ..api.calls import Call
from ..api.changes import merged
from ..api.lists import listed, window
from ..errors import JSON, not_offered
from ..payments import lifecycle
from . import session_objects


def create(call: Call) -> JSON:
    """POST /v1/checkout/sessions."""
    return session_objects.create(call.box, call.params, page_base=call.base_url)


def retrieve(call: Call) -> JSON:
    """GET /v1/checkout/sessions/{session}."""
    return lifecycle.current(call.box, call.ids["session"])


def update(call: Call) -> JSON:
    """POST /v1/checkout/sessions/{session}: metadata only; an empty value removes a key."""
    for name in ("collected_information", "line_items", "shipping_options"):
        if name in call.params:
            raise not_offered(name, "Expire the session and create a new one.")
    session = lifecycle.current(call.box, call.ids["session"])
    if "metadata" in call.params:
        session["metadata"] = merged(session["metadata"], call.params["metadata"])
    return call.box.objects.save(lifecycle.SESSION, session)


def expire(call: Call) -> JSON:
    """POST /v1/checkout/sessions/{session}/expire."""
    return lifecycle.expire(call.box, call.ids["session"])


def list_all(call: Call) -> JSON:
    """GET /v1/checkout/sessions, newest first."""
    lifecycle.expire_overdue(call.box)
    names = ("customer", "payment_intent", "payment_link", "status", "subscription")
    equal = {name: name for name in names}
    if "customer_details" in call.params:
        call.params["email"] = call.params["customer_details"]["email"]
        equal["email"] = "customer_details.email"
    return listed(call, lifecycle.SESSION, window(call, equal=equal))


def line_items(call: Call) -> JSON:
    """GET /v1/checkout/sessions/{session}/line_items, in the order of the session."""
    session = lifecycle.current(call.box, call.ids["session"])
    return listed(call, "item", window(call, is_oldest_first=True, parent=session["id"]))
