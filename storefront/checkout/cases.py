"""What staff do about money that needs them: the one button of each case, and more."""

from .. import inventory, orders, payments
from . import letters, words
from .afterwards import refuse_at_the_bank


def handle_case(case_id: int, *, by: str) -> bool:
    """Does what the button of a case says, once; False when somebody was faster.

    Raises TooMuchBack when there is nothing left to send back, or MoneyAtTheBank, and then nothing
    has changed.
    """
    case = payments.case(case_id)
    if case is None:
        return False
    orders.by_reference(case.order_reference, lock=True)  # before the case, as everywhere
    if not payments.settle_case(case_id, by=by):
        return False
    action = payments.ACTIONS[case.kind]
    if action == "refund":
        send_all_back(case.subject, asked_by=f"case:{case.id}", by=by)
    elif action == "refund_again":
        _refund_again(int(case.subject), by=by)
    elif action == "try_again":
        payments.hurry_refund(int(case.subject))
    elif action == "restock":
        put_all_back(case.order_reference, by=by)
    return True


def dismiss_case(case_id: int, *, by: str) -> bool:
    """Takes a case off the list without doing anything; False when it was off already."""
    return payments.settle_case(case_id, by=by)


def accept_amount(reference: str, *, by: str) -> bool:
    """Lets an order that was paid with another amount count as paid; False when it does already.

    Raises OutOfStock when its goods were given back meanwhile and are gone.
    """
    order = orders.by_reference(reference, lock=True)
    if order is None:
        raise orders.OrderNotFound
    if order.state != "on_hold":
        return False
    if not inventory.units_out(reference):
        inventory.take_again(reference, orders.quantities_of(order.id))
    orders.move(order.id, "paid")
    orders.note(order.id, "accepted", by)
    payments.close_case("paid_otherwise", order.payment_id or order.session_id or "", by=by)
    letters.write_confirmation(order.id)
    return True


def send_all_back(payment_id: str, *, asked_by: str, by: str) -> None:
    """Writes down that all that is left of a payment goes back.

    Raises TooMuchBack or MoneyAtTheBank.
    """
    taken = payments.payment(payment_id)
    order = orders.by_reference(taken.order_reference, lock=True) if taken else None
    if taken is None:
        raise payments.TooMuchBack(0)
    refuse_at_the_bank(taken)
    left = taken.amount_cents - payments.going_back_cents(payment_id)
    payments.owe_refund(
        payment_id, amount_cents=left, reason="requested", asked_by=asked_by, actor=by
    )
    if order is not None and order.payment_id == payment_id:
        orders.move(order.id, "refunding")
        _ask_about_goods(order)


def put_all_back(reference: str, *, by: str) -> None:
    """Puts all goods of an order that are still counted as sold back on the shelf."""
    orders.by_reference(reference, lock=True)  # else two at once would both count them
    inventory.put_back(reference, inventory.units_out(reference), actor=by)


def _ask_about_goods(order: orders.Order) -> None:
    """Nobody here knows whether the parcel has left; whoever does has one button for it."""
    if inventory.units_out(order.reference):
        payments.open_case(
            "goods_out",
            order.reference,
            order_reference=order.reference,
            sentence=words.goods_out(order),
        )


def _refund_again(refund_id: int, *, by: str) -> None:
    failed = payments.refund(refund_id)
    if failed is None:
        return
    orders.by_reference(failed.order_reference, lock=True)
    taken = payments.payment(failed.payment_id)
    if taken is not None:
        refuse_at_the_bank(taken)
    payments.owe_refund(
        failed.payment_id,
        amount_cents=failed.amount_cents,
        reason=failed.reason,
        asked_by=f"again:{refund_id}",
        note=failed.note,
        actor=by,
    )
