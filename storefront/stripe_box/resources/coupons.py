"""The endpoints of coupons, and whether one can be redeemed now."""

import secrets
from decimal import Decimal
from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import deleted, first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, missing_parameter, not_offered
from ..events import emit
from .prices import at_least

if TYPE_CHECKING:
    from ..box import Box

_KIND, _RESTRICTION = "coupon", "coupon_products"
_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def create(call: Call) -> JSON:
    """POST /v1/coupons: so much per cent off, or an amount."""
    box, params = call.box, call.params
    _check(box, params)
    percent = params.get("percent_off")
    coupon: JSON = {
        "id": params.get("id") or new_code(),
        "object": _KIND,
        "amount_off": params.get("amount_off"),
        "created": box.clock.now(),
        "currency": params["currency"] if "amount_off" in params else None,
        "duration": params.get("duration", "once"),
        "duration_in_months": params.get("duration_in_months"),
        "livemode": False,
        "max_redemptions": params.get("max_redemptions"),
        "metadata": first_metadata(params),
        "name": params.get("name"),
        "percent_off": percent,
        "redeem_by": params.get("redeem_by"),
        "times_redeemed": 0,
        "valid": True,
    }
    box.objects.save(_KIND, coupon)
    products = params.get("applies_to", {}).get("products")
    if products:
        restriction = {"id": f"products_{coupon['id']}", "products": products}
        box.objects.save(_RESTRICTION, restriction)
    emit(box, "coupon.created", coupon)
    return coupon


def retrieve(call: Call) -> JSON:
    """GET /v1/coupons/{coupon}."""
    return current(call.box, call.box.objects.get(_KIND, call.ids["coupon"], param="coupon"))


def update(call: Call) -> JSON:
    """POST /v1/coupons/{coupon}: its name and metadata."""
    if "currency_options" in call.params:
        raise not_offered("currency_options")
    coupon = retrieve(call)
    change = given(call.params, "name")
    if "metadata" in call.params:
        change["metadata"] = merged(coupon["metadata"], call.params["metadata"])
    return revise(call.box, coupon, change, event="coupon.updated")


def delete(call: Call) -> JSON:
    """DELETE /v1/coupons/{coupon}: nobody can redeem it any more."""
    coupon = retrieve(call)
    call.box.objects.remove(coupon["id"])
    emit(call.box, "coupon.deleted", {**coupon, "valid": False})
    return deleted(coupon)


def list_all(call: Call) -> JSON:
    """GET /v1/coupons, newest first."""
    page = listed(call, _KIND, window(call))
    return {**page, "data": [current(call.box, one) for one in page["data"]]}


def current(box: "Box", coupon: JSON) -> JSON:
    """Return the coupon with `valid` as of now."""
    is_late = coupon["redeem_by"] is not None and coupon["redeem_by"] <= box.clock.now()
    most = coupon["max_redemptions"]
    is_used_up = most is not None and coupon["times_redeemed"] >= most
    coupon["valid"] = not is_late and not is_used_up
    return coupon


def products_of(box: "Box", coupon: JSON) -> list[str] | None:
    """Return the products to which a coupon is limited; None for every product."""
    found = box.objects.find(_RESTRICTION, f"products_{coupon['id']}")
    return found["products"] if found else None


def new_code() -> str:
    """Return a short text that people can read to each other."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))


def _check(box: "Box", params: JSON) -> None:
    if "currency_options" in params:
        raise not_offered("currency_options")
    if "id" in params and box.objects.is_taken(params["id"]):
        raise Refusal("Coupon already exists.", code="resource_already_exists", param="id")
    if ("percent_off" in params) == ("amount_off" in params):
        message = "You must specify exactly one of `percent_off` and `amount_off`."
        raise Refusal(message, param="percent_off")
    if "percent_off" in params and not 0 < Decimal(str(params["percent_off"])) <= 100:
        message = "Invalid percent_off: it must be greater than 0 and at most 100."
        raise Refusal(message, param="percent_off")
    if "amount_off" in params:
        at_least(params["amount_off"], 1, "amount_off")
        if "currency" not in params:
            raise missing_parameter("currency")
    if params.get("duration") == "repeating" and "duration_in_months" not in params:
        raise missing_parameter("duration_in_months")
    if "max_redemptions" in params:
        at_least(params["max_redemptions"], 1, "max_redemptions")
    if "redeem_by" in params and params["redeem_by"] <= box.clock.now():
        raise Refusal("Invalid timestamp: it must be in the future.", param="redeem_by")
    for place, product in enumerate(params.get("applies_to", {}).get("products", [])):
        box.objects.get("product", product, param=f"applies_to[products][{place}]")
