"""What each guide and block does for the shop: reads, adds, orders, money, and what it lost.

Guides are kept by number, so a renamed guide keeps its past; order lines carry the address of the
day, and every former address counts for the guide that had it. Fourteen statements, however many
orders there are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from .. import catalog, guides
from ..database import db
from ..local_time import midnight
from .guide_money import Money, currencies, guide_money
from .models import GuideAdd, GuideRead, LostDemand

NO_GUIDE = 0
_Place = tuple[int, str]  # number of a guide, block


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included, as the shop's clock has them."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """The moment at which it begins, aware UTC."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment at which it is over, aware UTC."""
        return midnight(self.last + timedelta(days=1))


@dataclass(slots=True)
class Sums:
    """What is counted of a guide, a block or a product; money in minor units, net of refunds.

    lost is how often somebody wanted in vain what was sold out; lost_cents one unit for each time
    at today's price.
    """

    reads: int = 0
    adds: int = 0
    orders: int = 0
    units: int = 0
    returned: int = 0
    cents: int = 0
    lost: int = 0
    lost_cents: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened."""
        return not any((self.reads, self.adds, self.orders, self.units, self.returned, self.cents,
                        self.lost))  # fmt: skip


@dataclass(slots=True)
class Article:
    """A SKU with its names, empty where the shop has it no longer."""

    sku: str
    product_id: int = 0
    product: str = ""
    size: str = ""
    price_cents: int = 0


@dataclass(slots=True)
class GuideReport:
    """A period's ledger in one currency. Guides without any number are left out.

    goods of all guides and of no guide, with delivery and what went straight back, are total_cents,
    which is what came in.
    """

    span: Span
    currency: str
    currencies: tuple[str, ...]
    names: dict[int, guides.GuideName]
    money: Money
    articles: dict[str, Article]
    by_guide: dict[int, Sums] = field(default_factory=dict)
    by_block: dict[_Place, Sums] = field(default_factory=dict)
    by_article: dict[tuple[int, str], Sums] = field(default_factory=dict)

    @property
    def total_cents(self) -> int:
        """Payments less what went back and what banks kept."""
        return self.money.total_cents

    @property
    def goods_cents(self) -> int:
        """What the guides and the shop by itself sold, without delivery."""
        return sum(sums.cents for sums in self.by_guide.values())

    def guides(self) -> list[tuple[int, Sums]]:
        """The guides, those first that brought most; the shop by itself last."""
        rows = [row for row in self.by_guide.items() if not row[1].is_empty]
        return sorted(
            rows, key=lambda row: (row[0] == NO_GUIDE, -row[1].cents, -row[1].reads, row[0])
        )

    def title(self, guide_id: int) -> str:
        """What a guide is called now."""
        return self.names[guide_id].title if guide_id in self.names else "No guide"

    def blocks(self, guide_id: int) -> dict[str, Sums]:
        """Block → its numbers, of one guide."""
        return {block: sums for (id_, block), sums in self.by_block.items() if id_ == guide_id}

    def sold_in(self, guide_id: int) -> list[tuple[Article, Sums]]:
        """The articles that one guide sold or lost, those first that brought most."""
        rows = [(self.articles[sku], s) for (id_, sku), s in self.by_article.items()
                if id_ == guide_id]  # fmt: skip
        return sorted(rows, key=lambda row: (-row[1].cents, row[0].sku))

    def products(self) -> list[tuple[str, list[tuple[int, Sums]]]]:
        """Each product with the guides that sell it, those first that brought most."""
        found: dict[str, dict[int, Sums]] = {}
        for (guide_id, sku), sums in self.by_article.items():
            article = self.articles[sku]
            rows = found.setdefault(article.product or sku, {})
            _add(rows.setdefault(guide_id, Sums()), sums)
        listed = [(name, sorted(rows.items(), key=_by_money)) for name, rows in found.items()]
        return sorted(listed, key=lambda row: (-sum(s.cents for _, s in row[1]), row[0]))


def guide_report(span: Span, *, currency: str) -> GuideReport:
    """The ledger of these days in this currency."""
    names = guides.guide_names()
    ids = {slug: name.id for name in names for slug in name.slugs}
    money = guide_money(span.begin, span.end, currency=currency)
    lost = list(_lost(span, ids))
    adds = list(_adds(span))
    skus = {key[2] for key in money.cells} | {row[2] for row in (*lost, *adds)}
    report = GuideReport(
        span,
        currency,
        currencies(span.begin, span.end),
        {name.id: name for name in names},
        money,
        _articles(skus, currency),
    )
    _count_money(report, ids)
    _count_reads(report)
    for guide_id, block, sku, count in adds:
        for sums in _sums(report, guide_id, block, sku):
            sums.adds += count
    for guide_id, block, sku, count in lost:
        for sums in _sums(report, guide_id, block, sku):
            sums.lost += count
            sums.lost_cents += count * report.articles[sku].price_cents
    return report


def _count_money(report: GuideReport, ids: dict[str, int]) -> None:
    for (slug, block, sku), cell in report.money.cells.items():
        for sums in _sums(report, ids.get(slug, NO_GUIDE), block, sku):
            sums.units += cell.units
            sums.returned += cell.returned
            sums.cents += cell.cents
    for (slug, place), count in report.money.orders.items():
        guide_id = ids.get(slug, NO_GUIDE)
        if place is None:
            report.by_guide.setdefault(guide_id, Sums()).orders += count
        else:
            report.by_block.setdefault((guide_id, place), Sums()).orders += count


def _count_reads(report: GuideReport) -> None:
    R = GuideRead
    rows = db.session.execute(
        select(R.guide_id, R.block, func.sum(R.reads))
        .where(R.day.between(report.span.first, report.span.last))
        .group_by(R.guide_id, R.block)
    )
    for guide_id, block, count in rows:
        place = report.by_block.setdefault((guide_id, block), Sums())
        (place if block else report.by_guide.setdefault(guide_id, Sums())).reads += int(count)


def _sums(report: GuideReport, guide_id: int, block: str, sku: str) -> tuple[Sums, Sums, Sums]:
    """The three places in which something that has a SKU is counted."""
    return (
        report.by_guide.setdefault(guide_id, Sums()),
        report.by_block.setdefault((guide_id, block if guide_id else ""), Sums()),
        report.by_article.setdefault((guide_id, sku), Sums()),
    )


def _adds(span: Span) -> Iterator[tuple[int, str, str, int]]:
    A = GuideAdd
    keys = (A.guide_id, A.block, A.sku)
    for row in db.session.execute(
        select(*keys, func.sum(A.adds)).where(A.day.between(span.first, span.last)).group_by(*keys)
    ):
        yield row[0], row[1], row[2], int(row[3])


def _lost(span: Span, ids: dict[str, int]) -> Iterator[tuple[int, str, str, int]]:
    D = LostDemand
    keys = (D.guide_slug, D.block, D.sku)
    for slug, block, sku, count in db.session.execute(
        select(*keys, func.sum(D.refused + D.sign_ups))
        .where(D.day.between(span.first, span.last))
        .group_by(*keys)
    ):
        yield ids.get(slug, NO_GUIDE), block, sku, int(count)


def _articles(skus: Iterable[str], currency: str) -> dict[str, Article]:
    V, Pr = catalog.Variant, catalog.Product
    wanted = sorted(set(skus))
    found = {sku: Article(sku) for sku in wanted}
    for part in _chunks(wanted):
        rows: Any = db.session.execute(
            select(V.sku, Pr.id, Pr.name, V.name, V.price_cents, V.currency)
            .join(Pr, Pr.id == V.product_id)
            .where(V.sku.in_(part))
        )
        for sku, product_id, product, size, price, own in rows:
            worth = price if own == currency else 0
            found[sku] = Article(sku, product_id, product, size, worth)
    return found


def _chunks(skus: list[str], size: int = 1000) -> Iterator[list[str]]:
    for first in range(0, len(skus), size):
        yield skus[first : first + size]


def _by_money(row: tuple[int, Sums]) -> tuple[bool, int, int]:
    return (row[0] == NO_GUIDE, -row[1].cents, row[0])


def _add(to: Sums, more: Sums) -> None:
    for name in Sums.__slots__:
        setattr(to, name, getattr(to, name) + getattr(more, name))
