"""The one mapping: what is said of an article, wherever machines read it.

Pages (JSON-LD, Open Graph) and the product feed are both written from these values, which come
from the same views as the page itself, so none of them can say another price, unit price or stock.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from .. import delivery
from ..catalog import OfferView, PictureView, ProductCardView, ProductView
from ..delivery import DeliveryOption
from ..display import LazyFacts
from ..money import plain_money
from ..pages import public_url, settings

BASES = {"ml": "l", "g": "kg"}  # what a unit price is reckoned for
MOST_PICTURES = 11  # as many as Google takes of an article


@dataclass(frozen=True, slots=True)
class Picture:
    """One rendition of a picture, by its absolute address."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Article:
    """One SKU as machines read it. Prices are plain decimals: '12.90'.

    was is there while a reduction is announced: the lowest price of the 30 days before it.
    content and unit are set for what is sold by volume or weight, so that price / content is the
    unit price that the page shows.
    """

    sku: str
    gtin: str
    title: str
    size: str
    url: str
    pictures: tuple[Picture, ...]
    price: str
    was: str
    currency: str
    price_until: datetime | None
    content: int
    unit: str
    is_available: bool
    deliveries: tuple[tuple[DeliveryOption, tuple[str, ...]], ...]  # of one unit, and where to


@dataclass(frozen=True, slots=True)
class Goods:
    """A product with its articles; group names it for ever, whatever it is called."""

    group: str
    name: str
    summary: str
    category: str
    url: str
    pictures: tuple[Picture, ...]
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Bases:
    """What absolute addresses begin with, worked out once for many of them."""

    product: str
    media: str

    @classmethod
    def now(cls) -> "Bases":
        """Those of the current app."""
        return cls(public_url("product", slug="x")[:-1], public_url("media", file="x")[:-1])


def goods_of(
    product: ProductCardView | ProductView, pictures: tuple[PictureView, ...], bases: Bases
) -> Goods:
    """A product on sale, with all its pictures."""
    url = f"{bases.product}{product.slug}"
    return Goods(
        group=str(product.id),
        name=product.name,
        summary=product.summary or product.name,
        category=product.category_name,
        url=url,
        pictures=tuple(picture_of(view, bases) for view in pictures[:MOST_PICTURES]),
        articles=tuple(
            _article(product.name, offer, _own_first(offer, pictures), url, bases)
            for offer in product.offers
        ),
    )


def picture_of(view: PictureView, bases: Bases) -> Picture:
    """The rendition that a page shows where srcset is not understood."""
    file = view.src.rpartition("/")[2]
    width = int(file.rpartition("-")[2].partition(".")[0])
    return Picture(bases.media + file, width, round(width * view.height / view.width), view.alt)


def brand() -> str:
    """The brand of all goods, '' where there are several or nobody said one."""
    found = settings()
    return found.STOREFRONT_BRAND or (found.STOREFRONT_NAME if LazyFacts().is_invented else "")


def return_days() -> int:
    """Within how many days goods may be sent back; 0 where the note on the pages says another."""
    found = settings()
    words = found.STOREFRONT_RETURNS_NOTE.replace("-", " ").split()
    return found.STOREFRONT_RETURN_DAYS if str(found.STOREFRONT_RETURN_DAYS) in words else 0


def _own_first(offer: OfferView, pictures: tuple[PictureView, ...]) -> tuple[PictureView, ...]:
    rest = [view for view in pictures if view != offer.picture]
    return tuple([offer.picture, *rest][:MOST_PICTURES]) if offer.picture else tuple(rest)


def _article(
    name: str, offer: OfferView, pictures: tuple[PictureView, ...], url: str, bases: Bases
) -> Article:
    return Article(
        sku=offer.sku,
        gtin=offer.gtin,
        title=f"{name}, {offer.name}",
        size=offer.name,
        url=f"{url}?variant={quote(offer.sku, safe='')}",
        pictures=tuple(picture_of(view, bases) for view in pictures),
        price=plain_money(offer.price_cents, offer.currency),
        was=plain_money(offer.prior_cents, offer.currency) if offer.prior_cents else "",
        currency=offer.currency,
        price_until=offer.price_until,
        content=offer.amount if offer.unit_price else 0,
        unit=offer.net_unit if offer.unit_price else "",
        is_available=offer.available > 0,
        deliveries=delivery.deliveries_for(offer.price_cents),
    )
