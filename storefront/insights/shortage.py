"""What guides advertise right now and the shelf lacks, with the demand that this has lost."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from .. import catalog, guides, inventory
from ..database import db
from .models import LostDemand


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A guide that speaks of the article, and how often readers wanted it from there in vain."""

    slug: str
    title: str
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Shortage:
    """A low or sold-out article in published guides; lost counts since a day, in the shop too."""

    sku: str
    name: str
    size: str
    slug: str
    available: int
    price_cents: int
    currency: str
    lost: int
    guides: tuple[GuideLink, ...]

    @property
    def lost_cents(self) -> int:
        """One unit for each time it was wanted in vain, at today's price."""
        return self.lost * self.price_cents


def shortages(low: int, *, since: date, most: int) -> tuple[Shortage, ...]:
    """The articles that hurt most, sold out before low; in three statements.

    low is the mark of articles that have none of their own.
    """
    rows = _articles(low, since, most)
    if not rows:
        return ()
    links = _guides({row.id for row in rows}, [row.sku for row in rows], since)
    return tuple(
        Shortage(
            sku=row.sku,
            name=row.product,
            size=row.size,
            slug=row.slug,
            available=max(row.available, 0),
            price_cents=row.price_cents,
            currency=row.currency,
            lost=int(row.lost),
            guides=links.get((row.id, row.sku), ()),
        )
        for row in rows
    )


def _articles(low: int, since: date, most: int) -> list[Any]:
    P, V, S = catalog.Product, catalog.Variant, inventory.Stock
    lost = (
        select(LostDemand.sku, func.sum(LostDemand.refused + LostDemand.sign_ups).label("times"))
        .where(LostDemand.day >= since)
        .group_by(LostDemand.sku)
        .subquery()
    )
    times = func.coalesce(lost.c.times, 0)
    advertised = select(guides.GuideMention.product_id).join(
        guides.Guide, guides.Guide.id == guides.GuideMention.guide_id
    )
    found = db.session.execute(
        select(
            V.sku, P.id, P.slug, P.name.label("product"), V.name.label("size"), V.price_cents,
            V.currency, inventory.SELLABLE.label("available"), times.label("lost"),
        )
        .join(P, P.id == V.product_id)
        .join(S, S.sku == V.sku)
        .outerjoin(lost, lost.c.sku == V.sku)
        .where(
            V.is_sold.is_(True),
            P.state == "published",
            P.id.in_(advertised.where(guides.Guide.state == "published")),
            func.coalesce(S.low_at, low) >= inventory.SELLABLE,
        )
        .order_by(inventory.SELLABLE > 0, times.desc(), inventory.SELLABLE, V.sku)
        .limit(most)
    )  # fmt: skip
    return list(found.all())


def _guides(
    product_ids: set[int], skus: list[str], since: date
) -> dict[tuple[int, str], tuple[GuideLink, ...]]:
    """The guides of each article, those first from which it was wanted most."""
    G, M = guides.Guide, guides.GuideMention
    links = db.session.execute(
        select(M.product_id, G.slug, G.title)
        .join(G, G.id == M.guide_id)
        .where(M.product_id.in_(product_ids), G.state == "published")
        .distinct()
        .order_by(G.title, G.slug)
    ).all()
    lost = {
        (row.sku, row.guide_slug): int(row.times)
        for row in db.session.execute(
            select(
                LostDemand.sku,
                LostDemand.guide_slug,
                func.sum(LostDemand.refused + LostDemand.sign_ups).label("times"),
            )
            .where(LostDemand.sku.in_(skus), LostDemand.day >= since)
            .group_by(LostDemand.sku, LostDemand.guide_slug)
        )
    }
    found: dict[tuple[int, str], tuple[GuideLink, ...]] = {}
    for product_id in product_ids:
        own = [GuideLink(slug, title) for id_, slug, title in links if id_ == product_id]
        for sku in skus:
            counted = [replace(link, lost=lost.get((sku, link.slug), 0)) for link in own]
            found[product_id, sku] = tuple(sorted(counted, key=lambda link: -link.lost))
    return found
