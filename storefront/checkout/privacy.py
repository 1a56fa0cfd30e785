"""What somebody may ask for: the gift notes that they wrote, and that they are forgotten."""

from dataclasses import dataclass
from datetime import datetime

from .. import cart, mail, orders
from . import letters

_KIND = "order_confirmation"


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A gift note as it is kept, for whoever wrote it."""

    order_number: str
    gift_note: str
    placed_at: datetime


def gift_notes_of(email: str) -> tuple[KeptNote, ...]:
    """What the buyer with this address wrote, oldest first."""
    found = orders.with_gift_note(email)
    return tuple(KeptNote(one.number, one.gift_note, one.placed_at) for one in found)


def forget_gift_notes(email: str) -> int:
    """Erases the gift notes of an address, in carts and letters too; returns of how many orders.

    A confirmation that has not left yet is written anew without the note.
    """
    found = orders.with_gift_note(email)
    waiting = []
    for order in found:
        about = mail.letters_about([order.reference])
        if any(one.kind == _KIND and one.state != "sent" for one in about):
            waiting.append(order.id)
        orders.forget_gift_note(order.id)
    mail.forget([_KIND], [order.reference for order in found])
    cart.forget_gift_notes({order.cart_id for order in found if order.cart_id is not None})
    for order_id in waiting:
        letters.write_confirmation(order_id)
    return len(found)
