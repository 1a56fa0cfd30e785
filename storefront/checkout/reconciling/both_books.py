"""The books of a period read on both sides, a few lists of Stripe's and a few queries here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from ... import orders, payments
from ...pages import public_url

Item = TypeVar("Item")
Heard = Callable[[int], object]

LISTS = 4
#: How far a reading has come is told in hundredths of each list.
STEPS = 100 * LISTS


@dataclass(frozen=True, slots=True)
class Books:
    """What Stripe has of this shop, and the shop's rows and orders for it."""

    pages: list[payments.PaymentSession]
    taken: dict[str, payments.Taken]
    refunds: list[payments.StripeRefund]
    disputes: list[payments.StripeDispute]
    rows: dict[str, payments.Payment]
    orders: dict[str, orders.Order]


def read_books(since: datetime, until: datetime, heard: Heard) -> Books:
    """Four lists of Stripe's, a hundred lines with each call; raises PaymentFailed.

    Other shops on the same account are left out: a payment is ours when it stands in our books, or
    when it names this shop. Refunds and disputes are read back to the oldest that is open.
    """
    refunds_since = min([since, *(r.asked_at for r in payments.refunds_taken(until, until))])
    disputes_since = min([since, *(d.opened_at for d in payments.disputes_told(until, until))])
    told = _Told(since, min(until, datetime.now(UTC)), heard)
    pages = told.all(payments.sessions_between(since, until), lambda page: page.opened_at)
    taken = told.all(payments.taken_between(since, until), lambda one: one.taken_at)
    refunds = told.all(payments.refunds_between(refunds_since, until), lambda one: one.made_at)
    disputes = told.all(payments.disputes_between(disputes_since, until), lambda one: one.opened_at)
    named = {one.payment_id for each in (pages, taken, refunds, disputes) for one in each} - {""}
    rows = payments.payments_named(named)
    found = orders.by_references(
        {page.reference for page in pages} | {one.order_reference for one in taken}
    )
    shop = public_url("home")
    our_pages = [page for page in pages if _is_ours(page, shop, rows, found)]
    ours = set(rows) | {page.payment_id for page in our_pages}
    our_taken = {t.payment_id: t for t in taken if t.payment_id in ours or t.shop == shop}
    ours |= set(our_taken)
    return Books(
        our_pages,
        our_taken,
        [refund for refund in refunds if refund.payment_id in ours],
        [dispute for dispute in disputes if dispute.payment_id in ours],
        rows,
        found,
    )


def taken_on(page: payments.PaymentSession) -> payments.Taken:
    """The payment of a page that Stripe's ledger does not have yet, or has for another period."""
    return payments.Taken(
        payment_id=page.payment_id,
        order_reference=page.reference,
        shop=page.shop,
        amount_cents=page.amount_cents,
        currency=page.currency,
        fee_cents=None,
        taken_at=page.opened_at,
    )


def books_of(payment_id: str) -> payments.PaymentBooks | None:
    """Stripe's books of one payment, None where it knows no such payment."""
    try:
        return payments.payment_books(payment_id)
    except payments.SessionMissing:
        return None


@dataclass(frozen=True, slots=True)
class _Told:
    """Reads lists, and tells how far back in the period each has come."""

    since: datetime
    until: datetime
    heard: Heard

    def all(self, items: Iterable[Item], moment: Callable[[Item], datetime]) -> list[Item]:
        return list(self._each(items, moment))

    def _each(self, items: Iterable[Item], moment: Callable[[Item], datetime]) -> Iterator[Item]:
        done = 0
        for item in items:
            yield item
            part = int(100 * (self.until - moment(item)) / (self.until - self.since))
            if done < part <= 100:
                self.heard(part - done)
                done = part
        self.heard(100 - done)


def _is_ours(
    page: payments.PaymentSession,
    shop: str,
    rows: dict[str, payments.Payment],
    found: dict[str, orders.Order],
) -> bool:
    order = found.get(page.reference)
    is_its_page = order is not None and order.session_id == page.id
    return is_its_page or page.shop == shop or page.payment_id in rows
