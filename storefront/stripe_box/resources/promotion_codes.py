"""The endpoints of promotion codes: words that shoppers type to redeem a coupon."""

import re
from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, missing_parameter, no_such, not_offered
from ..events import emit
from ..ids import new_id
from ..objects import Condition
from . import coupons
from .customers import existing_customer
from .prices import at_least

if TYPE_CHECKING:
    from ..box import Box

_KIND = "promotion_code"
_LONGEST_CODE = 500


def create(call: Call) -> JSON:
    """POST /v1/promotion_codes."""
    box, params = call.box, call.params
    coupon = _coupon(box, params["promotion"])
    code = params.get("code") or coupons.new_code()
    _check(box, {**params, "code": code})
    limits = params.get("restrictions", {})
    promotion: JSON = {
        "id": new_id("promo_"),
        "object": _KIND,
        "active": params.get("active", True),
        "code": code,
        "created": box.clock.now(),
        "customer": params.get("customer"),
        "customer_account": None,
        "expires_at": params.get("expires_at"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": first_metadata(params),
        "promotion": {"coupon": coupon["id"], "type": "coupon"},
        "restrictions": {
            "first_time_transaction": limits.get("first_time_transaction", False),
            "minimum_amount": limits.get("minimum_amount"),
            "minimum_amount_currency": limits.get("minimum_amount_currency"),
        },
        "times_redeemed": 0,
    }
    box.objects.save(_KIND, promotion)
    emit(box, "promotion_code.created", promotion)
    return promotion


def retrieve(call: Call) -> JSON:
    """GET /v1/promotion_codes/{promotion_code}."""
    identifier = call.ids["promotion_code"]
    return current(call.box, call.box.objects.get(_KIND, identifier, param="promotion_code"))


def update(call: Call) -> JSON:
    """POST /v1/promotion_codes/{promotion_code}: whether it works, and metadata."""
    params, promotion = call.params, retrieve(call)
    if "restrictions" in params:
        raise not_offered("restrictions", "Create another code.")
    change = given(params, "active")
    if change.get("active") and not promotion["active"]:
        _check_unused(call.box, promotion["code"])
    if "metadata" in params:
        change["metadata"] = merged(promotion["metadata"], params["metadata"])
    return revise(call.box, promotion, change, event="promotion_code.updated")


def list_all(call: Call) -> JSON:
    """GET /v1/promotion_codes, newest first."""
    equal = {"active": "active", "code": "code", "customer": "customer"}
    wanted = window(call, equal={**equal, "coupon": "promotion.coupon"})
    page = listed(call, _KIND, wanted)
    return {**page, "data": [current(call.box, one) for one in page["data"]]}


def current(box: "Box", promotion: JSON) -> JSON:
    """Return the code with `active` as of now: late, used up and without coupon it is not."""
    late, most = promotion["expires_at"], promotion["max_redemptions"]
    coupon = box.objects.find("coupon", promotion["promotion"]["coupon"])
    is_over = late is not None and late <= box.clock.now()
    is_used_up = most is not None and promotion["times_redeemed"] >= most
    if is_over or is_used_up or coupon is None or not coupons.current(box, coupon)["valid"]:
        promotion["active"] = False
    return promotion


def typed(box: "Box", code: str) -> JSON | None:
    """Return the active code that a shopper means, whatever its capitals."""
    for promotion in box.objects.matching(_KIND, Condition(path="active", value=True)):
        if promotion["code"].lower() == code.strip().lower() and current(box, promotion)["active"]:
            return promotion
    return None


def _coupon(box: "Box", asked: JSON) -> JSON:
    if "coupon" not in asked:
        raise missing_parameter("promotion[coupon]")
    coupon = box.objects.find("coupon", asked["coupon"])
    if coupon is None:
        raise no_such("coupon", asked["coupon"], param="promotion[coupon]", status=400)
    return coupon


def _check(box: "Box", params: JSON) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]+", params["code"]) or len(params["code"]) > _LONGEST_CODE:
        message = "A promotion code may only have letters and digits (a-z, A-Z, 0-9)."
        raise Refusal(message, param="code")
    _check_unused(box, params["code"])
    if "customer_account" in params:
        raise not_offered("customer_account")
    if "customer" in params:
        existing_customer(box, params["customer"])
    if "max_redemptions" in params:
        at_least(params["max_redemptions"], 1, "max_redemptions")
    if "expires_at" in params and params["expires_at"] <= box.clock.now():
        raise Refusal("Invalid timestamp: it must be in the future.", param="expires_at")
    limits = params.get("restrictions", {})
    if "currency_options" in limits:
        raise not_offered("restrictions[currency_options]")
    if "minimum_amount" in limits and "minimum_amount_currency" not in limits:
        raise missing_parameter("restrictions[minimum_amount_currency]")


def _check_unused(box: "Box", code: str) -> None:
    if typed(box, code):
        message = f"An active promotion code with `code: {code}` already exists."
        raise Refusal(message, param="code")
