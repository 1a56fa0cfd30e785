"""The payment page without a browser, as Stripe's command-line tool uses it."""

from ..api.calls import Call
from ..errors import JSON, Declined, Refusal, missing_parameter
from ..payments import lifecycle
from ..payments.bank_accounts import TestAccount
from ..payments.cards import Card
from ..payments.shopper import Submission
from . import payment_methods
from .session_objects import choose_shipping


def retrieve(call: Call) -> JSON:
    """GET /v1/payment_pages/{session}: the session."""
    return lifecycle.current(call.box, call.ids["session"])


def confirm(call: Call) -> JSON:
    """POST /v1/payment_pages/{session}/confirm: pay with a payment method.

    A decline is a 402 and leaves its events; 3-D Secure leaves the session open and waiting.
    """
    box, session = call.box, lifecycle.current(call.box, call.ids["session"])
    if session["status"] != "open":
        message = f"This Checkout Session is no longer open: its status is {session['status']}."
        raise Refusal(message, param="session")
    submission = _submission(call, session)
    choose_shipping(session, submission.shipping_rate)
    _check_amount(call.params, session)
    outcome = lifecycle.pay(box, session["id"], submission)
    session = lifecycle.current(box, session["id"])
    if outcome.decline is None:
        return session
    intent = box.objects.get("payment_intent", session["payment_intent"])
    error = intent["last_payment_error"]
    details = {name: error[name] for name in ("charge", "decline_code") if name in error}
    raise Declined(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        details={**details, "payment_intent": intent, "payment_method": error["payment_method"]},
    )


def _submission(call: Call, session: JSON) -> Submission:
    params = call.params
    if session["amount_total"] and "payment_method" not in params:
        raise missing_parameter("payment_method")
    method, means = None, None
    if "payment_method" in params:
        method = payment_methods.found(call.box, params["payment_method"])
        means = payment_methods.means_of(call.box, method)
        _check_type(session, method["type"])
    billing = method["billing_details"] if method else {}
    is_shipped = bool(session["shipping_address_collection"])
    if is_shipped and "shipping" not in params:
        raise missing_parameter("shipping")
    shipping = params.get("shipping", {})
    return Submission(
        email=_email(session) or billing.get("email") or "shopper@example.com",
        card=means if isinstance(means, Card) else None,
        account=means if isinstance(means, TestAccount) else None,
        payment_method=method["id"] if method else "",
        name_on_card=billing.get("name") or "",
        full_name=shipping.get("name", "") if is_shipped else "",
        phone=billing.get("phone") or "",
        shipping_rate=_rate(session, params.get("shipping_rate")),
        address=shipping["address"] if is_shipped else billing.get("address") or {},
        has_shipping=is_shipped,
    )


def _email(session: JSON) -> str:
    return session["customer_email"] or (session["customer_details"] or {}).get("email") or ""


def _check_type(session: JSON, kind: str) -> None:
    if kind not in session["payment_method_types"]:
        message = f"This Checkout Session does not accept payments of type `{kind}`."
        raise Refusal(message, param="payment_method")


def _rate(session: JSON, asked: str | None) -> str | None:
    rates = [option["shipping_rate"] for option in session["shipping_options"]]
    if asked is not None and asked not in rates:
        message = f"`{asked}` is not one of the shipping options of this Checkout Session."
        raise Refusal(message, param="shipping_rate")
    return asked or (rates[0] if rates else None)


def _check_amount(params: JSON, session: JSON) -> None:
    expected = params.get("expected_amount", session["amount_total"])
    if expected != session["amount_total"]:
        raise Refusal(
            f"The expected amount ({expected}) is not the amount of this Checkout Session"
            f" ({session['amount_total']}).",
            code="checkout_amount_mismatch",
            param="expected_amount",
        )
