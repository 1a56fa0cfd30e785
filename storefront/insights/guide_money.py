"""Which guide and block brought which money: payments less what went back, to the cent.

Money counts on the day on which it came, was sent back, or was taken by a bank that kept it, as on
the overview. Payments that fit their order and stayed are summed by the database; of the others
each is shared out (sharing.py), and those are few.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from .. import catalog, guides, orders, payments
from ..database import db
from .sharing import Account, Returned

Od, L, U = orders.Order, orders.OrderLine, orders.RefundedUnits
P, R, D = payments.Payment, payments.Refund, payments.Dispute
Key = tuple[str, str, str]  # guide, block, SKU
_G, _F = guides.Guide, catalog.FormerSlug

# Every address that a guide has or had, and the one it has. What one guide gave up and another has
# now belongs to the one that has it.
_present = union_all(
    select(_G.slug.label("slug"), _G.slug.label("now")),
    select(_F.slug, _G.slug)
    .join(_G, _G.id == _F.target_id)
    .where(_F.kind == "guide", _F.slug.not_in(select(_G.slug))),
).subquery()
_SLUG: ColumnElement[str] = func.coalesce(_present.c.now, "").label("slug")
_BLOCK: ColumnElement[str] = case((_present.c.now.is_(None), ""), else_=L.block).label("block")


@dataclass(slots=True)
class Cell:
    """What one block of one guide sold of one SKU; cents are net of what went back."""

    units: int = 0
    returned: int = 0
    cents: int = 0


@dataclass(slots=True)
class Money:
    """All that came in over a period: its cells, and what is no line's. '' is no guide.

    straight_cents came in and went straight back, or has no order here: a second payment, a payment
    for goods that were gone. orders counts paid orders by guide and by (guide, block).
    """

    cells: dict[Key, Cell] = field(default_factory=dict)
    orders: dict[tuple[str, str | None], int] = field(default_factory=dict)
    delivery_cents: int = 0
    straight_cents: int = 0

    @property
    def total_cents(self) -> int:
        """Everything, which is what the overview calls what came in."""
        goods = sum(cell.cents for cell in self.cells.values())
        return goods + self.delivery_cents + self.straight_cents

    def cell(self, key: Key) -> Cell:
        """The cell of a guide, block and SKU."""
        return self.cells.setdefault(key, Cell())


def guide_money(begin: datetime, end: datetime, *, currency: str) -> Money:
    """What came in from begin until before end, by the present addresses of guides."""
    asked = _Asked(begin, end, currency)
    money = Money()
    for slug, block, sku, units, cents in db.session.execute(asked.sums()):
        cell = money.cell((slug, block, sku))
        cell.units, cell.cents = int(units), int(cents)
    for slug, block, count, delivery in db.session.execute(asked.counts()):
        if slug is None:
            money.delivery_cents = int(delivery or 0)
        else:
            money.orders[slug, block] = int(count)
    for one in asked.others():
        one.count(money, begin, end)
    return money


def currencies(begin: datetime, end: datetime) -> tuple[str, ...]:
    """The currencies in which money came in or went back, in one statement."""
    came = select(P.currency).where(P.paid_at >= begin, P.paid_at < end)
    went = select(R.currency).where(R.asked_at >= begin, R.asked_at < end)
    lost = select(D.currency).where(D.opened_at >= begin, D.opened_at < end)
    return tuple(sorted(db.session.scalars(union(came, went, lost))))


@dataclass(slots=True)
class _Payment:
    """A payment with something about it, and everything that happened to it until the end."""

    paid_at: datetime | None
    cents: int
    lines: list[Any]
    delivery_cents: int
    is_straight: bool
    # (moment, minor units, what asked for it)
    back: list[tuple[datetime, int, str]]
    units: dict[str, dict[int, int]]  # what asked for a refund → line id → units
    currency: str

    def count(self, money: Money, begin: datetime, end: datetime) -> None:
        """Adds to the sums what happened from begin until before end."""
        returned = Returned(self.currency)
        account = Account([*(line.line_cents for line in self.lines), self.delivery_cents])
        if self.paid_at is not None:
            parts = account.take_in(self.cents)
            if begin <= self.paid_at < end:
                self._add(money, parts)
                self._sold(money)
        for moment, cents, asked_by in sorted(self.back):
            named = self.units.get(asked_by, {})
            prices = {n: returned.cost(line, named.get(line.id, 0)) for n, line in self._all()}
            parts = account.give_back(cents, {n: cost for n, cost in prices.items() if cost})
            if begin <= moment < end:
                self._add(money, [-part for part in parts])
                self._returned(money, named)

    def _all(self) -> Iterable[tuple[int, Any]]:
        return enumerate(self.lines)

    def _add(self, money: Money, parts: list[int]) -> None:
        if self.is_straight:
            money.straight_cents += sum(parts)
            return
        for line, cents in zip(self.lines, parts[:-1], strict=True):
            money.cell(_key(line)).cents += cents
        money.delivery_cents += parts[-1]

    def _sold(self, money: Money) -> None:
        if self.is_straight:
            return
        for line in self.lines:
            money.cell(_key(line)).units += line.quantity
        places = {(line.slug, None) for line in self.lines}
        for place in places | {(line.slug, line.block) for line in self.lines}:
            money.orders[place] = money.orders.get(place, 0) + 1

    def _returned(self, money: Money, named: Mapping[int, int]) -> None:
        for line in self.lines:
            if not self.is_straight and named.get(line.id):
                money.cell(_key(line)).returned += named[line.id]


def _key(line: Any) -> Key:
    return (line.slug, line.block, line.sku)


class _Asked:
    """The statements of one period in one currency."""

    def __init__(self, begin: datetime, end: datetime, currency: str) -> None:
        self._begin, self._end, self._currency = begin, end, currency

    def sums(self) -> Any:
        """Slug, block, SKU, units and minor units of what was paid as it should and stayed."""
        keys = (_SLUG, _BLOCK, L.sku)
        sums = _of_lines(*keys, func.sum(L.quantity), func.sum(L.line_cents))
        return self._that_stayed(sums).group_by(*keys)

    def counts(self) -> Any:
        """Orders by slug, and by slug and block; in a row without slug what delivery brought."""
        count, nothing = func.count(func.distinct(Od.id)), literal(0)
        none = cast(null(), String)
        delivery = select(none, none, nothing, func.sum(Od.delivery_cents)).select_from(Od)
        return union_all(
            self._that_stayed(_of_lines(_SLUG, none, count, nothing)).group_by(_SLUG),
            self._that_stayed(_of_lines(_SLUG, _BLOCK, count, nothing)).group_by(_SLUG, _BLOCK),
            self._that_stayed(delivery),
        )

    def others(self) -> Iterable[_Payment]:
        """The payments that have to be shared out, in five statements."""
        moved = self._moved().subquery()
        ids = select(moved.c.id)
        taken = db.session.execute(
            select(P.id, P.amount_cents, P.paid_at, P.currency, Od.id.label("order_id"),
                   Od.delivery_cents)
            .outerjoin(Od, Od.payment_id == P.id)
            .where(P.id.in_(ids))
        ).all()  # fmt: skip
        back, gone = self._back(ids)
        lines, units = self._lines(ids)
        known = {row.id: row for row in taken}
        for payment_id in sorted(known.keys() | back.keys()):
            row = known.get(payment_id)
            is_own = row is not None and row.order_id is not None
            has_come = row is not None and row.currency == self._currency
            yield _Payment(
                paid_at=row.paid_at if row is not None and has_come else None,
                cents=row.amount_cents if row is not None else 0,
                lines=lines.get(row.order_id, []) if row is not None else [],
                delivery_cents=(row.delivery_cents or 0) if row is not None else 0,
                is_straight=not is_own or payment_id in gone,
                back=back.get(payment_id, []),
                units=units,
                currency=self._currency,
            )

    def _that_stayed(self, asked: Any) -> Any:
        return asked.join(P, P.id == Od.payment_id).where(
            self._within(P.paid_at), P.currency == self._currency, *self._fits()
        )

    def _fits(self) -> tuple[ColumnElement[bool], ...]:
        return (P.amount_cents == Od.total_cents, P.currency == Od.currency, ~_went_back())

    def _moved(self) -> Any:
        """Payments of which something happened in the period that the database cannot just sum."""
        odd = (Od.id.is_(None), P.amount_cents != Od.total_cents, P.currency != Od.currency)
        came = (
            select(P.id)
            .outerjoin(Od, Od.payment_id == P.id)
            .where(self._within(P.paid_at), P.currency == self._currency, or_(*odd, _went_back()))
        )
        went = select(R.payment_id.label("id")).where(
            self._within(R.asked_at), R.currency == self._currency, _goes_back()
        )
        lost = select(D.payment_id.label("id")).where(
            self._within(D.opened_at), D.currency == self._currency, D.status == "lost"
        )
        return union(came, went, lost)

    def _back(self, ids: Any) -> tuple[dict[str, list[tuple[datetime, int, str]]], set[str]]:
        """Payment → what went back of it until the end; and payments that went straight back."""
        went = select(R.payment_id, R.asked_at, R.amount_cents, R.asked_by, R.reason).where(
            R.payment_id.in_(ids), R.currency == self._currency, _goes_back()
        )
        lost = select(D.payment_id, D.opened_at, D.amount_cents, D.id, literal("lost")).where(
            D.payment_id.in_(ids), D.currency == self._currency, D.status == "lost"
        )
        back: dict[str, list[tuple[datetime, int, str]]] = {}
        gone: set[str] = set()
        for statement in (went, lost):
            for payment_id, moment, cents, asked_by, reason in db.session.execute(statement):
                if moment < self._end:
                    back.setdefault(payment_id, []).append((moment, cents, asked_by))
                if reason == "sold_out":
                    gone.add(payment_id)
        return back, gone

    def _lines(self, ids: Any) -> tuple[dict[int, list[Any]], dict[str, dict[int, int]]]:
        """Order → its lines; and what asked for a refund → line → units."""
        of_them = Od.payment_id.in_(ids)
        lines: dict[int, list[Any]] = {}
        for line in db.session.execute(
            _of_lines(L.id, L.order_id, _SLUG, _BLOCK, L.sku, L.quantity, L.line_cents)
            .where(of_them)
            .order_by(L.id)
        ):
            lines.setdefault(line.order_id, []).append(line)
        units: dict[str, dict[int, int]] = {}
        named = select(U.asked_by, U.line_id, U.units).join(L, L.id == U.line_id)
        for asked_by, line_id, count in db.session.execute(
            named.join(Od, Od.id == L.order_id).where(of_them)
        ):
            units.setdefault(asked_by, {})[line_id] = count
        return lines, units

    def _within(self, moment: Any) -> ColumnElement[bool]:
        within: ColumnElement[bool] = (moment >= self._begin) & (moment < self._end)
        return within


def _of_lines(*columns: Any) -> Any:
    """These of all lines of orders, with the present address of their guide."""
    named = _present.c.slug == L.guide_slug
    return select(*columns).select_from(L).join(Od, Od.id == L.order_id).outerjoin(_present, named)


def _goes_back() -> ColumnElement[bool]:
    return R.state.in_(payments.GOING_BACK)


def _went_back() -> ColumnElement[bool]:
    """Whether anything of a payment ever went back, or a bank kept it."""
    refunds = exists().where(R.payment_id == P.id, _goes_back())
    disputes = exists().where(D.payment_id == P.id, D.status == "lost")
    return refunds | disputes
