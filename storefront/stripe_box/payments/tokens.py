"""Stripe's test tokens (`tok_visa`, `pm_card_visa`): names that stand for the test cards."""

from ..errors import Refusal, no_such
from .cards import TEST_CARDS, TestCard

_NUMBERS = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "mastercard_debit": "5200828282828210",
    "mastercard_prepaid": "5105105105105100",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "diners": "3056930009020004",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005",
    "us": "4242424242424242",
    "at": "4000000400000008",
    "ch": "4000007560000009",
    "de": "4000002760000016",
    "es": "4000007240000007",
    "fr": "4000002500000003",
    "gb": "4000008260000000",
    "ie": "4000003720000005",
    "it": "4000003800000008",
    "jp": "4000003920000003",
    "nl": "4000005280000002",
    "pl": "4000006160000005",
    "chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "chargeCustomerFail": "4000000000000341",
    "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155",
    "authenticationRequiredSetupForOffSession": "4000003800000446",
    "authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "threeDSecure2Required": "4000000000003220",
    "threeDSecureRequired": "4000008400000027",
    "threeDSecureRequiredChargeDeclined": "4000008400001629",
    "threeDSecureOptional": "4000000000003055",
    "bypassPending": "4000000000000077",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
    "createDisputeInquiry": "4000000000001976",
    "createIssuerFraudRecord": "4000000000005423",
    "createMultipleDisputes": "4000000404000079",
    "pendingRefund": "4000000000007726",
    "refundFail": "4000000000005126",
    "radarBlock": "4100000000000019",
    "riskLevelHighest": "4000000000004954",
    "riskLevelElevated": "4000000000009235",
}
_METHOD, _TOKEN = "pm_card_", "tok_"
_RAW_NUMBER = (
    "Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use"
    " test tokens that map to the test card you are using, see"
    " https://stripe.com/docs/testing."
)


def card_of_method(identifier: str) -> TestCard | None:
    """Return the card behind `pm_card_…`, or None for any other identifier."""
    if not identifier.startswith(_METHOD):
        return None
    # Newer names say the brand of a card that is declined: pm_card_visa_chargeDeclined.
    name = identifier.removeprefix(_METHOD).removeprefix("visa_charge")
    name = f"charge{name}" if identifier.startswith(f"{_METHOD}visa_charge") else name
    return TEST_CARDS.get(_NUMBERS.get(name, ""))


def card_of_token(asked: dict[str, object]) -> TestCard:
    """Return the card of `card[token]`; raises Refusal for typed numbers and unknown tokens."""
    token = str(asked.get("token", ""))
    if not token:
        raise Refusal(_RAW_NUMBER, status=402, kind="card_error", param="card[number]")
    known = card_of_method(_METHOD + token.removeprefix(_TOKEN))
    if not token.startswith(_TOKEN) or known is None:
        raise no_such("token", token, param="card[token]", status=400)
    return known
