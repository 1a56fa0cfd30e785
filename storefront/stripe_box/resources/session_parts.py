"""The objects that a new session brings along: products, prices, line items, shipping rates."""

from typing import TYPE_CHECKING

from ..errors import JSON
from ..ids import new_id
from . import prices, products, shipping_rates

if TYPE_CHECKING:
    from ..box import Box


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
        rate = shipping_rates.new_rate(box, asked["shipping_rate_data"], is_active=False)
    return {"shipping_amount": rate["fixed_amount"]["amount"], "shipping_rate": rate["id"]}


def _price(box: "Box", asked: JSON) -> JSON:
    if "product" in asked:
        return prices.new_price(box, asked, is_active=False)
    product = products.new_product(box, asked["product_data"], is_active=False)
    return prices.new_price(box, {**asked, "product": product["id"]}, is_active=False)
