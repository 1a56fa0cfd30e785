"""Prices: the endpoints, and the prices that a line item brings along."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, missing_parameter, no_such, not_offered
from ..events import emit
from ..ids import new_id
from ..money import LARGEST_AMOUNT
from ..objects import Condition
from . import products

if TYPE_CHECKING:
    from ..box import Box

_KIND = "price"
_ABSENT = "currency_options custom_unit_amount recurring tiers tiers_mode transform_quantity"


def new_price(box: "Box", asked: JSON, *, is_active: bool) -> JSON:
    """Save and return a price of a product that exists."""
    price: JSON = {
        "id": new_id("price_"),
        "object": _KIND,
        "active": asked.get("active", is_active),
        "billing_scheme": "per_unit",
        "created": box.clock.now(),
        "currency": asked["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": asked.get("lookup_key"),
        "metadata": first_metadata(asked),
        "nickname": asked.get("nickname"),
        "product": asked["product"],
        "recurring": None,
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": asked["unit_amount"],
        "unit_amount_decimal": str(asked["unit_amount"]),
    }
    return box.objects.save(_KIND, price)


def check_amount(asked: JSON, param: str = "") -> None:
    """Raise Refusal unless a price says what one unit costs; `param` is where it stands."""
    full = f"{param}[{{}}]" if param else "{}"
    if "unit_amount_decimal" in asked:
        raise not_offered(full.format("unit_amount_decimal"), "Send unit_amount instead.")
    if "unit_amount" not in asked:
        raise missing_parameter(full.format("unit_amount"))
    at_least(asked["unit_amount"], 0, full.format("unit_amount"))


def at_least(value: int, least: int, param: str) -> None:
    """Raise Refusal for a number that is too small, or too large for any amount."""
    if value < least:
        message = f"This value must be greater than or equal to {least}."
        raise Refusal(message, code="parameter_invalid_integer", param=param)
    if value > LARGEST_AMOUNT:
        message = f"Invalid integer: {value} is larger than {LARGEST_AMOUNT}."
        raise Refusal(message, code="parameter_invalid_integer", param=param)


def checked_price(box: "Box", asked: JSON, param: str = "") -> JSON:
    """Save and return a price for sale; raises Refusal for kinds that the box does not offer."""
    for name in _ABSENT.split():
        if name in asked:
            raise not_offered(f"{param}[{name}]" if param else name)
    if asked.get("billing_scheme", "per_unit") != "per_unit":
        raise not_offered("billing_scheme", "Only per_unit works here.")
    check_amount(asked, param)
    return new_price(box, asked, is_active=True)


def create(call: Call) -> JSON:
    """POST /v1/prices."""
    box, params = call.box, dict(call.params)
    if ("product" in params) == ("product_data" in params):
        message = "You must specify either `product` or `product_data` when creating a price."
        raise Refusal(message, param="product")
    _free_lookup_key(box, params)
    if "product_data" in params:
        product = products.new_product(box, params["product_data"], is_active=True)
        emit(box, "product.created", product)
        params["product"] = product["id"]
    elif box.objects.find("product", params["product"]) is None:
        raise no_such("product", params["product"], param="product", status=400)
    price = checked_price(box, params)
    emit(box, "price.created", price)
    return price


def update(call: Call) -> JSON:
    """POST /v1/prices/{price}: everything but the amount, which never changes."""
    box, params = call.box, call.params
    if "currency_options" in params:
        raise not_offered("currency_options")
    price = box.objects.get(_KIND, call.ids["price"])
    if params.get("lookup_key") != price["lookup_key"]:
        _free_lookup_key(box, params)
    change = given(params, "active", "lookup_key", "nickname", "tax_behavior")
    if "metadata" in params:
        change["metadata"] = merged(price["metadata"], params["metadata"])
    return revise(box, price, change, event="price.updated")


def list_all(call: Call) -> JSON:
    """GET /v1/prices, newest first."""
    equal = {name: name for name in ("active", "currency", "product", "type")}
    more = []
    if "recurring" in call.params:
        raise not_offered("recurring")
    if "lookup_keys" in call.params:
        keys = call.params["lookup_keys"]
        more.append(Condition(path="lookup_key", value=keys, comparison="IN"))
    return listed(call, _KIND, window(call, equal=equal, more=more))


def _free_lookup_key(box: "Box", params: JSON) -> None:
    """Raise Refusal for a lookup key of another price, unless it is to be taken over."""
    key = params.get("lookup_key")
    if not key:
        return
    for other in box.objects.matching(_KIND, Condition(path="lookup_key", value=key)):
        if not params.get("transfer_lookup_key"):
            raise Refusal(
                f"A price (`{other['id']}`) already uses that lookup key.", param="lookup_key"
            )
        revise(box, other, {"lookup_key": None}, event="price.updated")
