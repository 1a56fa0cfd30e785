"""The verb of recalls: a lot is out of sale, and everybody who got some of it is written to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from .. import inventory, mail, orders
from ..database import require_transaction
from ..errors import NotFound, Refusal
from .letters import letter, picture_url
from .models import Recall
from .wording import softening

#: What the law lets buyers choose from → as the letter says it.
REMEDIES: Mapping[str, str] = {
    "refund": "your money back",
    "replacement": "a replacement",
    "repair": "a repair",
}


class PlayedDown(Refusal):
    """A field of the notice has words that make the danger look small."""

    def __init__(self, field: str, words: str) -> None:
        self.field, self.words = field, words
        super().__init__(
            f"A recall notice must not play the danger down: please leave out “{words}”."
        )


class TooFewRemedies(Refusal):
    """The law wants a choice of at least two remedies, unless only one is possible."""

    def __init__(self) -> None:
        super().__init__(
            "Please offer at least two remedies, or confirm that only this one is possible."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a recall tells: product, hazard, what to do now, remedies and whom to ask."""

    product: str
    hazard: str
    action: str
    remedies: tuple[str, ...]
    contact: str
    has_only_one_remedy: bool = False

    def check(self) -> None:
        """Raises PlayedDown or TooFewRemedies."""
        for field, text in asdict(self).items():
            if isinstance(text, str) and (words := softening(text)):
                raise PlayedDown(field, words)
        if len(self.remedies) < (1 if self.has_only_one_remedy else 2):
            raise TooFewRemedies

    @property
    def remedy_words(self) -> str:
        """The remedies as a letter says them."""
        *first, last = [REMEDIES[word] for word in self.remedies]
        return f"{', '.join(first)} or {last}" if first else last


def recall(lot_id: int, notice: Notice, *, actor: str = "") -> int:
    """Quarantines a lot and writes to each order that got units of it and was not written to yet.

    Returns how many letters are new. The first notice of a lot stands: everybody reads the same.
    Raises PlayedDown, TooFewRemedies or NotFound.
    """
    session = require_transaction()
    lot = inventory.lot(lot_id)
    if lot is None:
        raise NotFound("There is no lot with this number.")
    inventory.quarantine(lot_id, note="Recalled")  # the lot's lock: of two, one writes the notice
    stored = session.scalar(select(Recall).where(Recall.lot_id == lot_id))
    if stored is None:
        notice.check()
        facts = {
            "product": notice.product,
            "hazard": notice.hazard,
            "action": notice.action,
            "remedies": notice.remedy_words,
            "contact": notice.contact,
        }
        made = insert(Recall).values(lot_id=lot_id, actor=actor[:120], **facts)
        session.execute(made)
        stored = session.scalars(select(Recall).where(Recall.lot_id == lot_id)).one()
    return write_letters(stored, lot)


def write_letters(stored: Recall, lot: inventory.Lot) -> int:
    """Writes to each order of a recalled lot that has no letter yet; returns how many are new."""
    got = inventory.who_got(lot.id)
    known = orders.by_references([one.reference for one in got])
    written, picture = 0, picture_url(lot.sku)
    for one in got:
        order = known.get(one.reference)
        if order is not None and order.email:
            written += mail.write(letter(stored, lot, order, units=one.units, picture=picture))
    return written
