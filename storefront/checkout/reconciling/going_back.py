"""Refunds and disputes compared, by Stripe's id and both ways; nothing is changed here."""

from functools import partial

from ... import payments
from ...display import show_money
from .. import tasks
from .both_books import Books, books_of
from .findings import Comparison


def compare_refunds(found: Comparison, books: Books) -> None:
    """Every refund of the period, and every one whose money is not back yet."""
    names = {one.id for one in books.refunds} | {one.asked_by for one in books.refunds} - {""}
    rows = payments.refunds_named(names)
    for one in books.refunds:
        row = rows.get(one.id) or rows.get(one.asked_by)
        if found.holds(one.made_at):
            _count_refund(found, one, row)
        if row is None or row.state != one.state or row.amount_cents != one.amount_cents:
            _tell_refund(found, one, row)
    listed = {one.id for one in books.refunds}
    taken = payments.refunds_taken(found.since, found.until)
    found.waiting["refunds"] = sum(row.state == "sent" for row in taken)
    for row in taken:
        if row.stripe_id not in listed:
            _look_for_refund(found, row)


def _count_refund(
    found: Comparison, one: payments.StripeRefund, row: payments.Refund | None
) -> None:
    if one.state != "failed":
        found.stripe.add(one.currency, "refunds", one.amount_cents)
    if row is not None and row.state in {"sent", "done"}:
        found.shop.add(row.currency, "refunds", row.amount_cents)


def _tell_refund(
    found: Comparison, one: payments.StripeRefund, row: payments.Refund | None
) -> None:
    said = "nothing"
    if row is not None:
        said = f"{show_money(row.amount_cents, row.currency)}, {row.state}"
    found.tell(
        "refund",
        one.id,
        "",
        f"Refund {one.id} of payment {one.payment_id}: the shop says {said}, Stripe says"
        f" {show_money(one.amount_cents, one.currency)}, {one.state}.",
        "writes it down",
        partial(tasks.catch_up, one.payment_id),
    )


def _look_for_refund(found: Comparison, row: payments.Refund) -> None:
    there = books_of(row.payment_id)
    for one in there.refunds if there else ():
        if one.id == row.stripe_id:
            if one.state != row.state or one.amount_cents != row.amount_cents:
                _tell_refund(found, one, row)
            return
    if row.state in {"sent", "done"}:
        found.shop.add(row.currency, "refunds", row.amount_cents)
    found.tell(
        "refund",
        row.stripe_id or "",
        "",
        f"Refund {row.stripe_id} of payment {row.payment_id}: the shop says"
        f" {show_money(row.amount_cents, row.currency)}, {row.state}, Stripe has no such refund."
        " Look at it in Stripe's Dashboard.",
    )


def compare_disputes(found: Comparison, books: Books) -> None:
    """Every dispute of the period, and every one that is open."""
    rows = payments.disputes_named({one.id for one in books.disputes})
    for one in books.disputes:
        row = rows.get(one.id)
        if found.holds(one.opened_at):
            _count_dispute(found, one, row)
        if row is None or _facts(row) != _facts(one):
            _tell_dispute(found, one, row)
    listed = {one.id for one in books.disputes}
    told = payments.disputes_told(found.since, found.until)
    found.waiting["disputes"] = sum(row.status in payments.OPEN_DISPUTES for row in told)
    for row in told:
        if row.id not in listed:
            _look_for_dispute(found, row)


def _facts(one: payments.Dispute | payments.StripeDispute) -> tuple[str, int, str, int]:
    return one.status, one.amount_cents, one.currency, one.fee_cents


def _count_dispute(
    found: Comparison, one: payments.StripeDispute, row: payments.Dispute | None
) -> None:
    for side, known in ((found.stripe, one), (found.shop, row)):
        if known is None:
            continue
        if known.status in payments.TAKEN_BACK:
            side.add(known.currency, "disputes", known.amount_cents)
        if known.fee_cents:
            side.add(known.currency, "fees", known.fee_cents)


def _tell_dispute(
    found: Comparison, one: payments.StripeDispute, row: payments.Dispute | None
) -> None:
    said = "nothing"
    if row is not None:
        said = _in_words(row)
    found.tell(
        "dispute",
        one.id,
        "",
        f"Dispute {one.id} of payment {one.payment_id}: the shop says {said}, Stripe says"
        f" {_in_words(one)}.",
        "writes it down",
        partial(tasks.catch_up, one.payment_id),
    )


def _in_words(one: payments.Dispute | payments.StripeDispute) -> str:
    words = f"{show_money(one.amount_cents, one.currency)}, {one.status.replace('_', ' ')}"
    return f"{words}, fee {show_money(one.fee_cents, one.currency)}" if one.fee_cents else words


def _look_for_dispute(found: Comparison, row: payments.Dispute) -> None:
    there = books_of(row.payment_id)
    for one in there.disputes if there else ():
        if one.id == row.id:
            if _facts(one) != _facts(row):
                _tell_dispute(found, one, row)
            return
    found.tell(
        "dispute",
        row.id,
        "",
        f"Dispute {row.id} of payment {row.payment_id}: the shop says {_in_words(row)}, Stripe has"
        " no such dispute. Look at it in Stripe's Dashboard.",
    )
