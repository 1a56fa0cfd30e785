"""The objects that a new session brings along: products, prices, line items, shipping rates."""

from typing import TYPE_CHECKING

from .errors import JSON
from .ids import new_id

if TYPE_CHECKING:
    from .box import Box


def line_item(box: "Box", asked: JSON, *, session_id: str) -> JSON:
    """Create and save one line item, with its implicit price and product when needed."""
    if "price" in asked:
        price = box.objects.get("price", asked["price"])
    else:
        price = _price(box, asked["price_data"])
    product = box.objects.get("product", price["product"])
    amount = price["unit_amount"] * asked["quantity"]
    item: JSON = {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": asked.get("adjustable_quantity"),
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": product["name"],
        "metadata": asked.get("metadata", {}),
        "price": price,
        "quantity": asked["quantity"],
    }
    return box.objects.save("item", item, parent=session_id)


def shipping_option(box: "Box", asked: JSON) -> JSON:
    """Return one shipping option, creating its rate when it is described in place."""
    if "shipping_rate" in asked:
        rate = box.objects.get("shipping_rate", asked["shipping_rate"])
    else:
        rate = _shipping_rate(box, asked["shipping_rate_data"])
    return {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}


def _price(box: "Box", asked: JSON) -> JSON:
    product = asked.get("product") or _product(box, asked["product_data"])["id"]
    price: JSON = {
        "id": new_id("price_"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": box.clock.now(),
        "currency": asked["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product,
        "recurring": None,
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": asked["unit_amount"],
        "unit_amount_decimal": str(asked["unit_amount"]),
    }
    return box.objects.save("price", price)


def _product(box: "Box", asked: JSON) -> JSON:
    moment = box.clock.now()
    product: JSON = {
        "id": new_id("prod_"),
        "object": "product",
        "active": False,
        "created": moment,
        "default_price": None,
        "description": asked.get("description"),
        "images": asked.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": asked.get("metadata", {}),
        "name": asked["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": asked.get("tax_code"),
        "unit_label": asked.get("unit_label"),
        "updated": moment,
        "url": None,
    }
    return box.objects.save("product", product)


def _shipping_rate(box: "Box", asked: JSON) -> JSON:
    estimate = asked.get("delivery_estimate")
    rate: JSON = {
        "id": new_id("shr_"),
        "object": "shipping_rate",
        "active": False,
        "created": box.clock.now(),
        "delivery_estimate": estimate
        and {"maximum": estimate.get("maximum"), "minimum": estimate.get("minimum")},
        "display_name": asked["display_name"],
        "fixed_amount": {
            "amount": asked["fixed_amount"]["amount"],
            "currency": asked["fixed_amount"]["currency"],
        },
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "tax_behavior": asked.get("tax_behavior", "unspecified"),
        "tax_code": asked.get("tax_code"),
        "type": "fixed_amount",
    }
    return box.objects.save("shipping_rate", rate)
