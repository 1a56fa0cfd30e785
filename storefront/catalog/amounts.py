"""How much of an article one use takes, and how long a size lasts by it."""

import re
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

MOST_USES = 70  # in a week
_DAYS_A_WEEK = 7
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)
_TIMES = {1: "once a week", 2: "twice a week", 7: "once a day", 14: "twice a day"}


class Thousandths(TypeDecorator[Decimal]):
    """A decimal number with at most three places, kept as a whole number in both databases."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value * 1000)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else plain(Decimal(value) / 1000)


def plain(number: Decimal) -> Decimal:
    """The same number as people write it: 1.50 → 1.5, and 100 stays 100."""
    written = f"{number:f}"
    return Decimal(written.rstrip("0").rstrip(".") if "." in written else written)


def read_amount(written: str) -> Decimal:
    """The number of a text like 1.5; raises ValueError, also for nothing at all."""
    kept = written.strip()
    if not _AMOUNT.fullmatch(kept) or not Decimal(kept):
        raise ValueError(f"{kept!r} is no amount")
    return plain(Decimal(kept))


def lasts_days(
    net_content: int | None, use_amount: Decimal | None, uses_per_week: int | None
) -> int | None:
    """Whole days that a size lasts; None when an amount is missing or one use takes all of it."""
    if not net_content or not use_amount or not uses_per_week:
        return None
    return int(net_content * _DAYS_A_WEEK / (use_amount * uses_per_week)) or None


def use_words(use_amount: Decimal | None, uses_per_week: int | None, net_unit: str) -> str:
    """What a span is reckoned by: '1.5 ml once a day', '100 g 3 times a week'; '' if unknown."""
    if not use_amount or not uses_per_week or not net_unit:
        return ""
    return f"{use_amount} {net_unit} {times_words(uses_per_week)}"


def times_words(uses_per_week: int) -> str:
    """How often that is: 'once a day', '3 times a week'."""
    return _TIMES.get(uses_per_week, f"{uses_per_week} times a week")
