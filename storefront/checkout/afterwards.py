"""What becomes of money after a purchase: refunds, disputes and warnings, whoever began them.

follow_payment   reads a payment's books at Stripe and brings its order in line
ask_refund       staff send money back, by line or by amount
keep_answer      what Stripe answered to a refund (sending_back.py asks) is kept
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .. import inventory, orders, payments
from ..database import transaction
from ..errors import Refusal
from . import letters, words
from .purchase import settle_purchase
from .transitions import ANSWERS


class MoneyAtTheBank(Refusal):
    """The shopper's bank has the payment, for now or for good, so nothing can be sent back."""

    def __init__(self, *, is_lost: bool = False) -> None:
        super().__init__(
            "The bank keeps this payment, so there is nothing to send back."
            if is_lost
            else "The bank has taken this payment back while it looks into it, so it cannot be"
            " refunded as well. Answer the bank in Stripe's Dashboard."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """What staff want to send back of one payment; line_units is line id → units."""

    payment_id: str
    amount_cents: int
    token: str  # of the form; one form sends money once
    line_units: Mapping[int, int] = field(default_factory=dict)
    is_restocked: bool = False
    note: str = ""
    actor: str = ""


def follow_payment(payment_id: str) -> bool:
    """Brings an order in line with Stripe's books of a payment; True when something changed.

    False, too, for a payment that no order here has. Raises PaymentFailed.
    """
    return follow_books(payments.payment_books(payment_id))


def follow_books(books: payments.PaymentBooks) -> bool:
    """The same for books that were read just now."""
    payment_id = books.payment_id
    if payments.payment(payment_id) is None and not _settled_first(books):
        return False
    with transaction():
        order = lock_order(payment_id)
        if order is None:  # of an order that is not in this database
            for refund in books.refunds:
                payments.note_refund(refund, order_reference=books.order_reference)
            return False
        if books.fee_cents is not None:
            payments.note_fee(payment_id, books.fee_cents)
        for refund in books.refunds:
            _note_refund(order, refund)
        for dispute in books.disputes:
            _note_dispute(order, dispute)
        return _bring_in_line(order, payment_id)


def follow_warning(payment_id: str) -> bool:
    """A card's issuer suspects fraud: staff are told, once; sending the money back is cheapest."""
    if payments.payment(payment_id) is None:
        follow_payment(payment_id)
    with transaction():
        order, taken = lock_order(payment_id), payments.payment(payment_id)
        if order is None or taken is None:
            return False
        has_gone_back = payments.going_back_cents(payment_id) >= taken.amount_cents
        return not has_gone_back and payments.open_case(
            "fraud_warning",
            payment_id,
            order_reference=order.reference,
            sentence=words.fraud_warning(order),
        )


def ask_refund(reference: str, wish: RefundWish) -> bool:
    """Writes down what staff send back; False when this form was sent before.

    Raises OrderNotFound, TooMuchBack, NotThatMany or MoneyAtTheBank, and then nothing has changed.
    """
    order = orders.by_reference(reference, lock=True)
    taken = payments.payment(wish.payment_id, lock=True)
    if order is None or taken is None or taken.order_reference != reference:
        raise orders.OrderNotFound
    asked_by = f"form:{wish.token}"
    if any(refund.asked_by == asked_by for refund in payments.refunds_of(reference)):
        return False
    refuse_at_the_bank(taken)
    payments.owe_refund(
        taken.id,
        amount_cents=wish.amount_cents,
        reason="requested",
        asked_by=asked_by,
        note=wish.note,
        actor=wish.actor,
    )
    orders.mark_refunded(order.id, wish.line_units, asked_by=asked_by)
    if wish.is_restocked:
        inventory.put_back(reference, _still_out(order, wish.line_units), actor=wish.actor)
    orders.note(order.id, "refund_asked", words.refund_asked(order, wish.amount_cents, wish.note))
    is_its_payment = order.payment_id == taken.id
    if is_its_payment and payments.going_back_cents(taken.id) == taken.amount_cents:
        orders.move(order.id, "refunding")
    return True


def refuse_at_the_bank(taken: payments.Payment) -> None:
    """Raises MoneyAtTheBank for a payment whose bank has taken it, for now or for good."""
    for dispute in payments.disputes_of(taken.order_reference):
        if dispute.payment_id == taken.id and dispute.status in payments.TAKEN_BACK:
            raise MoneyAtTheBank(is_lost=dispute.status == "lost")


def keep_answer(made: payments.StripeRefund, *, order_reference: str) -> None:
    """Writes down what Stripe answered to a refund, and brings its order in line."""
    with transaction():
        order = lock_order(made.payment_id)
        if order is None:  # a payment for an order that is not in this database
            payments.note_refund(made, order_reference=order_reference)
        else:
            _note_refund(order, made)
            _bring_in_line(order, made.payment_id)


def _settled_first(books: payments.PaymentBooks) -> bool:
    """A refund or dispute whose news was faster than that of the payment itself."""
    if orders.by_reference(books.order_reference) is None:
        return False
    session = payments.session_of_payment(books.payment_id)
    if session is not None:
        settle_purchase(session)
    return payments.payment(books.payment_id) is not None


def lock_order(payment_id: str) -> orders.Order | None:
    """The order of a payment; order before payment, as everywhere, so that nobody waits in ring."""
    taken = payments.payment(payment_id)
    order = orders.by_reference(taken.order_reference, lock=True) if taken else None
    payments.payment(payment_id, lock=True)
    return order


def _note_refund(order: orders.Order, found: payments.StripeRefund) -> None:
    row, before = payments.note_refund(found, order_reference=order.reference)
    if before == row.state:
        return
    orders.note(order.id, f"refund_{row.state}", words.refund_moved(row))
    if row.state == "failed":
        payments.open_case(
            "refund_failed",
            str(row.id),
            order_reference=order.reference,
            sentence=words.refund_failed(order, row),
        )
    else:
        letters.write_refund(order.id, row)


def _note_dispute(order: orders.Order, found: payments.StripeDispute) -> None:
    if not payments.note_dispute(found, order_reference=order.reference):
        return
    orders.note(order.id, "dispute", words.dispute_moved(found))
    kind = "dispute" if found.has_taken_money else "inquiry" if found.is_inquiry else ""
    for other in {"dispute", "inquiry"} - {kind}:
        payments.close_case(other, found.id)
    if found.status == "lost":
        kind = "dispute_lost"
        payments.close_refund_cases(found.payment_id)
    if kind:
        payments.open_case(
            kind,
            found.id,
            order_reference=order.reference,
            sentence=words.dispute(order, found),
        )


def _bring_in_line(order: orders.Order, payment_id: str) -> bool:
    """Does what the table says about what became of a payment; a second payment moves no order."""
    if order.payment_id not in (None, payment_id):
        return False
    has_changed = False
    for fact in _facts(order, payment_id):
        step = ANSWERS[order.state, fact]
        has_changed |= step != "-" and STEPS[step](order)
    return has_changed


def _facts(order: orders.Order, payment_id: str) -> list[str]:
    taken = payments.payment(payment_id)
    assert taken is not None
    rows = [r for r in payments.refunds_of(order.reference) if r.payment_id == payment_id]
    is_back = sum(r.amount_cents for r in rows if r.state == "done") >= taken.amount_cents
    disputes = [d for d in payments.disputes_of(order.reference) if d.payment_id == payment_id]
    facts = ["returned" if is_back else "bounced"]
    if any(d.status == "lost" for d in disputes):
        facts.append("lost")
    elif any(d.status in payments.DECIDING for d in disputes):
        facts.append("disputed")
    elif disputes:
        facts.append("won")
    return facts


def _still_out(order: orders.Order, line_units: Mapping[int, int]) -> dict[str, int]:
    """SKU → units of these lines, kits by their parts as sold.

    Never more than the ledger counts as sold to the order.
    """
    wanted: Counter[str] = Counter()
    for line in orders.lines_of(order.id):
        wanted[line.sku] += line_units.get(line.id, 0)
    out = inventory.units_out(order.reference)
    units = inventory.parts_as_sold(order.reference, wanted)
    return {sku: min(n, out[sku]) for sku, n in units.items() if n and sku in out}


def _close(order: orders.Order) -> bool:
    """All of the money went back without the shop's asking; the goods may still be here."""
    if not orders.move(order.id, "refunded"):
        return False
    return payments.open_case(
        "refunded_elsewhere",
        order.reference,
        order_reference=order.reference,
        sentence=words.refunded_elsewhere(order),
    )


def _moves_to(state: str) -> Callable[[orders.Order], bool]:
    return lambda order: orders.move(order.id, state)


STEPS: dict[str, Callable[[orders.Order], bool]] = {
    "close": _close,
    "finish": _moves_to("refunded"),
    "reopen": _moves_to("refunding"),
    "dispute": _moves_to("disputed"),
    "restore": _moves_to("paid"),
    "charge_back": _moves_to("charged_back"),
}
