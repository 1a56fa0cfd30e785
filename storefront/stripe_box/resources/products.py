"""Products: the endpoints, and the products that a line item brings along."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import deleted, first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, not_offered
from ..events import emit
from ..ids import new_id
from ..objects import Condition
from ..settings import is_web_url
from . import prices

if TYPE_CHECKING:
    from ..box import Box

_KIND = "product"
_MOST_IMAGES = 8


def new_product(box: "Box", asked: JSON, *, is_active: bool) -> JSON:
    """Save and return a product; one that a line item describes in place is not active."""
    moment = box.clock.now()
    product: JSON = {
        "id": asked.get("id") or new_id("prod_"),
        "object": _KIND,
        "active": asked.get("active", is_active),
        "created": moment,
        "default_price": None,
        "description": asked.get("description"),
        "images": asked.get("images", []),
        "livemode": False,
        "marketing_features": asked.get("marketing_features", []),
        "metadata": first_metadata(asked),
        "name": asked["name"],
        "package_dimensions": asked.get("package_dimensions"),
        "shippable": asked.get("shippable"),
        "statement_descriptor": asked.get("statement_descriptor"),
        "tax_code": asked.get("tax_code"),
        "unit_label": asked.get("unit_label"),
        "updated": moment,
        "url": asked.get("url"),
    }
    return box.objects.save(_KIND, product)


def create(call: Call) -> JSON:
    """POST /v1/products."""
    box, params = call.box, call.params
    _check(params)
    if "id" in params and box.objects.is_taken(params["id"]):
        message = "Product already exists."
        raise Refusal(message, code="resource_already_exists", param="id")
    product = new_product(box, params, is_active=True)
    emit(box, "product.created", product)
    if "default_price_data" not in params:
        return product
    asked = {**params["default_price_data"], "product": product["id"]}
    price = prices.checked_price(box, asked, "default_price_data")
    emit(box, "price.created", price)
    return revise(box, product, {"default_price": price["id"]}, event="product.updated")


def update(call: Call) -> JSON:
    """POST /v1/products/{id}."""
    box, params = call.box, call.params
    _check(params)
    product = box.objects.get(_KIND, call.ids["id"])
    names = ("active", "description", "name", "package_dimensions", "shippable")
    more = ("statement_descriptor", "tax_code", "unit_label", "url", "default_price")
    change = given(params, *names, *more)
    if change.get("default_price"):
        box.objects.get("price", change["default_price"], param="default_price")
    for name in ("images", "marketing_features"):
        if name in params:
            change[name] = params[name] or []
    if "metadata" in params:
        change["metadata"] = merged(product["metadata"], params["metadata"])
    change["updated"] = box.clock.now()
    return revise(box, product, change, event="product.updated")


def delete(call: Call) -> JSON:
    """DELETE /v1/products/{id}: only while it has no price."""
    box = call.box
    product = box.objects.get(_KIND, call.ids["id"])
    if box.objects.matching("price", Condition(path="product", value=product["id"])):
        raise Refusal(
            "This product cannot be deleted because it has one or more user-created prices.",
            param="id",
        )
    box.objects.remove(product["id"])
    emit(box, "product.deleted", product)
    return deleted(product)


def list_all(call: Call) -> JSON:
    """GET /v1/products, newest first."""
    equal = {name: name for name in ("active", "shippable", "url")}
    more = []
    if "ids" in call.params:
        more.append(Condition(path="id", value=call.params["ids"], comparison="IN"))
    return listed(call, _KIND, window(call, equal=equal, more=more))


def _check(params: JSON) -> None:
    for place, image in enumerate(params.get("images") or []):
        if place == _MOST_IMAGES:
            raise Refusal(f"You can only have up to {_MOST_IMAGES} images.", param="images")
        if not is_web_url(image):
            raise Refusal("Not a valid URL", code="url_invalid", param=f"images[{place}]")
    if params.get("url") and not is_web_url(params["url"]):
        raise Refusal("Not a valid URL", code="url_invalid", param="url")
    asked = params.get("default_price_data", {})
    for name in ("currency_options", "custom_unit_amount"):
        if name in asked:
            raise not_offered(f"default_price_data[{name}]")
