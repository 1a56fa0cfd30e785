"""Which ways to pay a session offers."""

from ..errors import JSON, Refusal


def offered(params: JSON, currency: str) -> list[str]:
    """Return the types, cards first; raises Refusal when the parameters leave none."""
    types = ["card", "sepa_debit"] if currency == "eur" else ["card"]
    allowed = params.get("allowed_payment_method_types") or types
    excluded = params.get("excluded_payment_method_types") or []
    left = [one for one in types if one in allowed and one not in excluded]
    if not left:
        message = f"No valid payment method types for this Checkout Session in {currency}."
        raise Refusal(message, param="excluded_payment_method_types")
    return left
