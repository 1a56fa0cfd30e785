"""Shop and Stripe compared over a period, by id and both ways; nothing is changed here.

pages      what each payment page says, against the state of its order
payments   Stripe's ledger against what is written down, with the fees
refunds    and disputes, the same (going_back.py)
orders     what was taken against what was bought and what went back (adding_up.py)
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from ... import orders, payments
from ...display import show_money
from .. import tasks
from ..steps import fact_of
from ..transitions import ANSWERS
from . import adding_up, going_back
from .both_books import Books, Heard, books_of, read_books, taken_on
from .findings import Comparison

_LEAVE_ALONE = timedelta(minutes=1)  # an order this young may still be opening its page


def compare(since: datetime, until: datetime, heard: Heard) -> Comparison:
    """Both sides of a period, and whatever is open, however old; raises PaymentFailed."""
    found = Comparison(since, until)
    books = read_books(since, until, heard)
    _compare_pages(found, books)
    _compare_waiting(found, books)
    told = {finding.subject for finding in found.findings}
    by_page = {page.payment_id for page in books.pages if page.id in told}
    _compare_payments(found, books, by_page)
    going_back.compare_refunds(found, books)
    going_back.compare_disputes(found, books)
    adding_up.check_orders(found, books)
    adding_up.list_what_is_due(found)
    return found


def _compare_pages(found: Comparison, books: Books) -> None:
    for page in books.pages:
        order = books.orders.get(page.reference)
        if order is not None and _would_change(order, page, books):
            _tell_page(found, order, page)


def _compare_waiting(found: Comparison, books: Books) -> None:
    """Orders that wait for their money, and whose page is older than the period."""
    waiting = orders.unpaid_since(datetime.now(UTC) - _LEAVE_ALONE)
    listed = {page.id for page in books.pages}
    found.waiting["orders"] = len(waiting)
    for order in waiting:
        if order.session_id in listed:
            continue
        if not order.session_id:
            if order.session_expires_at < datetime.now(UTC):
                _tell_no_page(found, order, "has no payment page")
            continue
        try:
            page = payments.retrieve_session(order.session_id)
        except payments.SessionMissing:
            _tell_no_page(found, order, "knows no such page")
            continue
        if _would_change(order, page, books):
            _tell_page(found, order, page)


def _would_change(order: orders.Order, page: payments.PaymentSession, books: Books) -> bool:
    """Whether the table has an answer to this page that was not given yet."""
    fact = fact_of(order, page)
    step = ANSWERS[order.state, fact] if fact else "-"
    if step in {"pay_back", "return_it"}:
        return bool(page.payment_id) and page.payment_id not in books.rows
    if step == "wait":
        return order.state == "pending"
    return step != "-"


def _tell_page(found: Comparison, order: orders.Order, page: payments.PaymentSession) -> None:
    found.tell(
        "page",
        page.id,
        order.number,
        f"Order {order.number}: the shop says {order.state}, Stripe says {page.status},"
        f" {page.payment_status}.",
        "settles it",
        partial(tasks.settle_page, page.id),
    )


def _tell_no_page(found: Comparison, order: orders.Order, stripe_says: str) -> None:
    found.tell(
        "order",
        order.reference,
        order.number,
        f"Order {order.number}: the shop says {order.state}, Stripe {stripe_says}.",
        "ends it and gives its goods back",
        partial(tasks.release_order, order.id),
    )


def _compare_payments(found: Comparison, books: Books, by_page: set[str]) -> None:
    taken = dict(books.taken)
    for page in books.pages:
        row = books.rows.get(page.payment_id)
        is_new = row is None or found.holds(row.paid_at)
        if page.is_paid and page.payment_id and page.payment_id not in taken and is_new:
            taken[page.payment_id] = taken_on(page)
    for one in taken.values():
        found.stripe.add(one.currency, "payments", one.amount_cents)
        if one.fee_cents is not None:
            found.stripe.add(one.currency, "fees", one.fee_cents)
        row = books.rows.get(one.payment_id)
        if row is not None:
            _compare_payment(found, books, one, row)
        elif one.payment_id not in by_page:
            _tell_unknown(found, books, one)
    for row in payments.payments_between(found.since, found.until):
        if row.id not in taken:
            _look_for_payment(found, books, row)


def _compare_payment(
    found: Comparison, books: Books, one: payments.Taken, row: payments.Payment
) -> None:
    found.shop.add(row.currency, "payments", row.amount_cents)
    if (row.amount_cents, row.currency) != (one.amount_cents, one.currency):
        _tell_otherwise(found, books, row, (one.amount_cents, one.currency))
    elif row.order_reference not in books.orders:
        is_open = payments.is_case_open("unknown_payment", row.id)
        if is_open or (is_open is None and not orders.by_reference(row.order_reference)):
            _tell_unknown(found, books, one)
    if row.fee_cents is not None:
        found.shop.add(row.currency, "fees", row.fee_cents)
    if one.fee_cents is not None and row.fee_cents != one.fee_cents:
        noted = "nothing" if row.fee_cents is None else show_money(row.fee_cents, row.currency)
        found.tell(
            "fee",
            row.id,
            "",
            f"Payment {row.id}: Stripe kept {show_money(one.fee_cents, one.currency)} of it, the"
            f" shop has noted {noted}.",
            "notes the fee",
            partial(tasks.note_fee, row.id, one.fee_cents),
        )


def _tell_unknown(found: Comparison, books: Books, one: payments.Taken) -> None:
    order = books.orders.get(one.order_reference) or orders.by_reference(one.order_reference)
    amount = show_money(one.amount_cents, one.currency)
    if order is not None:
        sentence = f"Order {order.number}: Stripe took {amount} ({one.payment_id}), which the shop"
        sentence, name, offer = f"{sentence} has not heard of.", order.number, "settles it"
    elif payments.is_case_open("unknown_payment", one.payment_id):
        sentence = (
            f"Stripe has a payment of {amount} ({one.payment_id}) for order"
            f" {one.order_reference}, which is not in this database: it is on the staff's list."
        )
        found.tell("payment", one.payment_id, one.order_reference, sentence)
        return
    else:
        sentence = (
            f"Stripe has a payment of {amount} ({one.payment_id}) for order"
            f" {one.order_reference}, which is not in this database."
        )
        name, offer = one.order_reference, "puts it on the staff's list, where it can be sent back"
    found.tell(
        "payment", one.payment_id, name, sentence, offer, partial(tasks.catch_up, one.payment_id)
    )


def _look_for_payment(found: Comparison, books: Books, row: payments.Payment) -> None:
    """A payment that stands here and is in none of Stripe's lists: of another day, or of none."""
    there = books_of(row.id)
    if there is None or not there.amount_cents:
        found.shop.add(row.currency, "payments", row.amount_cents)
        found.tell(
            "payment",
            row.id,
            _number_of(books, row),
            f"Payment {row.id}: the shop says {show_money(row.amount_cents, row.currency)}, Stripe"
            f" {'has no such payment' if there is None else 'never received it'}. Look at it in"
            " Stripe's Dashboard.",
        )
    elif (there.amount_cents, there.currency) != (row.amount_cents, row.currency):
        _tell_otherwise(found, books, row, (there.amount_cents, there.currency))


def _tell_otherwise(
    found: Comparison, books: Books, row: payments.Payment, there: tuple[int, str]
) -> None:
    found.tell(
        "payment",
        row.id,
        _number_of(books, row),
        f"Payment {row.id}: the shop says {show_money(row.amount_cents, row.currency)}, Stripe says"
        f" {show_money(*there)}. Look at it in Stripe's Dashboard.",
    )


def _number_of(books: Books, row: payments.Payment) -> str:
    order = books.orders.get(row.order_reference) or orders.by_reference(row.order_reference)
    return order.number if order else row.order_reference
