"""Stripe's documented test IBANs, and the rules for a typed IBAN."""

import re
from dataclasses import dataclass
from typing import Literal

from .card_numbers import Decline

SLOW_SECONDS = 180.0
Ending = Literal["succeeds", "fails", "refused"]


@dataclass(frozen=True, kw_only=True)
class TestAccount:
    """One documented IBAN and how a debit of it ends; `refused` ends before it begins."""

    __test__ = False  # pytest would take the name for a test

    iban: str
    ending: Ending = "succeeds"
    decline: Decline | None = None
    is_slow: bool = False
    is_disputed: bool = False

    @property
    def country(self) -> str:
        """Return the country of the bank."""
        return self.iban[:2]

    @property
    def last4(self) -> str:
        """Return the last four characters."""
        return self.iban[-4:]


UNUSABLE = Decline(
    code="generic_could_not_process",
    decline_code="generic_could_not_process",
    message="The bank could not process this debit.",
)
_EMPTY = Decline(
    code="insufficient_funds",
    decline_code="insufficient_funds",
    message="The account has insufficient funds for this debit.",
)
_TOO_MUCH = Decline(
    code="charge_exceeds_source_limit",
    decline_code="charge_exceeds_source_limit",
    message="This payment is more than may be taken from this account in one week.",
)
_TOO_OFTEN = Decline(
    code="charge_exceeds_weekly_limit",
    decline_code="charge_exceeds_weekly_limit",
    message="There were too many payments from this account this week.",
)
# For each country in this order: succeeds, succeeds slowly, fails, fails slowly, is disputed,
# takes too much for a week, too often in a week, has insufficient funds.
_DOCUMENTED = (
    "AT611904300234573201 AT321904300235473204 AT861904300235473202 AT051904300235473205"
    " AT591904300235473203 AT981904300000343434 AT601904300000121212 AT981904300002222227",
    "BE62510007547061 BE78510007547064 BE68539007547034 BE51510007547065"
    " BE08510007547063 BE90510000343434 BE52510000121212 BE90510002222227",
    "DE89370400440532013000 DE08370400440532013003 DE62370400440532013001 DE78370400440532013004"
    " DE35370400440532013002 DE65370400440000343434 DE27370400440000121212 DE65370400440002222227",
    "FR1420041010050500013M02606 FR3020041010050500013M02609 FR8420041010050500013M02607"
    " FR7920041010050500013M02600 FR5720041010050500013M02608 FR9720041010050000000343434"
    " FR5920041010050000000121212 FR9720041010050000002222227",
)


def _of_country(row: str) -> list[TestAccount]:
    good, slow, bad, slowly_bad, disputed, much, often, empty = row.split()
    return [
        TestAccount(iban=good),
        TestAccount(iban=slow, is_slow=True),
        TestAccount(iban=bad, ending="fails", decline=UNUSABLE),
        TestAccount(iban=slowly_bad, ending="fails", decline=UNUSABLE, is_slow=True),
        TestAccount(iban=disputed, is_disputed=True),
        TestAccount(iban=much, ending="refused", decline=_TOO_MUCH),
        TestAccount(iban=often, ending="refused", decline=_TOO_OFTEN),
        TestAccount(iban=empty, ending="fails", decline=_EMPTY),
    ]


TEST_ACCOUNTS = {one.iban: one for row in _DOCUMENTED for one in _of_country(row)} | {
    # The account of which `stripe trigger` lets a payment fail.
    "IT60X0542811101000000123456": TestAccount(
        iban="IT60X0542811101000000123456", ending="fails", decline=UNUSABLE
    )
}


def iban_of(text: str) -> str:
    """Return an IBAN without the blanks and dashes that people type, in capitals."""
    return re.sub(r"[\s\-]", "", text).upper()


def has_right_check_digits(iban: str) -> bool:
    """Tell whether the two digits after the country fit the rest (ISO 7064, modulo 97)."""
    figures = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return int(figures) % 97 == 1


def read_iban(text: str) -> tuple[TestAccount | None, str]:
    """Return the test account that was typed, or None and a sentence about the mistake."""
    iban = iban_of(text)
    if not iban:
        return None, "Enter a test IBAN."
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", iban):
        return None, "An IBAN begins with two letters and two digits, such as DE89."
    if len(iban) < 15:
        return None, "Your IBAN is incomplete."
    if len(iban) > 34 or not has_right_check_digits(iban):
        return None, "Your IBAN is invalid."
    if iban not in TEST_ACCOUNTS:
        return None, (
            "This is a test page and it does not know this IBAN. Use one of the test IBANs listed"
            " on this page, and never type a real one here."
        )
    return TEST_ACCOUNTS[iban], ""
