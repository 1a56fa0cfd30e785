"""A guide's page made of any of its texts, before readers see it; nothing is written for it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..linking import compile_blocks, leans_on, linked, mentions, unknown_names
from ..models import Guide, GuideRevision
from ..references import known_names, known_pictures
from ..rendering import render_blocks
from ..source.problems import BrokenGuide
from ..source.reading import GuideFile, read_guide
from ..views import Block, GuidePage, GuideView, Surroundings
from .writing import guide_of, take_guides

_LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Previewed:
    """The newest text of a guide."""

    id: int
    title: str
    source: str
    saved_at: datetime


def make_preview_link(guide_id: int) -> str:
    """The token of a guide's preview, a new one where there is none; raises UnknownGuide."""
    take_guides()
    guide = guide_of(guide_id)
    if guide.preview_token is None:
        guide.preview_token = secrets.token_urlsafe(24)
    return guide.preview_token


def end_preview_link(guide_id: int) -> bool:
    """Makes the link to a preview worthless; False when there is none. Raises UnknownGuide."""
    take_guides()
    guide = guide_of(guide_id)
    had_one, guide.preview_token = guide.preview_token is not None, None
    return had_one


def by_token(token: str) -> Previewed | None:
    """What a token leads to: the newest revision; None when the token is worthless."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    row = db.read(
        select(Guide.id, Guide.title, GuideRevision.source, GuideRevision.saved_at)
        .join(
            GuideRevision,
            (GuideRevision.guide_id == Guide.id) & (GuideRevision.number == Guide.newest),
        )
        .where(Guide.preview_token == token)
    ).first()
    return Previewed(*row) if row else None


def preview_page(source: str, *, guide_id: int = 0) -> GuidePage:
    """The page that a text would have, with cards and links as they are now.

    Raises BrokenGuide with what is to be mended first.
    """
    file = read_guide(source.encode("utf-8", "replace"), "guide")
    names = {r.name for r in file.references if r.kind == "picture"}
    known = known_names([file], known_pictures(names))
    problems = unknown_names(file, known)
    if problems:
        raise BrokenGuide(problems)
    blocks = compile_blocks(file, known)
    own_picture = known.pictures.get(file.picture)
    picture_ids = linked(blocks, "picture") | ({own_picture} if own_picture else set())
    slugs = select(Guide.id, Guide.slug).where(
        Guide.id.in_(linked(blocks, "guide")), Guide.state == "published"
    )
    products = {product for product, _ in mentions(blocks)} | leans_on(blocks, known)
    cards, nearest = catalog.cards_and_nearest(products)
    around = Surroundings(
        cards,
        {row.id: row.slug for row in db.read(slugs)},
        catalog.picture_views(picture_ids),
        nearest,
    )
    view = around.pictures.get(own_picture) if own_picture else None
    picture = replace(view, alt=file.picture_alt) if view else None
    return GuidePage(_view(file, guide_id, picture, render_blocks(blocks, around)), ())


def _view(
    file: GuideFile, guide_id: int, picture: catalog.PictureView | None, blocks: tuple[Block, ...]
) -> GuideView:
    return GuideView(
        id=guide_id,
        slug=file.slug,
        title=file.title,
        summary=file.summary,
        picture=picture,
        minutes_to_read=file.minutes_to_read,
        updated_on=file.updated_on,
        author=file.author,
        reviewer=file.reviewer,
        reviewed_on=file.reviewed_on,
        published_on=file.published_on,
        ai_use=file.ai_use,
        blocks=blocks,
    )
