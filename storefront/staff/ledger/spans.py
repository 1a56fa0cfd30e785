"""Which days a report is about: the last few, a month, or from one day to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from ...insights import Span
from ...pages import settings

LAST_DAYS = ("7", "30", "90")
_MONTHS = 12
_USUAL = "30"
_EARLIEST = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The days of a report, how they were chosen, and what was wrong with that."""

    span: Span
    period: str  # '7', '30', '90', '2026-10', or 'dates'
    error: str = ""

    @property
    def query(self) -> dict[str, Any]:
        """What a link keeps."""
        if self.period != "dates":
            return {"period": self.period}
        first, last = self.span.first.isoformat(), self.span.last.isoformat()
        return {"period": "dates", "first": first, "last": last}


def read_span(given: Mapping[str, str], *, today: date) -> Chosen:
    """The days that an address names; thirty where it names none or nonsense."""
    period = given.get("period", "")
    if period == "dates":
        return _read_dates(given, today)
    if period in LAST_DAYS:
        return Chosen(_last(int(period), today), period)
    month = _read_month(period)
    if month is not None:
        return Chosen(month, period)
    return Chosen(_last(int(_USUAL), today), _USUAL)


def choices(today: date) -> list[tuple[str, str]]:
    """What the form offers, in words."""
    days = [(number, f"The last {number} days") for number in LAST_DAYS]
    months = []
    first = today.replace(day=1)
    for _ in range(_MONTHS):
        locale = settings().STOREFRONT_LOCALE
        months.append((f"{first:%Y-%m}", format_date(first, "MMMM yyyy", locale=locale)))
        first = (first - timedelta(days=1)).replace(day=1)
    return [*days, *months, ("dates", "From one day to another")]


def _last(days: int, today: date) -> Span:
    return Span(today - timedelta(days=days - 1), today)


def _read_month(text: str) -> Span | None:
    if len(text) != len("2026-10"):
        return None
    first = _read_day(f"{text}-01")
    if first is None:
        return None
    after = (first + timedelta(days=31)).replace(day=1)
    return Span(first, after - timedelta(days=1))


def _read_dates(given: Mapping[str, str], today: date) -> Chosen:
    first, last = (_read_day(given.get(name, "")) for name in ("first", "last"))
    usual = _last(int(_USUAL), today)
    if first is None or last is None:
        sentence = "Please give both days. These are the last 30."
        return Chosen(usual, "dates", sentence)
    if first > last:
        return Chosen(Span(last, first), "dates")
    return Chosen(Span(first, last), "dates")


def _read_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if _EARLIEST <= found <= date(2999, 12, 1) else None
