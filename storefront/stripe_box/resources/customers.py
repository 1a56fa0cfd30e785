"""The endpoints of customers, and the customer of a session."""

from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import deleted, first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, no_such, not_offered
from ..events import emit
from ..ids import new_id
from ..objects import Condition
from .emails import is_email

if TYPE_CHECKING:
    from ..box import Box
    from ..payments.shopper import Submission

_KIND = "customer"
_PLAIN = ("description", "email", "name", "phone", "preferred_locales", "tax_exempt")
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
_ABSENT = (
    "balance bank_account business_name card cash_balance default_alipay_account"
    " default_bank_account default_card default_source individual_name invoice_prefix"
    " invoice_settings next_invoice_sequence payment_method source tax tax_id_data test_clock"
)


def create(call: Call) -> JSON:
    """POST /v1/customers."""
    _check(call.params)
    return new_customer(call.box, call.params)


def new_customer(box: "Box", asked: JSON) -> JSON:
    """Save, tell and return a customer."""
    identifier = new_id("cus_")
    customer: JSON = {
        "id": identifier,
        "object": _KIND,
        "address": _address(asked.get("address")),
        "balance": 0,
        "created": box.clock.now(),
        "currency": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": identifier[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": first_metadata(asked),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": _shipping(asked.get("shipping")),
        "tax_exempt": "none",
        "test_clock": None,
        **given(asked, *_PLAIN),
    }
    box.objects.save(_KIND, customer)
    emit(box, "customer.created", customer)
    return customer


def update(call: Call) -> JSON:
    """POST /v1/customers/{customer}."""
    box, params = call.box, call.params
    _check(params)
    customer = box.objects.get(_KIND, call.ids["customer"], param="customer")
    if customer.get("deleted"):
        raise no_such(_KIND, customer["id"], param="customer")
    change = given(params, *_PLAIN)
    if "address" in params:
        change["address"] = _address(params["address"])
    if "shipping" in params:
        change["shipping"] = _shipping(params["shipping"])
    if "metadata" in params:
        change["metadata"] = merged(customer["metadata"], params["metadata"])
    return revise(box, customer, change, event="customer.updated")


def delete(call: Call) -> JSON:
    """DELETE /v1/customers/{customer}: what stays is that there was one."""
    box = call.box
    customer = box.objects.get(_KIND, call.ids["customer"], param="customer")
    if customer.get("deleted"):
        raise no_such(_KIND, customer["id"], param="customer")
    for method in box.objects.matching(
        "payment_method", Condition(path="customer", value=customer["id"])
    ):
        revise(box, method, {"customer": None}, event="payment_method.detached")
    emit(box, "customer.deleted", customer)
    return box.objects.save(_KIND, deleted(customer))


def list_all(call: Call) -> JSON:
    """GET /v1/customers, newest first."""
    if "test_clock" in call.params:
        raise not_offered("test_clock")
    alive = Condition(path="livemode", value=False)  # a deleted customer has no such field
    return listed(call, _KIND, window(call, equal={"email": "email"}, more=[alive]))


def existing_customer(box: "Box", identifier: str) -> JSON:
    """Return a customer named in a parameter; raises Refusal 400 for an unknown or deleted one."""
    customer = box.objects.find(_KIND, identifier)
    if customer is None or customer.get("deleted"):
        raise no_such(_KIND, identifier, param="customer", status=400)
    return customer


def known_details(customer: JSON) -> JSON:
    """Return what a new session already knows about its customer."""
    return {
        "address": customer["address"],
        "business_name": None,
        "email": customer["email"],
        "individual_name": None,
        "name": customer["name"],
        "phone": customer["phone"],
        "tax_exempt": customer["tax_exempt"],
        "tax_ids": [],
    }


def join(box: "Box", session: JSON, submission: "Submission") -> None:
    """Give a session its customer at the first try to pay, when one was asked for."""
    if session["customer"] or session["customer_creation"] != "always":
        return
    details = submission.customer_details()
    known = {name: details[name] for name in ("email", "name", "phone") if details[name]}
    customer = new_customer(box, {**known, "address": details["address"]})
    session["customer"] = customer["id"]


def keep_method(box: "Box", session: JSON) -> None:
    """Attach what was paid with to the customer, when later use was asked for."""
    intent = box.objects.find("payment_intent", session["payment_intent"] or "")
    if intent is None or not intent["setup_future_usage"] or not session["customer"]:
        return
    method = box.objects.get("payment_method", intent["payment_method"])
    if method["customer"] is None:
        method["customer"] = session["customer"]
        box.objects.save("payment_method", method)
        emit(box, "payment_method.attached", method)


def _check(params: JSON) -> None:
    for name in _ABSENT.split():
        if name in params:
            raise not_offered(name)
    email = params.get("email")
    if email and not is_email(email):
        message = f"Invalid email address: {email}"
        raise Refusal(message, code="email_invalid", param="email")


def _address(asked: JSON | str | None) -> JSON | None:
    return {name: asked.get(name) for name in _ADDRESS} if isinstance(asked, dict) else None


def _shipping(asked: JSON | str | None) -> JSON | None:
    if not isinstance(asked, dict):
        return None
    address = _address(asked["address"])
    return {"address": address, "name": asked["name"], "phone": asked.get("phone")}
