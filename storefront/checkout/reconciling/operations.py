"""Verbs of reconciling: compare a period, and mend what can be mended."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .. import tasks
from .both_books import Heard
from .comparing import compare
from .findings import Comparison, Finding

_AHEAD = timedelta(days=1)  # a clock at Stripe's, or of the box, that is before ours


@dataclass(frozen=True, slots=True)
class Report:
    """How shop and Stripe stand now, and what was mended to come there."""

    now: Comparison
    mended: tuple[Finding, ...] = ()

    @property
    def left(self) -> list[Finding]:
        """What shop and Stripe still do not agree about."""
        return self.now.findings


def reconcile(
    since: datetime,
    until: datetime | None = None,
    *,
    apply: bool = False,
    heard: Heard = lambda _: None,
) -> Report:
    """Compares a period, up to now where it has no end; raises PaymentFailed.

    Only apply changes anything. Then a second look tells what is mended and what is left; where
    all agrees there is none.
    """
    end = until or _now_and_a_bit()
    first = compare(since, end, heard)
    if not apply or not _mend(first):
        return Report(first)
    second = compare(since, end, lambda _: None)
    left = {finding.key for finding in second.findings}
    return Report(second, tuple(f for f in first.findings if f.key not in left))


def keep_in_line(hours: int = 25) -> bool:
    """The worker's turn: mends what can be mended, and does not look twice."""
    since = datetime.now(UTC) - timedelta(hours=hours)
    return _mend(compare(since, _now_and_a_bit(), lambda _: None))


def _now_and_a_bit() -> datetime:
    return datetime.now(UTC) + _AHEAD


def _mend(found: Comparison) -> bool:
    """Does what the findings offer, False where none does; one never keeps the others waiting."""
    offers = [(finding, finding.mend) for finding in found.findings if finding.mend]
    for finding, mend in offers:
        try:
            mend()
        except Exception as error:
            tasks.log_failure(f"{finding.kind} {finding.subject}", error)
    if offers:
        tasks.make_refunds()  # and those that the mending has found to be due
    return bool(offers)
