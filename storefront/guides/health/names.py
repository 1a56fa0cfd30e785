"""Everything that texts may lead to, read once for many texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..checking.tokens import Sizes, read_sizes
from ..models import Guide


@dataclass(frozen=True, slots=True)
class Target:
    """A product or guide: its present address, and whether readers can open it."""

    id: int
    slug: str
    name: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Names of products, guides, pictures and sizes; former addresses lead to the present ones."""

    products: Mapping[str, Target]
    guides: Mapping[str, Target]
    pictures: frozenset[str]
    skus: frozenset[str]
    cards: Mapping[int, catalog.ProductCardView]
    nearest: Mapping[int, catalog.Near]
    offers: Mapping[str, catalog.OfferView]  # SKU → a size that is on sale
    sizes: Sizes

    def of(self, kind: str) -> Mapping[str, Target]:
        """The targets of links of a kind."""
        return self.products if kind == "product" else self.guides


def read_names() -> Names:
    """The names of the shop at this moment, in nine statements at most."""
    P, F = catalog.Product, catalog.FormerSlug
    rows = db.session.execute(select(P.id, P.slug, P.name, P.state)).all()
    on_sale = [row.id for row in rows if row.state == "published"]
    cards, nearest = catalog.cards_and_nearest(on_sale)
    products = {row.slug: Target(row.id, row.slug, row.name, row.id in cards) for row in rows}
    guides = {
        row.slug: Target(row.id, row.slug, row.title, row.state == "published")
        for row in db.session.execute(select(Guide.id, Guide.slug, Guide.title, Guide.state))
    }
    by_id = {
        "product": {one.id: one for one in products.values()},
        "guide": {one.id: one for one in guides.values()},
    }
    former: dict[str, dict[str, Target]] = {"product": {}, "guide": {}}
    for kind, slug, target_id in db.session.execute(select(F.kind, F.slug, F.target_id)):
        if target_id in by_id.get(kind, {}):
            former[kind][slug] = by_id[kind][target_id]
    return Names(
        products=former["product"] | products,
        guides=former["guide"] | guides,
        pictures=frozenset(db.session.scalars(select(catalog.Picture.file))),
        skus=frozenset(db.session.scalars(select(catalog.Variant.sku))),
        cards=cards,
        nearest=nearest,
        offers={offer.sku: offer for card in cards.values() for offer in card.offers},
        sizes=read_sizes(),
    )
