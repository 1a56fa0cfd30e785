"""The rules for typed card details; the numbers themselves are in `card_numbers`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from .card_numbers import TEST_CARDS, Decline, TestCard

__all__ = ["TEST_CARDS", "Card", "CardMistake", "Decline", "TestCard", "read_card"]


@dataclass(frozen=True, kw_only=True)
class CardMistake:
    """A field of the card form and what to write instead."""

    field: str
    sentence: str


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
