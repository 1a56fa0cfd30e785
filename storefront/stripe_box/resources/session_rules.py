"""What a Checkout Session may ask for beyond the shape of its parameters."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ..errors import JSON, Refusal, missing_parameter, no_such, not_offered
from ..money import LARGEST_AMOUNT, written_minimum
from ..settings import is_web_url
from .customers import existing_customer
from .emails import is_email
from .prices import at_least, check_amount
from .shipping_rates import check_rate

if TYPE_CHECKING:
    from ..box import Box

_MOST_LINES, _MOST_SHIPPING_OPTIONS = 100, 5
_SHORTEST_SECONDS, _LONGEST_SECONDS = 30 * 60, 24 * 60 * 60

_TERMS_MISSING = (
    "You cannot collect consent to your terms of service unless a URL is set in the Stripe"
    " Dashboard. Update your public business details in the Dashboard settings."
)
_TAX_MISSING = (
    "You must have a valid head office address to enable automatic tax calculation in test mode."
    " Visit https://dashboard.stripe.com/test/settings/tax to update it."
)


def check(box: "Box", params: JSON) -> None:
    """Raise Refusal for the first rule that the parameters of a new session break."""
    for rule in _RULES:
        rule(box, params)


def check_total(box: "Box", *, total: int, currency: str) -> None:
    """Raise Refusal when the total is too small (zero is allowed) or too large for a card."""
    if total > LARGEST_AMOUNT:
        message = "The Checkout Session's total amount due must be no more than 99999999."
        raise Refusal(message, code="amount_too_large")
    minimum = box.settings.minimum_amounts.get(currency, 0)
    if 0 < total < minimum:
        raise Refusal(
            "The Checkout Session's total amount due must add up to at least"
            f" {written_minimum(minimum, currency)}",
            code="amount_too_small",
        )


def _required(_box: "Box", params: JSON) -> None:
    for name in ("mode", "success_url", "line_items"):
        if name not in params:
            raise missing_parameter(name)


def _offered(_box: "Box", params: JSON) -> None:
    if params["mode"] != "payment":
        raise not_offered("mode", "Only mode=payment works here.")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_offered("ui_mode", "Only the hosted page works here.")
    for name in _unsupported(params):
        raise not_offered(name)


def _unsupported(params: JSON) -> Iterator[str]:
    """Name parameters with an effect that the box would otherwise have to ignore."""
    absent = "optional_items custom_fields subscription_data setup_intent_data payment_method_data"
    more = ("name_collection", "managed_payments", "customer_account", "customer_update")
    for name in (*absent.split(), *more):
        if params.get(name):
            yield name
    for name in ("invoice_creation", "tax_id_collection"):
        if params.get(name, {}).get("enabled"):
            yield name
    if params.get("after_expiration", {}).get("recovery", {}).get("enabled"):
        yield "after_expiration[recovery]"
    intent = params.get("payment_intent_data", {})
    if intent.get("capture_method") == "manual":
        yield "payment_intent_data[capture_method]"
    for name in ("application_fee_amount", "transfer_data", "on_behalf_of"):
        if name in intent:
            yield f"payment_intent_data[{name}]"
    for place, line in enumerate(params.get("line_items", [])):
        if line.get("adjustable_quantity", {}).get("enabled"):
            yield f"line_items[{place}][adjustable_quantity]"
        if line.get("tax_rates"):
            yield f"line_items[{place}][tax_rates]"


def _account(_box: "Box", params: JSON) -> None:
    if params.get("consent_collection", {}).get("terms_of_service") == "required":
        raise Refusal(_TERMS_MISSING, param="consent_collection[terms_of_service]")
    if params.get("automatic_tax", {}).get("enabled"):
        raise Refusal(_TAX_MISSING, param="automatic_tax")


def _addresses(_box: "Box", params: JSON) -> None:
    for name in ("success_url", "cancel_url"):
        if name in params and not is_web_url(params[name]):
            raise Refusal("Not a valid URL", code="url_invalid", param=name)
    for place, line in enumerate(params["line_items"]):
        images = line.get("price_data", {}).get("product_data", {}).get("images", [])
        for number, image in enumerate(images):
            if not is_web_url(image):
                param = f"line_items[{place}][price_data][product_data][images][{number}]"
                raise Refusal("Not a valid URL", code="url_invalid", param=param)
    email = params.get("customer_email")
    if email is not None and not is_email(email):
        message = f"Invalid email address: {email}"
        raise Refusal(message, code="email_invalid", param="customer_email")


def _limits(_box: "Box", params: JSON) -> None:
    lines = params["line_items"]
    if not lines:
        raise missing_parameter("line_items")
    if len(lines) > _MOST_LINES:
        message = f"You can only have up to {_MOST_LINES} line items in `payment` mode."
        raise Refusal(message, param="line_items")
    if len(params.get("shipping_options", [])) > _MOST_SHIPPING_OPTIONS:
        message = f"You can only have up to {_MOST_SHIPPING_OPTIONS} shipping options."
        raise Refusal(message, param="shipping_options")
    countries = params.get("shipping_address_collection", {}).get("allowed_countries")
    if countries == []:
        raise missing_parameter("shipping_address_collection[allowed_countries]")


def _discounts(_box: "Box", params: JSON) -> None:
    discounts = params.get("discounts", [])
    if discounts and "allow_promotion_codes" in params:
        message = "You may only specify one of these parameters: allow_promotion_codes, discounts."
        raise Refusal(message, param="allow_promotion_codes")
    if len(discounts) > 1:
        raise Refusal("You can only have up to 1 discount.", param="discounts")
    for place, discount in enumerate(discounts):
        if len(discount) != 1:
            message = "You must specify exactly one of these parameters: coupon, promotion_code."
            raise Refusal(message, param=f"discounts[{place}]")


def _customer(box: "Box", params: JSON) -> None:
    if "customer" not in params:
        return
    for name in ("customer_email", "customer_creation"):
        if name in params:
            message = f"You may only specify one of these parameters: customer, {name}."
            raise Refusal(message, param=name)
    existing_customer(box, params["customer"])


def _lines(box: "Box", params: JSON) -> None:
    for place, line in enumerate(params["line_items"]):
        param = f"line_items[{place}]"
        if ("price" in line) == ("price_data" in line):
            raise Refusal(
                "You must provide one of `price` or `price_data` for each line item when using"
                " prices.",
                param=param,
            )
        if "quantity" not in line:
            raise missing_parameter(f"{param}[quantity]")
        at_least(line["quantity"], 1, f"{param}[quantity]")
        if "price" in line:
            _known_price(box, line["price"], f"{param}[price]")
        else:
            _price_data(box, line["price_data"], f"{param}[price_data]")


def _known_price(box: "Box", identifier: str, param: str) -> None:
    price = box.objects.find("price", identifier)
    if price is None:
        raise no_such("price", identifier, param=param, status=400)
    if not price["active"]:
        message = "The price specified is inactive. This field only accepts active prices."
        raise Refusal(message, param=param)


def _price_data(box: "Box", price: JSON, param: str) -> None:
    if ("product" in price) == ("product_data" in price):
        raise Refusal(
            "You must specify either `product` or `product_data` when creating a price.",
            param=param,
        )
    if "product" in price and box.objects.find("product", price["product"]) is None:
        raise no_such("product", price["product"], param=f"{param}[product]", status=400)
    if "recurring" in price:
        message = "You specified `payment` mode but passed a recurring price."
        raise Refusal(message, param=f"{param}[recurring]")
    check_amount(price, param)


def _shipping(box: "Box", params: JSON) -> None:
    for place, option in enumerate(params.get("shipping_options", [])):
        param = f"shipping_options[{place}]"
        if ("shipping_rate" in option) == ("shipping_rate_data" in option):
            message = "You must provide one of `shipping_rate` or `shipping_rate_data`."
            raise Refusal(message, param=param)
        if "shipping_rate" in option:
            if box.objects.find("shipping_rate", option["shipping_rate"]) is None:
                identifier, name = option["shipping_rate"], f"{param}[shipping_rate]"
                raise no_such("shipping_rate", identifier, param=name, status=400)
            continue
        check_rate(option["shipping_rate_data"], f"{param}[shipping_rate_data]")


def _expiry(box: "Box", params: JSON) -> None:
    if "expires_at" not in params:
        return
    ahead = params["expires_at"] - box.clock.now()
    if ahead < _SHORTEST_SECONDS:
        words = "at least 30 minutes"
    elif ahead > _LONGEST_SECONDS:
        words = "less than 24 hours"
    else:
        return
    message = f"The `expires_at` timestamp must be {words} from Checkout Session creation."
    raise Refusal(message, param="expires_at")


_RULES: tuple[Callable[["Box", JSON], None], ...] = (
    _required,
    _offered,
    _account,
    _limits,
    _addresses,
    _discounts,
    _customer,
    _lines,
    _shipping,
    _expiry,
)
