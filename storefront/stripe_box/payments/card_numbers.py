"""Stripe's documented test cards that a shop of goods can meet, and what each of them does."""

from dataclasses import dataclass
from typing import Literal

Check = Literal["cvc", "line1", "postal_code"]
# How a dispute reached Stripe; `inquiry` only asks, `resolution` and `block` were prevented.
DisputeCase = Literal["chargeback", "inquiry", "compliance", "resolution", "block"]


@dataclass(frozen=True, kw_only=True)
class Decline:
    """Why the bank says no: Stripe's codes and the sentence for the shopper."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class CardDispute:
    """What the holder of a card says after paying with it, and in how many disputes."""

    reason: str = "fraudulent"
    case: DisputeCase = "chargeback"
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class TestCard:
    """One documented number and how it behaves."""

    __test__ = False  # pytest would take the name for a test

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    is_blocked: bool = False
    risk: Literal["normal", "elevated", "highest"] = "normal"
    needs_authentication: bool = False
    is_frictionless: bool = False
    failing: tuple[Check, ...] = ()
    are_checks_unavailable: bool = False
    dispute: CardDispute | None = None
    has_fraud_warning: bool = False
    refund: Literal["", "is_slow", "fails"] = ""

    @property
    def last4(self) -> str:
        """Return the last four digits."""
        return self.number[-4:]


_DECLINED = "Your card was declined."


def _no(code: str, decline_code: str = "", message: str = _DECLINED) -> Decline:
    return Decline(code=code, decline_code=decline_code or code, message=message)


_GENERIC = _no("card_declined", "generic_decline")
_FUNDS = _no("card_declined", "insufficient_funds", "Your card has insufficient funds.")
_BLOCKED = _no("card_declined", "fraudulent")
_LATER = "An error occurred while processing your card. Try again in a little bit."
_DECLINING = {
    "4000000000000002": _GENERIC,
    "4000000000000341": _GENERIC,
    "4000008400001280": _GENERIC,
    "4000000000009995": _FUNDS,
    "4000000000009987": _no("card_declined", "lost_card"),
    "4000000000009979": _no("card_declined", "stolen_card"),
    "4000000000006975": _no("card_declined", "card_velocity_exceeded"),
    "4000000000000069": _no("expired_card", message="Your card has expired."),
    "4000000000000127": _no("incorrect_cvc", message="Your card's security code is incorrect."),
    "4000000000000119": _no("processing_error", message=_LATER),
}
_AUTHENTICATING: dict[str, Decline | None] = {
    "4000002760003184": None,
    "4000002500003155": None,
    "4000003800000446": None,
    "4000000000003220": None,
    "4000008400000027": None,
    "4000008405600003": None,
    "4000008260003178": _FUNDS,
    "4000008400001629": _GENERIC,
}
_SUCCEEDING = {
    "visa": "4242424242424242 4000056655665556 4000000000003055 4000000000003097"
    " 4000000000000077 4000003720000278 4000000000001208 4000000000003725",
    "mastercard": "5555555555554444 2223003122003222 5200828282828210 5105105105105100",
    "amex": "378282246310005 371449635398431",
    "discover": "6011111111111117 6011000990139424 6011981111111113 6555900000604105",
    "diners": "3056930009020004 36227206271667",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005 6200000000000047 6205500000000000004",
    "cartes_bancaires": "4000002500001001 5555552500001001",
    "eftpos_au": "4000050360000001 5555050360000080",
}
_COUNTRIES = {
    "DE": "4000002760000016", "FR": "4000002500000003", "GB": "4000008260000000",
    "AT": "4000000400000008", "CH": "4000007560000009", "NL": "4000005280000002",
    "ES": "4000007240000007", "IT": "4000003800000008", "IE": "4000003720000005",
    "PL": "4000006160000005", "JP": "4000003920000003",
}  # fmt: skip
_DEBIT = {"4000056655665556", "5200828282828210", "6011981111111113", "6200000000000047"}
_SPECIAL = (
    TestCard(number="4100000000000019", decline=_BLOCKED, is_blocked=True, risk="highest"),
    TestCard(number="4000000000004954", decline=_BLOCKED, is_blocked=True, risk="highest"),
    TestCard(number="4000000000009235", risk="elevated"),
    TestCard(number="4000008400000407", risk="elevated"),
    TestCard(number="4000008400000159", risk="elevated"),
    TestCard(number="4000008400001017", risk="elevated"),
    TestCard(number="4000000000000101", failing=("cvc",)),
    TestCard(number="4000000000000036", failing=("postal_code",)),
    TestCard(number="4000000000000028", failing=("line1",)),
    TestCard(number="4000000000000010", failing=("line1", "postal_code")),
    TestCard(number="4000000000000044", are_checks_unavailable=True),
    TestCard(number="4000058400307872", failing=("cvc",), risk="elevated"),
    TestCard(number="4000058400306072", failing=("postal_code",), risk="elevated"),
    TestCard(number="4000000032200000", is_frictionless=True),
    TestCard(number="4000000000000259", dispute=CardDispute()),
    TestCard(number="4000000000002685", dispute=CardDispute(reason="product_not_received")),
    TestCard(number="4000000000001976", dispute=CardDispute(case="inquiry")),
    TestCard(number="4000000000005423", has_fraud_warning=True),
    TestCard(number="4000000404000079", dispute=CardDispute(count=2)),
    TestCard(number="4000000404000038", dispute=CardDispute()),
    TestCard(number="4000000001000043", dispute=CardDispute()),
    TestCard(
        number="4000008400000779", dispute=CardDispute(reason="noncompliant", case="compliance")
    ),
    TestCard(
        number="5105008400000002",
        brand="mastercard",
        dispute=CardDispute(reason="noncompliant", case="compliance"),
    ),
    TestCard(number="4000000404004816", dispute=CardDispute(case="resolution")),
    TestCard(number="4000000404005649", dispute=CardDispute(case="block")),
    TestCard(number="5105000300000018", brand="mastercard", dispute=CardDispute(case="resolution")),
    TestCard(number="4000000000007726", refund="is_slow"),
    TestCard(number="4000000000005126", refund="fails"),
)


def _known() -> dict[str, TestCard]:
    cards = {
        number: TestCard(
            number=number, brand=brand, funding="debit" if number in _DEBIT else "credit"
        )
        for brand, numbers in _SUCCEEDING.items()
        for number in numbers.split()
    }
    for country, number in _COUNTRIES.items():
        cards[number] = TestCard(number=number, country=country)
    for number, decline in _DECLINING.items():
        cards[number] = TestCard(number=number, decline=decline)
    for number, after in _AUTHENTICATING.items():
        cards[number] = TestCard(number=number, decline=after, needs_authentication=True)
    return {**cards, **{card.number: card for card in _SPECIAL}}


TEST_CARDS = _known()
