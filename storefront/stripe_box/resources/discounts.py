"""What a coupon takes off a session, line by line and to the cent."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from ..errors import JSON, Refusal, no_such
from ..ids import new_id
from ..objects import Condition
from . import coupons, promotion_codes

if TYPE_CHECKING:
    from ..box import Box

_KIND = "discount"


def find(box: "Box", asked: JSON, *, param: str = "discounts[0]") -> tuple[JSON, JSON | None]:
    """Return the coupon and the promotion code that `discounts[]` names; raises Refusal."""
    if "coupon" in asked:
        coupon = box.objects.find("coupon", asked["coupon"])
        if coupon is None:
            raise no_such("coupon", asked["coupon"], param=f"{param}[coupon]", status=400)
        return coupon, None
    name = f"{param}[promotion_code]"
    promotion = box.objects.find("promotion_code", asked["promotion_code"])
    if promotion is None:
        raise no_such("promotion code", asked["promotion_code"], param=name, status=400)
    if not promotion_codes.current(box, promotion)["active"]:
        raise Refusal("This promotion code is not active.", param=name)
    return box.objects.get("coupon", promotion["promotion"]["coupon"]), promotion


def check(box: "Box", session: JSON, items: list[JSON], found: tuple[JSON, JSON | None]) -> None:
    """Raise Refusal when a session cannot have this discount."""
    coupon, promotion = found
    if not coupons.current(box, coupon)["valid"]:
        raise Refusal("This coupon has expired.", code="coupon_expired", param="discounts")
    if coupon["currency"] not in (None, session["currency"]):
        raise Refusal(
            f"The coupon takes off {coupon['currency']}, but the Checkout Session is in"
            f" {session['currency']}.",
            param="discounts",
        )
    if not _eligible(box, coupon, items):
        message = "This coupon does not apply to any of the line items."
        raise Refusal(message, param="discounts")
    if promotion:
        _check_restrictions(box, session, items, promotion)


def apply(box: "Box", session: JSON, items: list[JSON], found: tuple[JSON, JSON | None]) -> int:
    """Write the discount into the line items and the session; returns what it takes off."""
    check(box, session, items, found)
    coupon, promotion = found
    discount: JSON = {
        "id": new_id("di_"),
        "object": _KIND,
        "checkout_session": session["id"],
        "customer": session["customer"],
        "customer_account": None,
        "end": None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": promotion and promotion["id"],
        "source": {"coupon": coupon["id"], "type": "coupon"},
        "start": box.clock.now(),
        "subscription": None,
        "subscription_item": None,
    }
    box.objects.save(_KIND, discount, parent=session["id"])
    eligible = _eligible(box, coupon, items)
    shares = _shares(_taken(coupon, eligible), eligible)
    for item in items:
        off = shares.get(item["id"], 0)
        item.update(amount_discount=off, amount_total=item["amount_subtotal"] - off)
        box.objects.save("item", item)
    named = {"coupon": None if promotion else coupon["id"]}
    session["discounts"] = [{**named, "promotion_code": promotion and promotion["id"]}]
    return sum(shares.values())


def remove(box: "Box", session: JSON, items: list[JSON]) -> None:
    """Take the discount out of a session and its line items."""
    for discount in box.objects.children(_KIND, session["id"]):
        box.objects.remove(discount["id"])
    for item in items:
        item.update(amount_discount=0, amount_total=item["amount_subtotal"])
        box.objects.save("item", item)
    session["discounts"] = []


def code_of(box: "Box", session: JSON) -> str:
    """Return the promotion code with which a session is discounted, or ''."""
    for one in session["discounts"]:
        promotion = box.objects.find("promotion_code", one["promotion_code"] or "")
        if promotion:
            return str(promotion["code"])
    return ""


def of_session(box: "Box", session_id: str) -> list[JSON]:
    """Return what `total_details.breakdown` shows of discounts when it is expanded."""
    items = box.objects.children("item", session_id)
    off = sum(item["amount_discount"] for item in items)
    found = box.objects.children(_KIND, session_id)
    return [{"amount": off, "discount": one} for one in found]


def of_item(box: "Box", item: JSON) -> list[JSON]:
    """Return what `discounts` of a line item shows when it is expanded."""
    if not item["amount_discount"]:
        return []
    found = box.objects.children(_KIND, box.objects.parent(item["id"]))
    return [{"amount": item["amount_discount"], "discount": one} for one in found]


def redeem(box: "Box", session: JSON) -> None:
    """Count the redemption of a session that completes."""
    for one in session["discounts"]:
        promotion = box.objects.find("promotion_code", one["promotion_code"] or "")
        if promotion:
            promotion["times_redeemed"] += 1
            box.objects.save("promotion_code", promotion)
        identifier = promotion["promotion"]["coupon"] if promotion else one["coupon"]
        coupon = box.objects.find("coupon", identifier)
        if coupon:
            coupon["times_redeemed"] += 1
            box.objects.save("coupon", coupons.current(box, coupon))


def _eligible(box: "Box", coupon: JSON, items: list[JSON]) -> list[JSON]:
    products = coupons.products_of(box, coupon)
    return [item for item in items if products is None or item["price"]["product"] in products]


def _taken(coupon: JSON, items: list[JSON]) -> int:
    """Return the whole discount in minor units; never more than the lines cost."""
    subtotal = sum(item["amount_subtotal"] for item in items)
    if coupon["amount_off"] is not None:
        return int(min(coupon["amount_off"], subtotal))
    exact = Decimal(subtotal) * Decimal(str(coupon["percent_off"])) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _shares(taken: int, items: list[JSON]) -> dict[str, int]:
    """Split a discount over lines by what they cost; the last cents go to the largest rests."""
    subtotal = sum(item["amount_subtotal"] for item in items)
    if not subtotal:
        return {}
    shares = {item["id"]: taken * item["amount_subtotal"] // subtotal for item in items}
    by_rest = sorted(items, key=lambda item: -(taken * item["amount_subtotal"] % subtotal))
    for item in by_rest[: taken - sum(shares.values())]:
        shares[item["id"]] += 1
    return shares


def _check_restrictions(box: "Box", session: JSON, items: list[JSON], promotion: JSON) -> None:
    limits, customer = promotion["restrictions"], session["customer"]
    if promotion["customer"] not in (None, customer):
        message = "This promotion code belongs to another customer."
        raise Refusal(message, param="discounts")
    least, currency = limits["minimum_amount"], limits["minimum_amount_currency"]
    subtotal = sum(item["amount_subtotal"] for item in items)
    if least is not None and (currency != session["currency"] or subtotal < least):
        message = "This promotion code needs a larger order."
        raise Refusal(message, param="discounts")
    if limits["first_time_transaction"] and customer and _has_bought(box, customer):
        raise Refusal(
            "This promotion code cannot be redeemed because the associated customer has prior"
            " transactions.",
            param="discounts",
        )


def _has_bought(box: "Box", customer: str) -> bool:
    conditions = {"customer": customer, "status": "complete"}
    wanted = [Condition(path=path, value=value) for path, value in conditions.items()]
    return bool(box.objects.matching("checkout.session", *wanted))
