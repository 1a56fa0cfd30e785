"""What guides show in place of sold-out products, written down when it begins and when it ends.

The worker looks once a minute, so a moment in the log is at most a minute late; reading a page
writes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from .. import catalog
from ..database import db, require_transaction, take_turn
from .linking import places
from .models import Guide, GuideLean, GuideMention, GuideSwap
from .standing_in import stand_in

Key = tuple[int, str, int]  # guide, block, product
_LATELY = 50


@dataclass(frozen=True, slots=True)
class SwapView:
    """One line of the log of what stood in; ended_at is None while it goes on."""

    guide_id: int
    guide: str
    block: str
    product: str
    instead: str
    chosen_by: str
    began_at: datetime
    ended_at: datetime | None


def note_swaps(*, now: datetime) -> int:
    """Writes down which swaps have begun and ended since it was last asked; returns how many."""
    session = require_transaction()
    take_turn("guide swaps")
    wanted = swaps_now()
    changed = 0
    for row in session.scalars(select(GuideSwap).where(GuideSwap.ended_at.is_(None))).all():
        key = (row.guide_id, row.block, row.product_id)
        there = wanted.get(key)
        if there and (there["instead_id"], there["chosen_by"]) == (row.instead_id, row.chosen_by):
            del wanted[key]
        else:
            session.execute(update(GuideSwap).where(GuideSwap.id == row.id).values(ended_at=now))
            changed += 1
    for (guide_id, block, product_id), values in sorted(wanted.items()):
        session.add(
            GuideSwap(guide_id=guide_id, block=block, product_id=product_id, began_at=now, **values)
        )
    session.flush()
    return changed + len(wanted)


def swaps_now() -> dict[Key, dict[str, Any]]:
    """Everything sold out that published guides speak of, with who stands in for it."""
    is_public = select(Guide.id).where(Guide.state == "published")
    ids: set[int] = set()
    for table in (GuideMention, GuideLean):
        rows = db.session.execute(
            select(table.product_id).where(table.guide_id.in_(is_public)).distinct()
        )
        ids.update(rows.scalars())
    cards, nearest = catalog.cards_and_nearest(ids)
    out = [id_ for id_, card in cards.items() if card.is_sold_out and id_ in ids]
    if not out:
        return {}
    spoken = select(GuideMention.guide_id).where(GuideMention.product_id.in_(out))
    guides = db.session.execute(
        select(Guide.id, Guide.blocks).where(Guide.state == "published", Guide.id.in_(spoken))
    )
    found: dict[Key, dict[str, Any]] = {}
    for guide_id, blocks in guides:
        for block, product, wanted in _spoken_of(blocks):
            if product in out:
                who = stand_in(product, wanted, cards=cards, nearest=nearest)
                found.setdefault(
                    (guide_id, block, product),
                    {
                        "product": cards[product].name,
                        "instead_id": who.card.id if who else None,
                        "instead": who.card.name if who else "",
                        "chosen_by": who.chosen_by if who else "nobody",
                    },
                )
    return found


def swaps(*, guide_id: int | None = None) -> list[SwapView]:
    """What goes on and what ended lately, the newest first, of one guide or of all."""
    query = (
        select(
            GuideSwap.guide_id, Guide.title, GuideSwap.block, GuideSwap.product, GuideSwap.instead,
            GuideSwap.chosen_by, GuideSwap.began_at, GuideSwap.ended_at,
        )
        .join(Guide, Guide.id == GuideSwap.guide_id)
        .order_by(GuideSwap.ended_at.is_not(None), GuideSwap.id.desc())
        .limit(_LATELY)
    )  # fmt: skip
    if guide_id is not None:
        query = query.where(GuideSwap.guide_id == guide_id)
    return [SwapView(*row) for row in db.session.execute(query)]


def _spoken_of(blocks: list[Mapping[str, Any]]) -> Iterator[tuple[str, int, int | None]]:
    """Block, product and the author's alternative, as the page would show them."""
    for block in blocks:
        for product in block.get("products", ()):
            yield block["id"], product, block.get("instead")
        for part in places(block["parts"]):
            if "product" in part:
                yield block["id"], part["product"], part.get("instead")
