"""A Checkout Session as Stripe shows it, made from checked parameters."""

import copy
from typing import TYPE_CHECKING

from ..errors import JSON, Refusal
from ..ids import new_id
from ..payments import methods
from . import discounts, promotion_codes, session_parts, session_rules
from .customers import existing_customer, known_details

if TYPE_CHECKING:
    from ..box import Box

_DAY_SECONDS = 24 * 60 * 60
_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
_COPIED = (
    "adaptive_pricing",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "customer_email",
    "integration_identifier",
    "locale",
    "origin_context",
    "shipping_address_collection",
    "submit_type",
    "success_url",
)

# What is the same in every new session of mode=payment on the hosted page.
_NEW_SESSION: JSON = {
    "object": "checkout.session",
    "after_expiration": None,
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "currency_conversion": None,
    "custom_fields": [],
    "customer": None,
    "customer_account": None,
    "customer_creation": "if_required",
    "customer_details": None,
    "discounts": [],
    "invoice": None,
    "invoice_creation": None,
    "livemode": False,
    "mode": "payment",
    "payment_intent": None,
    "payment_link": None,
    "payment_method_collection": "if_required",
    "payment_status": "unpaid",
    "permissions": None,
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "status": "open",
    "subscription": None,
    "tax_id_collection": {"enabled": False, "required": "never"},
    "ui_mode": "hosted_page",
    "wallet_options": None,
}


def create(box: "Box", params: JSON, *, page_base: str) -> JSON:
    """Save and return a new open session; raises Refusal when a rule is broken."""
    session_rules.check(box, params)
    identifier = new_id("cs_test_")
    items = [
        session_parts.line_item(box, line, session_id=identifier) for line in params["line_items"]
    ]
    options = [
        session_parts.shipping_option(box, one) for one in params.get("shipping_options", [])
    ]
    currency = _one_currency(box, params, items, options)
    session = {
        **_constant(params),
        **{name: params.get(name) for name in _COPIED},
        **_branding(params.get("branding_settings")),
        "id": identifier,
        "created": box.clock.now(),
        "currency": currency,
        "expires_at": params.get("expires_at", box.clock.now() + _DAY_SECONDS),
        "metadata": params.get("metadata", {}),
        "payment_method_types": methods.offered(params, currency),
        "shipping_options": options,
        "url": f"{page_base}/pay/{identifier}",
    }
    _join_customer(box, session, params)
    _total_up(box, session, items, params.get("discounts", []))
    _keep_intent_wishes(box, params, identifier)
    return box.objects.save("checkout.session", session)


def redeem_code(box: "Box", session_id: str, code: str) -> JSON:
    """Let a shopper type a promotion code, or '' to do without; a Refusal changes nothing."""
    with box.store.transaction():
        session = box.objects.get("checkout.session", session_id)
        promotion = promotion_codes.typed(box, code) if code else None
        if session["status"] != "open" or not session["allow_promotion_codes"]:
            raise Refusal("This page takes no promotion codes.")
        if code and promotion is None:
            raise Refusal("This code is invalid.")
        items = box.objects.children("item", session_id)
        discounts.remove(box, session, items)
        asked = [{"promotion_code": promotion["id"]}] if promotion else []
        _total_up(box, session, items, asked)
        return box.objects.save("checkout.session", session)


def _total_up(box: "Box", session: JSON, items: list[JSON], asked: list[JSON]) -> None:
    """Write the totals with the first shipping option and the discount that is asked for."""
    off = 0
    if asked:
        off = discounts.apply(box, session, items, discounts.find(box, asked[0]))
    options = session["shipping_options"]
    subtotal = sum(item["amount_subtotal"] for item in items)
    set_totals(session, subtotal=subtotal, option=options[0] if options else None, discount=off)
    total, currency = session["amount_total"], session["currency"]
    session_rules.check_total(box, total=total, currency=currency)


def _join_customer(box: "Box", session: JSON, params: JSON) -> None:
    """Name the customer, or say when one will be made."""
    if "customer" in params:
        customer = existing_customer(box, params["customer"])
        session["customer"], session["customer_creation"] = customer["id"], None
        session["customer_details"] = known_details(customer)
        return
    is_kept = "setup_future_usage" in params.get("payment_intent_data", {})
    creation = params.get("customer_creation", "if_required")
    session["customer_creation"] = "always" if is_kept else creation


def set_totals(session: JSON, *, subtotal: int, option: JSON | None, discount: int) -> None:
    """Write the amounts for the chosen shipping option into the session."""
    shipping = option["shipping_amount"] if option else 0
    session["amount_subtotal"] = subtotal
    session["amount_total"] = subtotal - discount + shipping
    session["total_details"] = {
        "amount_discount": discount,
        "amount_shipping": shipping,
        "amount_tax": 0,
    }
    session["shipping_cost"] = option and {
        "amount_subtotal": shipping,
        "amount_tax": 0,
        "amount_total": shipping,
        "shipping_rate": option["shipping_rate"],
    }


def choose_shipping(session: JSON, rate: str | None) -> None:
    """Set the totals for one of the session's shipping options; unknown rates change nothing."""
    for option in session["shipping_options"]:
        if option["shipping_rate"] == rate:
            subtotal = session["amount_subtotal"]
            discount = session["total_details"]["amount_discount"]
            set_totals(session, subtotal=subtotal, option=option, discount=discount)


def _one_currency(box: "Box", params: JSON, items: list[JSON], options: list[JSON]) -> str:
    currency = str(params.get("currency", items[0]["currency"]))
    for place, item in enumerate(items):
        if item["currency"] != currency:
            raise Refusal(
                "All line items of a Checkout Session must use the same currency: expected"
                f" {currency}, got {item['currency']}.",
                param=f"line_items[{place}][price_data][currency]",
            )
    for place, option in enumerate(options):
        rate = box.objects.get("shipping_rate", option["shipping_rate"])
        if rate["fixed_amount"]["currency"] != currency:
            raise Refusal(
                f"The shipping rate must use the currency of the Checkout Session ({currency}).",
                param=f"shipping_options[{place}]",
            )
    return currency


def _keep_intent_wishes(box: "Box", params: JSON, identifier: str) -> None:
    """Remember what the PaymentIntent shall look like; it does not exist before the first try."""
    wishes = {**params.get("payment_intent_data", {}), "id": f"wishes_{identifier}"}
    box.objects.save("payment_intent_data", wishes, parent=identifier)


def _branding(asked: JSON | None) -> JSON:
    """Return the shop's name and colours when it sent any."""
    if not asked:
        return {}
    usual = {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#1f4a3d",
        "display_name": "Stripe box shop",
        "font_family": "default",
        "icon": None,
        "logo": None,
    }
    given = {
        name: asked[name] for name in usual if asked.get(name) and isinstance(usual[name], str)
    }
    return {"branding_settings": {**usual, **given}}


def _constant(params: JSON) -> JSON:
    texts = params.get("custom_text", {})
    phone = params.get("phone_number_collection", {"enabled": False})
    return {
        **copy.deepcopy(_NEW_SESSION),
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "custom_text": {name: texts.get(name) or None for name in _TEXTS},
        "payment_method_options": params.get("payment_method_options", {}),
        "phone_number_collection": phone,
    }
