"""Stripe's documented test cards that the box knows, and the rules for typed card details."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Decline:
    """Why the bank says no: Stripe's codes and the sentence for the shopper."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class TestCard:
    """One documented number and how it behaves."""

    __test__ = False  # pytest would take the name for a test

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: Decline | None = None
    needs_authentication: bool = False

    @property
    def last4(self) -> str:
        """Return the last four digits."""
        return self.number[-4:]


@dataclass(frozen=True, kw_only=True)
class CardMistake:
    """A field of the card form and what to write instead."""

    field: str
    sentence: str


_DECLINED = "Your card was declined."
_GENERIC = Decline(code="card_declined", decline_code="generic_decline", message=_DECLINED)
_FUNDS = Decline(
    code="card_declined",
    decline_code="insufficient_funds",
    message="Your card has insufficient funds.",
)
_DECLINING = {
    "4000000000000002": _GENERIC,
    "4000000000000341": _GENERIC,
    "4000000000009995": _FUNDS,
    "4000000000009987": Decline(code="card_declined", decline_code="lost_card", message=_DECLINED),
    "4000000000009979": Decline(
        code="card_declined", decline_code="stolen_card", message=_DECLINED
    ),
    "4000000000006975": Decline(
        code="card_declined", decline_code="card_velocity_exceeded", message=_DECLINED
    ),
    "4000000000000069": Decline(
        code="expired_card", decline_code="expired_card", message="Your card has expired."
    ),
    "4000000000000127": Decline(
        code="incorrect_cvc",
        decline_code="incorrect_cvc",
        message="Your card's security code is incorrect.",
    ),
    "4000000000000119": Decline(
        code="processing_error",
        decline_code="processing_error",
        message="An error occurred while processing your card. Try again in a little bit.",
    ),
}
_AUTHENTICATING: dict[str, Decline | None] = {
    "4000002760003184": None,
    "4000002500003155": None,
    "4000003800000446": None,
    "4000000000003220": None,
    "4000008400000027": None,
    "4000008260003178": _FUNDS,
    "4000008400001629": _GENERIC,
}
_SUCCEEDING = {
    "visa": "4242424242424242 4000056655665556 4000000000003055 4000000000000077 4000003720000278",
    "mastercard": "5555555555554444 2223003122003222 5200828282828210 5105105105105100",
    "amex": "378282246310005 371449635398431",
    "discover": "6011111111111117 6011000990139424 6011981111111113",
    "diners": "3056930009020004 36227206271667",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005 6200000000000047 6205500000000000004",
}
_COUNTRIES = {
    "DE": "4000002760000016", "FR": "4000002500000003", "GB": "4000008260000000",
    "AT": "4000000400000008", "CH": "4000007560000009", "NL": "4000005280000002",
    "ES": "4000007240000007", "IT": "4000003800000008", "IE": "4000003720000005",
    "PL": "4000006160000005", "JP": "4000003920000003",
}  # fmt: skip
_DEBIT = {"4000056655665556", "5200828282828210", "6011981111111113", "6200000000000047"}


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
    return cards


TEST_CARDS = _known()


@dataclass(frozen=True, kw_only=True)
class Card:
    """Card details that passed the rules."""

    known: TestCard
    exp_month: int
    exp_year: int


def digits_of(text: str) -> str:
    """Return a card number without the blanks and dashes that people type."""
    return re.sub(r"[\s\-]", "", text)


def passes_luhn(number: str) -> bool:
    """Tell whether the check digit is right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def read_card(
    *, number: str, expiry: str, cvc: str, now: int
) -> tuple[Card | None, list[CardMistake]]:
    """Check what was typed; returns the card, or None and the mistakes field by field."""
    known, mistakes = _read_number(number)
    month, year, sentence = _read_expiry(expiry, now=now)
    if sentence:
        mistakes.append(CardMistake(field="expiry", sentence=sentence))
    wanted = 4 if digits_of(number).startswith(("34", "37")) else 3
    if not re.fullmatch(rf"[0-9]{{{wanted}}}", cvc.strip()):
        sentence = "Your card's security code is incomplete."
        mistakes.append(CardMistake(field="cvc", sentence=sentence))
    if known is None or mistakes:
        return None, mistakes
    return Card(known=known, exp_month=month, exp_year=year), []


def _read_number(text: str) -> tuple[TestCard | None, list[CardMistake]]:
    number = digits_of(text)
    if not number:
        return None, [CardMistake(field="card_number", sentence="Enter a test card number.")]
    if not re.fullmatch(r"[0-9]+", number):
        sentence = "Your card number is invalid: use digits only."
    elif len(number) < 14:
        sentence = "Your card number is incomplete."
    elif len(number) > 19 or not passes_luhn(number):
        sentence = "Your card number is invalid."
    elif number not in TEST_CARDS:
        sentence = (
            "This is a test page and it does not know this card. Use one of the test cards listed"
            " on this page, and never type a real card number here."
        )
    else:
        return TEST_CARDS[number], []
    return None, [CardMistake(field="card_number", sentence=sentence)]


def _read_expiry(text: str, *, now: int) -> tuple[int, int, str]:
    found = re.fullmatch(r"\s*([0-9]{1,2})\s*[/\-. ]\s*((?:20)?[0-9]{2})\s*", text) or re.fullmatch(
        r"\s*([0-9]{2})([0-9]{2})\s*", text
    )
    if not found:
        return 0, 0, "Your card's expiration date is incomplete: write it as MM / YY."
    month, year = int(found[1]), int(found[2]) % 100 + 2000
    today = datetime.fromtimestamp(now, UTC)
    if not 1 <= month <= 12:
        return 0, 0, "Your card's expiration month is invalid."
    if (year, month) < (today.year, today.month):
        return 0, 0, "Your card's expiration date is in the past."
    if year > today.year + 50:
        return 0, 0, "Your card's expiration year is invalid."
    return month, year, ""
