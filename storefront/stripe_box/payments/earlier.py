"""Payments that were made before a box was there to take them, such as those of a demo's buyers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..errors import JSON
from . import ledger, payment_objects
from .cards import TEST_CARDS, Card
from .shopper import Submission

if TYPE_CHECKING:
    from ..box import Box

_CARD = Card(known=TEST_CARDS["4242424242424242"], exp_month=12, exp_year=2034)


def take_in(box: "Box", payments: Sequence[JSON]) -> None:
    """Save those that the box does not know as paid then, without an event.

    Each says its `id` (pi_…), `amount`, `currency`, `created`, `email` and `metadata`.
    """
    with box.store.transaction():
        for payment in payments:
            if not box.objects.is_taken(payment["id"]):
                _save(box, payment)


def _save(box: "Box", payment: JSON) -> None:
    submission = Submission(email=payment["email"], card=_CARD)
    page = {
        "payment_method_types": ["card"],
        "amount_total": payment["amount"],
        "currency": payment["currency"],
    }
    intent = payment_objects.new_intent(box, page, {"metadata": payment["metadata"]})
    method = payment_objects.new_payment_method(box, submission, submission.means)
    intent.update(id=payment["id"], payment_method=method["id"])
    charge = payment_objects.new_charge(box, intent, submission, decline=None)
    entry = ledger.book_charge(box, charge)
    charge["balance_transaction"] = entry["id"]
    intent.update(status="succeeded", amount_received=payment["amount"], latest_charge=charge["id"])
    entry["available_on"] = payment["created"]
    made = {"payment_method": method, "payment_intent": intent, "charge": charge}
    for kind, thing in (made | {ledger.ENTRY: entry}).items():
        box.objects.save(kind, thing | {"created": payment["created"]})
