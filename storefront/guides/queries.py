"""Reads of the guides for pages; a guide's page takes six statements at most, however long."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, String, Table, bindparam, func, select, union_all
from sqlalchemy import cast as sql_cast

from .. import catalog
from ..catalog import PictureView
from ..database import db
from .linking import in_order, linked
from .models import Guide, GuideLean, GuideMention
from .rendering import render_blocks
from .views import GuideCardView, GuidePage, Surroundings, guide_view

MORE = 3

_G = cast(Table, Guide.__table__).c
_M = cast(Table, GuideMention.__table__).c
_L = cast(Table, GuideLean.__table__).c
_F = cast(Table, catalog.FormerSlug.__table__).c

_CARD = (_G.id, _G.slug, _G.title, _G.summary, _G.picture_id, _G.picture_alt, _G.minutes_to_read,
         _G.updated_on)  # fmt: skip
_IS_PUBLIC = _G.state == "published"
_NEWEST = (_G.published_on.desc(), _G.id.desc())

# A mention disappears with its product, so an id that is given to a new one leads nowhere here.
_PRODUCTS = (
    select(func.aggregate_strings(sql_cast(_M.product_id, String), ","))
    .where(_M.guide_id == _G.id)
    .scalar_subquery()
)
_LEANS_ON = (
    select(func.aggregate_strings(sql_cast(_L.product_id, String), ","))
    .where(_L.guide_id == _G.id)
    .scalar_subquery()
)
_SAID = catalog.said_by(
    select(_M.product_id).where(_M.guide_id == _G.id).correlate(Guide.__table__)
)
_GUIDE = select(
    *_CARD, _G.author, _G.reviewer, _G.reviewed_on, _G.published_on, _G.ai_use, _G.blocks,
    _PRODUCTS.label("products"), _LEANS_ON.label("leans_on"), _SAID.label("said"),
).where(_G.slug == bindparam("slug"), _IS_PUBLIC)  # fmt: skip
_AROUND = (
    select(*_CARD)
    .where(
        _IS_PUBLIC,
        _G.id != bindparam("id"),
        _G.id.in_(
            union_all(
                select(_G.id).where(_G.id.in_(bindparam("linked", expanding=True))),
                select(
                    select(_G.id).where(_IS_PUBLIC).order_by(*_NEWEST).limit(MORE + 1)
                    .subquery().c.id
                ),
            )
        ),
    )
    .order_by(*_NEWEST)
)  # fmt: skip
_LIST = select(*_CARD).where(_IS_PUBLIC).order_by(*_NEWEST)
_FIRST_FEW = _LIST.limit(bindparam("most"))
_MENTIONING = _LIST.where(
    _G.id.in_(select(_M.guide_id).where(_M.product_id == bindparam("product_id")))
)
_SLUGS: BindParameter[Any] = bindparam("slugs", expanding=True)
_TITLES = union_all(
    select(_F.slug, _G.title)
    .join(Guide.__table__, _G.id == _F.target_id)
    .where(_F.kind == "guide", _F.slug.in_(_SLUGS)),
    select(_G.slug, _G.title).where(_G.slug.in_(_SLUGS)),
)


def guide_list(*, most: int | None = None) -> tuple[GuideCardView, ...]:
    """The published guides, newest first, all or the first few, in two statements."""
    if most is None:
        return _cards(db.read(_LIST).all())
    return _cards(db.read(_FIRST_FEW, {"most": most}).all())


def guide_page(slug: str) -> GuidePage | None:
    """A published guide with live cards, links and what goes with them; None when there is none.

    In five statements, in six while something in it is sold out.
    """
    row = db.read(_GUIDE, {"slug": slug}).first()
    if row is None:
        return None
    leads_to = linked(row.blocks, "guide")
    around = db.read(_AROUND, {"id": row.id, "linked": sorted(leads_to)}).all()
    more = sorted(around, key=lambda other: other.id not in leads_to)[:MORE]
    ids = f"{row.products or ''},{row.leans_on or ''}".split(",")
    fields = in_order(catalog.read_said(row.said), row.blocks)
    found = catalog.offered((int(id_) for id_ in ids if id_), fields)
    wanted = {other.picture_id for other in (row, *more)} | linked(row.blocks, "picture")
    pictures = catalog.picture_views(wanted - {None})
    slugs = {row.id: row.slug} | {other.id: other.slug for other in around}
    surroundings = Surroundings(found.cards, slugs, pictures, found.nearest)
    cards = tuple(_card(other, pictures.get(other.picture_id)) for other in more)
    picture = _picture(pictures.get(row.picture_id), row.picture_alt)
    blocks = render_blocks(row.blocks, surroundings)
    guide = guide_view(row, id=row.id, picture=picture, blocks=blocks)
    return GuidePage(guide, cards, found.pairings)


def guides_mentioning(product_id: int) -> tuple[GuideCardView, ...]:
    """The published guides that speak of a product, newest first, in two statements."""
    return _cards(db.read(_MENTIONING, {"product_id": product_id}).all())


def titles_by_slug(slugs: Iterable[str]) -> dict[str, str]:
    """Slug → title, in one statement; former slugs are understood, unknown ones left out."""
    wanted = sorted(set(slugs))
    if not wanted:
        return {}
    rows = db.read(_TITLES, {"slugs": wanted})
    return {row.slug: row.title for row in rows}


def present_slug(former: str) -> str | None:
    """Where a guide that was once at this slug is published now."""
    guide_id = catalog.resolve_slug("guide", former)
    if guide_id is None:
        return None
    return db.read(select(_G.slug).where(_G.id == guide_id, _IS_PUBLIC)).scalar_one_or_none()


def _cards(rows: Sequence[Any]) -> tuple[GuideCardView, ...]:
    pictures = catalog.picture_views({row[4] for row in rows} - {None})
    return _same_cards(tuple(map(tuple, rows)), tuple(pictures.get(row[4]) for row in rows))


@lru_cache(maxsize=1024)  # the same rows make the same cards, found again without comparing them
def _same_cards(
    rows: tuple[Any, ...], pictures: tuple[PictureView | None, ...]
) -> tuple[GuideCardView, ...]:
    return tuple(_card(row, picture) for row, picture in zip(rows, pictures, strict=True))


def _card(row: Any, picture: PictureView | None) -> GuideCardView:
    _, slug, title, summary, _, alt, minutes, updated_on = row[:8]  # _CARD, in its order
    return GuideCardView(slug, title, summary, _picture(picture, alt), minutes, updated_on)


@lru_cache(maxsize=4096)
def _picture(view: PictureView | None, alt: str) -> PictureView | None:
    return replace(view, alt=alt) if view else None
