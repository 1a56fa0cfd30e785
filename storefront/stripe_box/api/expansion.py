"""The `expand` parameter: ids become the objects that they name, hidden lists appear."""

from typing import TYPE_CHECKING

from ..errors import JSON, Refusal
from ..objects import Window
from ..resources import coupons, discounts

if TYPE_CHECKING:
    from ..box import Box

_DEEPEST = 4
_EMBEDDED_LIMIT = 10

# Which fields hold ids, and of what kind.
_REFERENCES = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "payment_method": "payment_method",
    "balance_transaction": "balance_transaction",
    "shipping_rate": "shipping_rate",
    "product": "product",
    "default_price": "price",
    "coupon": "coupon",
    "promotion_code": "promotion_code",
    "customer": "customer",
    "failure_balance_transaction": "balance_transaction",
}
# What the source of a balance transaction is, by the beginning of its id.
_SOURCES = {
    "ch": "charge",
    "py": "charge",
    "re": "refund",
    "pyr": "refund",
    "du": "dispute",
    "po": "payout",
}


def expanded(box: "Box", body: JSON, paths: list[str]) -> JSON:
    """Expand every path in place; raises Refusal for one that cannot be expanded."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            message = f"You cannot expand more than {_DEEPEST} levels of a property. Property: "
            raise Refusal(message + path, param="expand")
        _walk(box, body, steps, path)
    return body


def _walk(box: "Box", node: object, steps: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _walk(box, item, steps, path)
        return
    if not steps or not isinstance(node, dict):
        return
    step, rest = steps[0], steps[1:]
    _reveal(box, node, step)
    if step not in node:
        message = f"This property cannot be expanded ({path})."
        raise Refusal(message, param="expand")
    value = node[step]
    if isinstance(value, str):
        node[step] = value = _looked_up(box, value, step, path)
    _walk(box, value, rest, path)


def _looked_up(box: "Box", identifier: str, step: str, path: str) -> JSON:
    kind = _REFERENCES.get(step, "")
    if step == "source":
        kind = _SOURCES.get(identifier.partition("_")[0], "")
    found = box.objects.find(kind, identifier)
    if found is None:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    return found


def _reveal(box: "Box", node: JSON, step: str) -> None:
    """Add a list or detail that is absent unless it is asked for."""
    kind = node.get("object")
    if (kind, step) == ("checkout.session", "line_items"):
        url = f"/v1/checkout/sessions/{node['id']}/line_items"
        node.setdefault(step, _embedded(box, "item", node["id"], url, is_oldest_first=True))
    elif (kind, step) == ("charge", "refunds"):
        url = f"/v1/charges/{node['id']}/refunds"
        node.setdefault(step, _embedded(box, "refund", node["id"], url))
    elif (kind, step) == ("checkout.session", "total_details"):
        node[step].setdefault("breakdown", {"discounts": [], "taxes": []})
        node[step]["breakdown"]["discounts"] = discounts.of_session(box, node["id"])
    elif (kind, step) == ("item", "discounts"):
        node.setdefault(step, discounts.of_item(box, node))
    elif (kind, step) == ("item", "taxes"):
        node.setdefault(step, [])
    elif (kind, step) == ("coupon", "applies_to"):
        node.setdefault(step, {"products": coupons.products_of(box, node) or []})


def _embedded(
    box: "Box", kind: str, parent: str, url: str, *, is_oldest_first: bool = False
) -> JSON:
    wanted = Window(limit=_EMBEDDED_LIMIT, parent=parent, is_oldest_first=is_oldest_first)
    items, has_more = box.objects.page(kind, wanted)
    return {"object": "list", "data": items, "has_more": has_more, "url": url}
