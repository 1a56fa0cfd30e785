"""Shipping rates: the endpoints, and the rates that a session describes in place."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, missing_parameter, not_offered
from ..ids import new_id
from .prices import at_least

if TYPE_CHECKING:
    from ..box import Box

_KIND = "shipping_rate"


def new_rate(box: "Box", asked: JSON, *, is_active: bool) -> JSON:
    """Save and return a rate with a fixed amount."""
    estimate = asked.get("delivery_estimate")
    rate: JSON = {
        "id": new_id("shr_"),
        "object": _KIND,
        "active": is_active,
        "created": box.clock.now(),
        "delivery_estimate": estimate
        and {"maximum": estimate.get("maximum"), "minimum": estimate.get("minimum")},
        "display_name": asked["display_name"],
        "fixed_amount": {
            "amount": asked["fixed_amount"]["amount"],
            "currency": asked["fixed_amount"]["currency"],
        },
        "livemode": False,
        "metadata": first_metadata(asked),
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tax_code": asked.get("tax_code"),
        "type": "fixed_amount",
    }
    return box.objects.save(_KIND, rate)


def check_rate(asked: JSON, param: str = "") -> None:
    """Raise Refusal unless the rate says what it costs; `param` is where it stands."""
    full = f"{param}[fixed_amount]" if param else "fixed_amount"
    amount = asked.get("fixed_amount")
    if amount is None:
        raise missing_parameter(full)
    at_least(amount["amount"], 0, f"{full}[amount]")
    if "currency_options" in amount:
        raise not_offered(f"{full}[currency_options]")


def create(call: Call) -> JSON:
    """POST /v1/shipping_rates."""
    check_rate(call.params)
    return new_rate(call.box, call.params, is_active=True)


def update(call: Call) -> JSON:
    """POST /v1/shipping_rates/{shipping_rate_token}: what it costs never changes."""
    box, params = call.box, call.params
    if "fixed_amount" in params:
        raise not_offered("fixed_amount", "Create another rate.")
    rate = box.objects.get(_KIND, call.ids["shipping_rate_token"])
    change = given(params, "active", "tax_behavior")
    if "metadata" in params:
        change["metadata"] = merged(rate["metadata"], params["metadata"])
    return revise(box, rate, change)


def list_all(call: Call) -> JSON:
    """GET /v1/shipping_rates, newest first."""
    equal = {"active": "active", "currency": "fixed_amount.currency"}
    return listed(call, _KIND, window(call, equal=equal))
