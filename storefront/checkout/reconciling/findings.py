"""What a comparison with Stripe comes to: sums on both sides, and a sentence for each difference.

Nothing here changes anything; a finding only carries what would mend it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

ROWS = ("payments", "refunds", "disputes", "fees")


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where shop and Stripe do not agree; mend is None where only a person can."""

    kind: str  # page, order, payment, fee, refund, dispute or event
    subject: str  # the id of what it is about, at Stripe or here
    order: str  # the order's number, its reference where it is not here, or ''
    sentence: str
    offer: str = ""  # what --apply does about it
    mend: Callable[[], object] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The same for the same difference seen again."""
        return self.kind, self.subject


@dataclass(slots=True)
class Sums:
    """Count and sum of each row, by currency; minor units."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    cents: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, currency: str, row: str, cents: int) -> None:
        """One more payment, refund, dispute or fee."""
        self.counts[currency, row] += 1
        self.cents[currency, row] += cents

    def net(self, currency: str) -> int:
        """What is left of the payments."""
        paid, *gone = (self.cents[currency, row] for row in ROWS)
        return paid - sum(gone)


@dataclass(slots=True)
class Comparison:
    """Shop and Stripe over one period."""

    since: datetime
    until: datetime
    stripe: Sums = field(default_factory=Sums)
    shop: Sums = field(default_factory=Sums)
    findings: list[Finding] = field(default_factory=list)
    waiting: Counter[str] = field(default_factory=Counter)

    @property
    def currencies(self) -> list[str]:
        """Those in which anything happened."""
        return sorted({currency for currency, _ in (*self.stripe.counts, *self.shop.counts)})

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is within the period."""
        return self.since <= moment < self.until

    def tell(
        self,
        kind: str,
        subject: str,
        order: str,
        sentence: str,
        offer: str = "",
        mend: Callable[[], object] | None = None,
    ) -> None:
        """Adds a difference."""
        self.findings.append(Finding(kind, subject, order, sentence, offer, mend))
