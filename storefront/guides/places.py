"""Where in a guide something was read or pressed: its number, which outlives its address."""

from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, or_, select

from .. import catalog
from ..database import db
from .models import Guide

_G = cast(Table, Guide.__table__).c
_F = cast(Table, catalog.FormerSlug.__table__).c


@dataclass(frozen=True, slots=True)
class Place:
    """A published guide by its number.

    blocks are the ids of its blocks in their order, then of the places beside its text that sell
    what goes with it.
    """

    guide_id: int
    slug: str
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GuideName:
    """What a guide is called now; slugs are all addresses that it has or had."""

    id: int
    slug: str
    title: str
    state: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockName:
    """A block of a guide: what carts remember it by, and the products that it is about, by id."""

    id: str
    kind: str
    products: tuple[int, ...]


def place_of(slug: str) -> Place | None:
    """The published guide at a present or former address, in one statement."""
    former = select(_F.target_id).where(_F.kind == "guide", _F.slug == slug).scalar_subquery()
    rows = db.read(
        select(_G.id, _G.slug, _G.blocks)
        .where(_G.state == "published", or_(_G.slug == slug, _G.id == former))
        .order_by((_G.slug == slug).desc())
        .limit(1)
    ).all()
    return Place(rows[0].id, rows[0].slug, _places(rows[0].blocks)) if rows else None


def guide_names() -> tuple[GuideName, ...]:
    """Every guide with its present and former addresses, by title, in two statements.

    An address that one guide gave up and another has now belongs to the one that has it.
    """
    rows = db.read(select(_G.id, _G.slug, _G.title, _G.state).order_by(_G.title, _G.id)).all()
    present = {row.slug for row in rows}
    former: dict[int, list[str]] = {}
    for slug, guide_id in db.read(select(_F.slug, _F.target_id).where(_F.kind == "guide")):
        if slug not in present:
            former.setdefault(guide_id, []).append(slug)
    return tuple(
        GuideName(row.id, row.slug, row.title, row.state, _slugs(row.slug, former.get(row.id, [])))
        for row in rows
    )


def blocks_in(guide_id: int) -> tuple[BlockName, ...]:
    """The blocks of a guide in their order; () without such a guide."""
    blocks = db.read(select(_G.blocks).where(_G.id == guide_id)).scalar_one_or_none()
    return tuple(
        BlockName(block["id"], block["kind"], tuple(block.get("products", ())))
        for block in blocks or ()
    )


def _slugs(present: str, former: list[str]) -> tuple[str, ...]:
    return (present, *sorted(former))


def _places(blocks: list[dict[str, str]]) -> tuple[str, ...]:
    return (*(block["id"] for block in blocks), catalog.BELOW_GUIDE, catalog.IN_CART)
