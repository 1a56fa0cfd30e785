"""The table of endpoints: method, path as in Stripe's description, and who answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..errors import JSON, Refusal
from ..objects import Condition
from ..resources import (
    coupons,
    customers,
    payment_intents,
    payment_methods,
    payouts,
    prices,
    products,
    promotion_codes,
    radar,
    refunds,
    sessions,
    shipping_rates,
    webhook_endpoints,
)
from ..resources import dispute_routes as dispute_endpoints
from ..resources import payment_pages as payment_page_api
from .calls import Call
from .lists import listed, window
from .specification import Operation, operation, pattern

_MOST_EVENT_TYPES = 20


@dataclass(frozen=True)
class Endpoint:
    """One line of the table."""

    method: str
    path: str
    answer: Callable[[Call], JSON]

    @property
    def operation(self) -> Operation:
        """Return what Stripe's description says about it."""
        return operation(self.method, self.path)


def match(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    """Return the endpoint and the names in the path; raises Refusal 404."""
    for endpoint, expression in _EXPRESSIONS:
        found = expression.fullmatch(path) if endpoint.method == method else None
        if found:
            return endpoint, found.groupdict()
    raise Refusal(
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove"
        " the trailing slash. If you are trying to retrieve an object, make sure you passed a"
        " valid (non-empty) identifier in your code. The Stripe box offers the endpoints listed"
        " in docs/stripe-box.md.",
        status=404,
    )


def _one(kind: str, name: str) -> Callable[[Call], JSON]:
    def retrieve(call: Call) -> JSON:
        return call.box.objects.get(kind, call.ids[name])

    return retrieve


def _many(kind: str, *filters: str) -> Callable[[Call], JSON]:
    def list_all(call: Call) -> JSON:
        return listed(call, kind, window(call, equal={name: name for name in filters}))

    return list_all


def _events(call: Call) -> JSON:
    """List events by type, by several types, or by whether every endpoint has taken them."""
    wanted = window(call, equal={"type": "type"})
    conditions = list(wanted.conditions)
    if "types" in call.params:
        if len(call.params["types"]) > _MOST_EVENT_TYPES:
            message = f"You may only specify up to {_MOST_EVENT_TYPES} types."
            raise Refusal(message, param="types")
        conditions.append(Condition(path="type", value=call.params["types"], comparison="IN"))
    if "delivery_success" in call.params:
        comparison = "=" if call.params["delivery_success"] else ">"
        conditions.append(Condition(path="pending_webhooks", value=0, comparison=comparison))
    return listed(call, "event", replace(wanted, conditions=conditions))


_SESSION = "/v1/checkout/sessions/{session}"
_CODE, _CUSTOMER = "/v1/promotion_codes/{promotion_code}", "/v1/customers/{customer}"
_HOOK = "/v1/webhook_endpoints/{webhook_endpoint}"
_METHOD = "/v1/payment_methods/{payment_method}"
_RATE = "/v1/shipping_rates/{shipping_rate_token}"
_INTENT = "/v1/payment_intents/{intent}"
_DISPUTE = "/v1/disputes/{dispute}"
_WARNINGS, _WARNING_ID = "/v1/radar/early_fraud_warnings", "early_fraud_warning"
ENDPOINTS = (
    Endpoint("POST", "/v1/checkout/sessions", sessions.create),
    Endpoint("GET", "/v1/checkout/sessions", sessions.list_all),
    Endpoint("GET", _SESSION, sessions.retrieve),
    Endpoint("POST", _SESSION, sessions.update),
    Endpoint("POST", f"{_SESSION}/expire", sessions.expire),
    Endpoint("GET", f"{_SESSION}/line_items", sessions.line_items),
    Endpoint("GET", "/v1/payment_intents", _many("payment_intent", "customer")),
    Endpoint("GET", _INTENT, _one("payment_intent", "intent")),
    Endpoint("POST", f"{_INTENT}/cancel", payment_intents.refuse),
    Endpoint("POST", f"{_INTENT}/confirm", payment_intents.refuse),
    Endpoint("GET", "/v1/charges", _many("charge", "customer", "payment_intent", "transfer_group")),
    Endpoint("GET", "/v1/charges/{charge}", _one("charge", "charge")),
    Endpoint("POST", "/v1/refunds", refunds.create),
    Endpoint("GET", "/v1/refunds", refunds.list_all),
    Endpoint("GET", "/v1/refunds/{refund}", refunds.retrieve),
    Endpoint("POST", "/v1/refunds/{refund}", refunds.update),
    Endpoint("POST", "/v1/refunds/{refund}/cancel", refunds.cancel),
    Endpoint("GET", "/v1/disputes", _many("dispute", "charge", "payment_intent")),
    Endpoint("GET", _DISPUTE, _one("dispute", "dispute")),
    Endpoint("POST", _DISPUTE, dispute_endpoints.update),
    Endpoint("POST", f"{_DISPUTE}/close", dispute_endpoints.close),
    Endpoint("GET", _WARNINGS, _many(radar.WARNING, "charge", "payment_intent")),
    Endpoint("GET", f"{_WARNINGS}/{{early_fraud_warning}}", _one(radar.WARNING, _WARNING_ID)),
    Endpoint("GET", "/v1/payouts", payouts.list_all),
    Endpoint("POST", "/v1/payouts", payouts.create),
    Endpoint("GET", "/v1/payouts/{payout}", _one("payout", "payout")),
    Endpoint("GET", "/v1/events", _events),
    Endpoint("GET", "/v1/events/{id}", _one("event", "id")),
    Endpoint("GET", "/v1/payment_pages/{session}", payment_page_api.retrieve),
    Endpoint("POST", "/v1/payment_pages/{session}/confirm", payment_page_api.confirm),
    Endpoint("POST", "/v1/payment_methods", payment_methods.create),
    Endpoint("GET", "/v1/payment_methods", payment_methods.list_all),
    Endpoint("GET", _METHOD, payment_methods.retrieve),
    Endpoint("POST", _METHOD, payment_methods.update),
    Endpoint("POST", f"{_METHOD}/attach", payment_methods.attach),
    Endpoint("POST", f"{_METHOD}/detach", payment_methods.detach),
    Endpoint("POST", "/v1/products", products.create),
    Endpoint("GET", "/v1/products", products.list_all),
    Endpoint("GET", "/v1/products/{id}", _one("product", "id")),
    Endpoint("POST", "/v1/products/{id}", products.update),
    Endpoint("DELETE", "/v1/products/{id}", products.delete),
    Endpoint("POST", "/v1/prices", prices.create),
    Endpoint("GET", "/v1/prices", prices.list_all),
    Endpoint("GET", "/v1/prices/{price}", _one("price", "price")),
    Endpoint("POST", "/v1/prices/{price}", prices.update),
    Endpoint("POST", "/v1/coupons", coupons.create),
    Endpoint("GET", "/v1/coupons", coupons.list_all),
    Endpoint("GET", "/v1/coupons/{coupon}", coupons.retrieve),
    Endpoint("POST", "/v1/coupons/{coupon}", coupons.update),
    Endpoint("DELETE", "/v1/coupons/{coupon}", coupons.delete),
    Endpoint("POST", "/v1/promotion_codes", promotion_codes.create),
    Endpoint("GET", "/v1/promotion_codes", promotion_codes.list_all),
    Endpoint("GET", _CODE, promotion_codes.retrieve),
    Endpoint("POST", _CODE, promotion_codes.update),
    Endpoint("POST", "/v1/customers", customers.create),
    Endpoint("GET", "/v1/customers", customers.list_all),
    Endpoint("GET", _CUSTOMER, _one("customer", "customer")),
    Endpoint("POST", _CUSTOMER, customers.update),
    Endpoint("DELETE", _CUSTOMER, customers.delete),
    Endpoint("GET", f"{_CUSTOMER}/payment_methods", payment_methods.list_all),
    Endpoint("POST", "/v1/webhook_endpoints", webhook_endpoints.create),
    Endpoint("GET", "/v1/webhook_endpoints", _many("webhook_endpoint")),
    Endpoint("GET", _HOOK, _one("webhook_endpoint", "webhook_endpoint")),
    Endpoint("POST", _HOOK, webhook_endpoints.update),
    Endpoint("DELETE", _HOOK, webhook_endpoints.delete),
    Endpoint("POST", "/v1/shipping_rates", shipping_rates.create),
    Endpoint("GET", "/v1/shipping_rates", shipping_rates.list_all),
    Endpoint("GET", _RATE, _one("shipping_rate", "shipping_rate_token")),
    Endpoint("POST", _RATE, shipping_rates.update),
    Endpoint("GET", "/v1/balance", payouts.balance),
    Endpoint("GET", "/v1/balance_transactions", payouts.list_entries),
    Endpoint("GET", "/v1/balance_transactions/{id}", _one("balance_transaction", "id")),
)
_EXPRESSIONS: list[tuple[Endpoint, re.Pattern[str]]] = [
    (endpoint, pattern(endpoint.path)) for endpoint in ENDPOINTS
]
