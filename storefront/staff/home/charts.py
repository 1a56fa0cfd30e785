"""Small charts as server-rendered pictures: where each bar stands, and the same as a table."""

from dataclasses import dataclass

from ... import insights
from ...display import show_day

#: Units of the picture; the baseline leaves room for bars of what went back.
HEIGHT, BASELINE, _STEP, _GAP = 48, 40, 10, 2
_MANY_TIMES = 10  # from here on, percents are harder to read than times


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One bar in units of the picture; is_back hangs below the baseline."""

    x: int
    y: int
    width: int
    height: int
    is_back: bool
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A period as a picture and in words."""

    id: str
    title: str
    cents: int
    payments: int
    compared: str
    width: int
    bars: tuple[ChartBar, ...]


def chart(period: insights.Period) -> Chart:
    """The picture of a period."""
    most = max((abs(bar.cents) for bar in period.bars), default=0) or 1
    titles = {1: "Today", 7: "7 days", insights.LONGEST_DAYS: f"{insights.LONGEST_DAYS} days"}
    return Chart(
        id=f"takings-{period.days}",
        title=titles[period.days],
        cents=period.cents,
        payments=period.payments,
        compared=_compared(period),
        width=_STEP * len(period.bars),
        bars=tuple(
            _bar(place, bar, most, is_hour=period.days == 1)
            for place, bar in enumerate(period.bars)
        ),
    )


def _bar(place: int, bar: insights.Bar, most: int, *, is_hour: bool) -> ChartBar:
    is_back = bar.cents < 0
    room = HEIGHT - BASELINE if is_back else BASELINE
    height = -(-abs(bar.cents) * room // most)  # one unit at least, so that nothing disappears
    return ChartBar(
        x=_STEP * place,
        y=BASELINE if is_back else BASELINE - height,
        width=_STEP - _GAP,
        height=height,
        is_back=is_back,
        label=f"{bar.begins:%H}:00" if is_hour else show_day(bar.begins.date()),
        cents=bar.cents,
    )


def _compared(period: insights.Period) -> str:
    before = "yesterday by this hour" if period.days == 1 else f"the {period.days} days before"
    difference = period.cents - period.cents_before
    if not difference:
        return f"As much as {before}." if period.cents else f"As {before}."
    way = "more" if difference > 0 else "less"
    if period.cents_before <= 0:
        return f"{way.capitalize()} than {before}."
    times = period.cents // period.cents_before
    if times >= _MANY_TIMES:
        return f"{times:,} times {before}."
    percent = round(100 * abs(difference) / period.cents_before)
    return f"{percent or 'Less than 1'} % {way} than {before}."
