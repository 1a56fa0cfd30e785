"""A guide's page made of any of its texts, before readers see it; nothing is written for it."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..linking import compile_blocks, in_order, leans_on, linked, mentions, unknown_names
from ..models import IS_NEWEST, Guide, GuideRevision
from ..references import known_to
from ..rendering import render_blocks
from ..source.problems import BrokenGuide
from ..source.reading import read_guide_text
from ..views import GuidePage, Surroundings, guide_view
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
        .join(GuideRevision, IS_NEWEST)
        .where(Guide.preview_token == token)
    ).first()
    return Previewed(*row) if row else None


def preview_page(source: str, *, guide_id: int = 0) -> GuidePage:
    """The page that a text would have, with cards and links as they are now.

    Raises BrokenGuide with what is to be mended first.
    """
    file = read_guide_text(source)
    known = known_to(file)
    problems = unknown_names(file, known)
    if problems:
        raise BrokenGuide(problems)
    blocks = compile_blocks(file, known)
    products = {product for product, _ in mentions(blocks)} | leans_on(blocks, known)
    found = catalog.offered(products, in_order(catalog.fields_of(products), blocks))
    own_picture = known.pictures.get(file.picture)
    around = _around(blocks, found, {own_picture} if own_picture else set())
    view = around.pictures.get(own_picture) if own_picture else None
    picture = replace(view, alt=file.picture_alt) if view else None
    guide = guide_view(file, id=guide_id, picture=picture, blocks=render_blocks(blocks, around))
    return GuidePage(guide, (), found.pairings)


def _around(
    blocks: list[dict[str, Any]], found: catalog.Offered, own_picture: set[int]
) -> Surroundings:
    slugs = select(Guide.id, Guide.slug).where(
        Guide.id.in_(linked(blocks, "guide")), Guide.state == "published"
    )
    return Surroundings(
        found.cards,
        {row.id: row.slug for row in db.read(slugs)},
        catalog.picture_views(linked(blocks, "picture") | own_picture),
        found.nearest,
    )
