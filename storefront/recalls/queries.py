"""Reads of recalls."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from .. import inventory, mail, orders
from ..database import db
from .letters import KIND, reference_of
from .models import Recall


@dataclass(frozen=True, slots=True)
class Told:
    """An order that got units of a lot; state is that of its letter, '' before there is one."""

    order_reference: str
    number: str
    units: int
    packed_at: datetime
    has_email: bool
    state: str


def recall_of(lot_id: int) -> Recall | None:
    """The recall of a lot, if there is one."""
    return db.session.scalar(select(Recall).where(Recall.lot_id == lot_id))


def recalled_skus(order_reference: str, skus: Collection[str]) -> set[str]:
    """Those of these SKUs of which the order got a lot that was recalled."""
    rows = db.session.execute(
        select(Recall.lot_id, inventory.Lot.sku)
        .join(inventory.Lot, inventory.Lot.id == Recall.lot_id)
        .where(inventory.Lot.sku.in_(sorted(skus)))
    ).all()
    references = {reference_of(order_reference, row.lot_id): row.sku for row in rows}
    letters = mail.letters_about(list(references)) if references else []
    return {references[one.reference] for one in letters if one.kind == KIND}


def told(lot_id: int) -> list[Told]:
    """Everybody who got a lot, and where their letter stands; three statements."""
    got = inventory.who_got(lot_id)
    known = orders.by_references([one.reference for one in got])
    references = [reference_of(one.reference, lot_id) for one in got]
    letters = mail.letters_about(references) if references else []
    states = {one.reference: one.state for one in letters}
    return [
        Told(
            one.reference,
            known[one.reference].number if one.reference in known else "",
            one.units,
            one.packed_at,
            one.reference in known and bool(known[one.reference].email),
            states.get(reference_of(one.reference, lot_id), ""),
        )
        for one in got
    ]
