"""What pages show of the catalogue: frozen values without a database behind them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from flask import current_app, has_request_context
from markupsafe import Markup

from ..money import UnitPrice, unit_price
from ..pages import shop_url

_FALLBACK_WIDTH = 960


@dataclass(frozen=True, slots=True)
class PictureView:
    """A rendered picture: srcset strings, addresses of single files, a tiny blurred data: URI."""

    alt: str
    width: int
    height: int
    placeholder: str
    avif: str
    webp: str
    src: str
    largest: str
    smallest: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """One SKU as a shopper sees it; available counts units that can be bought now.

    prior_cents is there while a reduction is announced: the lowest price of the 30 days before it.
    amount counts net_unit, and is 0 for pieces. lasts_days is None where no amount of a use is
    known, else use_words say what it is reckoned by: use_amount, in net_unit, and uses_per_week, of
    which either may be known alone. price_until is when a price that runs for a time ends.
    """

    sku: str
    name: str
    price_cents: int
    prior_cents: int | None
    currency: str
    unit_price: UnitPrice | None
    net_content: str
    amount: int
    net_unit: str
    use_amount: Decimal | None
    uses_per_week: int | None
    lasts_days: int | None
    use_words: str
    available: int
    availability: str
    stock_sentence: str
    picture: PictureView | None
    gtin: str
    price_until: datetime | None
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class ProductCardView:
    """A product in a list; cheapest is the lowest price that can be bought now."""

    id: int
    slug: str
    name: str
    summary: str
    category_name: str
    category_slug: str
    picture: PictureView | None
    offers: tuple[OfferView, ...]
    cheapest: OfferView
    has_several_prices: bool
    is_sold_out: bool


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A shelf and how many products stand on it."""

    slug: str
    name: str
    description: str
    product_count: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product page: the card, and every fact that cosmetics law wants beside it."""

    id: int
    slug: str
    name: str
    summary: str
    category_name: str
    category_slug: str
    picture: PictureView | None
    offers: tuple[OfferView, ...]
    cheapest: OfferView
    has_several_prices: bool
    is_sold_out: bool
    description_html: Markup
    pictures: tuple[PictureView, ...]
    selected: OfferView
    directions: str
    ingredients: str
    warnings: str
    opened_months: int | None
    responsible_name: str
    responsible_address: str
    responsible_contact: str
    responsible_uk: str
    contact_us: str
    origin_country: str
    goes_with: str
    related: tuple[ProductCardView, ...]


@dataclass(frozen=True, slots=True)
class VariantView:
    """What a cart needs to know of one SKU; is_sold says whether it is on sale at all."""

    sku: str
    product_id: int
    category_id: int
    slug: str
    product_name: str
    name: str
    price_cents: int
    prior_cents: int | None
    currency: str
    net_content: int | None
    net_unit: str
    weight_grams: int
    tax_class: str
    is_sold: bool
    picture: PictureView | None

    @property
    def unit_price(self) -> UnitPrice | None:
        """The price per litre or kilogram, None for pieces and sets."""
        return price_per_unit(self.price_cents, self.currency, self.net_content, self.net_unit)


@lru_cache(maxsize=8192)
def price_per_unit(
    price_cents: int, currency: str, net_content: int | None, net_unit: str
) -> UnitPrice | None:
    """money.unit_price, remembered: the same few prices are shown on every page."""
    return unit_price(price_cents, currency, net_content=net_content, net_unit=net_unit)


@lru_cache(maxsize=1024)
def content_text(net_content: int | None, net_unit: str) -> str:
    """Net content as a label says it: '250 ml', '3 kg'; '' for pieces."""
    if not net_content or not net_unit:
        return ""
    if net_content >= 1000 and net_content % 100 == 0:
        return f"{net_content / 1000:g} {'l' if net_unit == 'ml' else 'kg'}"
    return f"{net_content} {net_unit}"


def availability(available: int, low: int) -> tuple[str, str]:
    """The state of a stock and the sentence for it; from `low` down the number is told."""
    if available <= 0:
        return "sold_out", "Sold out"
    if available <= low:
        return "low", f"Only {available} left"
    return "in_stock", "In stock"


def media_base() -> str:
    """The path below which rendered pictures are served, with its final slash."""
    if has_request_context():
        return shop_url("media", file="x")[:-1]
    path: str = current_app.extensions["storefront"].url_for("media", file="x")
    return path[:-1]


@lru_cache(maxsize=8192)
def picture_view(
    base: str, name: str, width: int, height: int, widths: str, placeholder: str, alt: str
) -> PictureView:
    """The view of a Picture row (same names as its columns); base comes from media_base()."""
    sizes = [int(size) for size in widths.split(",")]
    fallback = next((size for size in sizes if size >= _FALLBACK_WIDTH), sizes[-1])
    return PictureView(
        alt=alt,
        width=width,
        height=height,
        placeholder=placeholder,
        avif=", ".join(f"{base}{name}-{size}.avif {size}w" for size in sizes),
        webp=", ".join(f"{base}{name}-{size}.webp {size}w" for size in sizes),
        src=f"{base}{name}-{fallback}.webp",
        largest=f"{base}{name}-{sizes[-1]}.webp",
        smallest=f"{base}{name}-{sizes[0]}.webp",
    )
