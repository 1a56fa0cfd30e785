"""The gift note of a cart: the buyer's own words to whoever gets the parcel."""

import re
from collections.abc import Collection

from sqlalchemy import select, update

from ..database import db, require_transaction
from ..errors import Refusal
from ..forms import tidied
from .models import Cart

LONGEST_NOTE = 300  # characters
MOST_NOTE_LINES = 12  # what stands well on a slip beside the goods
_GAP = re.compile(r"\n{3,}")


class NoteRefused(Refusal):
    """A gift note that does not fit onto a slip; the sentence says by how much."""


def read_note(text: str) -> str:
    """A gift note as it is kept: plain text, its line breaks, at most one empty line in a row.

    Raises NoteRefused.
    """
    lines = (line.rstrip() for line in (tidied(text) or "").split("\n"))
    note = _GAP.sub("\n\n", "\n".join(lines))
    over, count = len(note) - LONGEST_NOTE, note.count("\n") + 1
    if over > 0:
        raise NoteRefused(
            f"Your note has {len(note)} characters, and {LONGEST_NOTE} fit on the slip."
            f" Please take out {over}."
        )
    if count > MOST_NOTE_LINES:
        raise NoteRefused(
            f"Your note has {count} lines, and {MOST_NOTE_LINES} fit on the slip."
            f" Please take out {count - MOST_NOTE_LINES}."
        )
    return note


def gift_note_of(cart_id: int) -> str:
    """The gift note of a cart as it is at this moment; '' for none."""
    return db.session.scalar(select(Cart.gift_note).where(Cart.id == cart_id)) or ""


def forget_gift_notes(cart_ids: Collection[int]) -> None:
    """Erases the gift notes of these carts."""
    found = Cart.id.in_(sorted(cart_ids))
    require_transaction().execute(update(Cart).where(found).values(gift_note=""))
