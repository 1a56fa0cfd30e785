"""The endpoints of payment methods, and which test card or account stands behind one."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..api.calls import Call
from ..api.changes import first_metadata, given, merged, revise
from ..api.lists import listed, window
from ..errors import JSON, Refusal, missing_parameter, not_offered
from ..events import emit
from ..payments import payment_objects, tokens
from ..payments.bank_accounts import TEST_ACCOUNTS, TestAccount, read_iban
from ..payments.cards import TEST_CARDS, Card, TestCard
from ..payments.method_details import Means
from ..payments.shopper import Submission
from .customers import existing_customer

if TYPE_CHECKING:
    from ..box import Box

_KIND, _NUMBER = "payment_method", "test_number"
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")


def create(call: Call) -> JSON:
    """POST /v1/payment_methods: a test card by its token, or a test account by its IBAN."""
    box, params = call.box, call.params
    kind = params.get("type")
    if kind is None:
        raise missing_parameter("type")
    if kind not in ("card", "sepa_debit"):
        raise not_offered("type", "Only card and sepa_debit work here.")
    if kind not in params:
        raise missing_parameter(kind)
    if "customer" in params:
        raise not_offered("customer", "Attach the payment method to the customer instead.")
    if kind == "card":
        method = _new_card(box, tokens.card_of_token(params["card"]))
    else:
        method = _saved(box, _account(params["sepa_debit"]["iban"]))
    method["billing_details"] = _billing(params.get("billing_details", {}))
    method["allow_redisplay"] = params.get("allow_redisplay", "unspecified")
    method["metadata"] = first_metadata(params)
    return box.objects.save(_KIND, method)


def retrieve(call: Call) -> JSON:
    """GET /v1/payment_methods/{payment_method}; a token such as pm_card_visa makes a new one."""
    return found(call.box, call.ids["payment_method"])


def update(call: Call) -> JSON:
    """POST /v1/payment_methods/{payment_method}: billing details and metadata."""
    box, params = call.box, call.params
    method = box.objects.get(_KIND, call.ids["payment_method"], param="payment_method")
    change = given(params, "allow_redisplay")
    if "card" in params:
        raise not_offered("card")
    if "billing_details" in params:
        fresh = _billing(params["billing_details"])
        sent = {name: fresh[name] for name in params["billing_details"]}
        change["billing_details"] = {**method["billing_details"], **sent}
    if "metadata" in params:
        change["metadata"] = merged(method["metadata"], params["metadata"])
    return revise(box, method, change, event="payment_method.updated")


def attach(call: Call) -> JSON:
    """POST /v1/payment_methods/{payment_method}/attach."""
    box, identifier = call.box, call.params.get("customer")
    if identifier is None:
        raise missing_parameter("customer")
    existing_customer(box, identifier)
    method = found(box, call.ids["payment_method"])
    if method["customer"]:
        message = "The payment method you provided has already been attached to a customer."
        raise Refusal(message, param="payment_method")
    method["customer"] = identifier
    box.objects.save(_KIND, method)
    emit(box, "payment_method.attached", method)
    return method


def detach(call: Call) -> JSON:
    """POST /v1/payment_methods/{payment_method}/detach."""
    box = call.box
    method = box.objects.get(_KIND, call.ids["payment_method"], param="payment_method")
    if not method["customer"]:
        message = (
            "The payment method you provided is not attached to a customer so detachment is"
            " impossible."
        )
        raise Refusal(message, param="payment_method")
    return revise(box, method, {"customer": None}, event="payment_method.detached")


def list_all(call: Call) -> JSON:
    """GET /v1/payment_methods and GET /v1/customers/{customer}/payment_methods."""
    if "customer" in call.ids:
        call.box.objects.get("customer", call.ids["customer"], param="customer")
        call.params["customer"] = call.ids["customer"]
    if "customer" not in call.params:
        raise missing_parameter("customer")
    equal = {name: name for name in ("customer", "type", "allow_redisplay")}
    return listed(call, _KIND, window(call, equal=equal))


def found(box: "Box", identifier: str) -> JSON:
    """Return a payment method by id or token; raises Refusal 404."""
    known = tokens.card_of_method(identifier)
    if known is None:
        return box.objects.get(_KIND, identifier, param="payment_method")
    return _new_card(box, known)


def means_of(box: "Box", method: JSON) -> Means:
    """Return the test card or test account behind a payment method."""
    number = box.objects.get(_NUMBER, f"number_{method['id']}")["number"]
    if method["type"] == "sepa_debit":
        return TEST_ACCOUNTS[number]
    shown = method["card"]
    return Card(known=TEST_CARDS[number], exp_month=shown["exp_month"], exp_year=shown["exp_year"])


def _account(iban: str) -> TestAccount:
    account, mistake = read_iban(iban)
    if account is None:
        code = "invalid_bank_account_iban"
        raise Refusal(mistake, code=code, param="sepa_debit[iban]")
    return account


def _new_card(box: "Box", known: TestCard) -> JSON:
    year = datetime.fromtimestamp(box.clock.now(), UTC).year
    return _saved(box, Card(known=known, exp_month=12, exp_year=year + 4))


def _saved(box: "Box", means: Means) -> JSON:
    nobody = Submission(email="", card=None)
    method = payment_objects.new_payment_method(box, nobody, means)
    method.update(billing_details=_billing({}), allow_redisplay="unspecified")
    number = means.known.number if isinstance(means, Card) else means.iban
    box.objects.save(_NUMBER, {"id": f"number_{method['id']}", "number": number})
    return box.objects.save(_KIND, method)


def _billing(asked: JSON) -> JSON:
    address = asked.get("address") or {}
    return {
        "address": {name: address.get(name) or None for name in _ADDRESS},
        "email": asked.get("email") or None,
        "name": asked.get("name") or None,
        "phone": asked.get("phone") or None,
        "tax_id": asked.get("tax_id") or None,
    }
