"""Somebody who writes guides: drafts, their texts, and what is kept of them."""

import sqlalchemy as sa

from storefront import guides
from storefront.database import db

from .guides import written
from .shop import Shop


def draft(shop: Shop, body: str = "A basin and warm water.\n", **fields: str) -> int:
    """A draft with this text as its second revision; gives its number."""
    title = fields.get("title", "The foot bath")
    id_ = shop.do(lambda: guides.create_guide(title, author="Ida Marwitz", by="ida"))
    save(shop, id_, body, **fields)
    return id_


def save(
    shop: Shop, guide_id: int, body: str, *, seen: int = 0, by: str = "ida", **fields: str
) -> int:
    """Saves a text over the newest revision, or over one that was seen; gives its number."""
    source = written(body, **fields).decode()
    seen = seen or sheet(shop, guide_id).newest
    return shop.do(lambda: guides.save_draft(guide_id, source, seen=seen, by=by))


def publish_now(shop: Shop, guide_id: int) -> bool:
    """Publishes the newest revision."""
    seen = sheet(shop, guide_id).newest
    return shop.do(lambda: guides.publish_newest(guide_id, seen=seen))


def sheet(shop: Shop, guide_id: int) -> guides.Sheet:
    """The guide as the desk knows it."""
    found = shop.ask(lambda: guides.guide_sheet(guide_id))
    assert found is not None
    return found


def row(shop: Shop, guide_id: int) -> guides.Guide:
    """The row of a guide."""
    found = shop.ask(lambda: db.session.get(guides.Guide, guide_id))
    assert found is not None
    return found


def kept(shop: Shop, guide_id: int) -> list[tuple[int, str, str]]:
    """Number, person and note of each revision, oldest first."""
    revision = guides.GuideRevision
    query = (
        sa.select(revision.number, revision.saved_by, revision.note)
        .where(revision.guide_id == guide_id)
        .order_by(revision.number)
    )
    return shop.ask(lambda: [tuple(one) for one in db.session.execute(query)])
