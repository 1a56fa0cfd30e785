"""What came in: payments less what went back, today and over the last 7 and 30 days.

Money counts on the day on which it came, was sent back, or was taken by a bank that kept it in the
end, by the shop's clock. Read in one
statement along two indexes, by ten minutes, which add up to hours in every zone of whole and half
hours (in the three of a quarter, a day begins five minutes late); so today can be measured against
the same hours of yesterday.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    cast,
    func,
    literal,
    select,
    union_all,
)

from .. import payments
from ..database import db
from ..local_time import local, midnight

LONGEST_DAYS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day of a chart; what went back can be more than what came in."""

    begins: datetime  # as the shop's clock shows it
    cents: int


@dataclass(frozen=True, slots=True)
class Period:
    """Takings of a period, oldest bar first, beside those of the period before it."""

    days: int
    bars: tuple[Bar, ...]
    cents: int
    payments: int
    cents_before: int


_Sums = dict[datetime, tuple[int, int]]  # hour on the shop's clock → minor units, payments


def takings(now: datetime, *, currency: str) -> tuple[Period, Period, Period]:
    """Today by hours, then 7 and 30 days by days, in minor units of this currency."""
    here = _on_the_clock(now)
    today = datetime.combine(here.date(), time())
    sums = _by_hour(midnight((today - timedelta(days=2 * LONGEST_DAYS - 1)).date()), currency)
    return _today(sums, today, here), _days(sums, today, 7), _days(sums, today, LONGEST_DAYS)


def _today(sums: _Sums, today: datetime, now: datetime) -> Period:
    hours = [today + timedelta(hours=hour) for hour in range(24)]
    yesterday = [hour - timedelta(days=1) for hour in hours if hour <= now]
    return _period(sums, 1, [[hour] for hour in hours], yesterday)


def _days(sums: _Sums, today: datetime, count: int) -> Period:
    def hours(first: int, last: int) -> list[list[datetime]]:
        return [
            [today - timedelta(days=ago) + timedelta(hours=hour) for hour in range(24)]
            for ago in range(first, last, -1)
        ]

    before = (hour for day in hours(2 * count - 1, count - 1) for hour in day)
    return _period(sums, count, hours(count - 1, -1), before)


def _period(
    sums: _Sums, days: int, bars: Iterable[list[datetime]], before: Iterable[datetime]
) -> Period:
    def cents(hours: Iterable[datetime]) -> int:
        return sum(sums[hour][0] for hour in hours if hour in sums)

    shown = [(hours[0], hours) for hours in bars]
    return Period(
        days=days,
        bars=tuple(Bar(begins, cents(hours)) for begins, hours in shown),
        cents=sum(cents(hours) for _, hours in shown),
        payments=sum(sums[h][1] for _, hours in shown for h in hours if h in sums),
        cents_before=cents(before),
    )


def _by_hour(since: datetime, currency: str) -> _Sums:
    P, R, D = payments.Payment, payments.Refund, payments.Dispute
    came = _sums(P.paid_at, P.amount_cents, literal(1)).where(
        P.paid_at >= since, P.currency == currency
    )
    went = _sums(R.asked_at, -R.amount_cents, literal(0)).where(
        R.asked_at >= since, R.currency == currency, R.state.in_(payments.GOING_BACK)
    )
    lost = _sums(D.opened_at, -D.amount_cents, literal(0)).where(
        D.opened_at >= since, D.currency == currency, D.status == "lost"
    )
    found: _Sums = {}
    rows: Any = db.session.execute(union_all(came, went, lost))
    for ten_minutes, cents, count in rows:
        moment = datetime.strptime(f"{ten_minutes}0", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        hour = _on_the_clock(moment).replace(minute=0)
        before = found.get(hour, (0, 0))
        found[hour] = (before[0] + int(cents), before[1] + int(count))
    return found


def _sums(
    moment: SQLColumnExpression[datetime],
    cents: SQLColumnExpression[int],
    one: SQLColumnExpression[int],
) -> Any:
    ten_minutes = _ten_minutes(moment).label("ten_minutes")
    return select(ten_minutes, func.sum(cents), func.sum(one)).group_by(ten_minutes)


def _ten_minutes(moment: SQLColumnExpression[datetime]) -> ColumnElement[str]:
    """'2026-11-22 09:3' in UTC; on SQLite the beginning of the text that a moment is kept as."""
    length = len("2026-11-22 09:3")
    if db.session.get_bind().dialect.name == "postgresql":
        return func.left(func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD HH24:MI"), length)
    return func.substr(cast(moment, String), 1, length)


def _on_the_clock(moment: datetime) -> datetime:
    """What the shop's clock shows, without its zone: an hour that comes twice counts as one."""
    return local(moment).replace(tzinfo=None)
