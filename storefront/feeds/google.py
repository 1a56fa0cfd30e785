"""The product feed as Google Merchant Center reads it: RSS 2.0 with one item for each SKU."""

from collections.abc import Iterable, Iterator

from .. import catalog
from ..database import close_session
from ..money import plain_money
from ..pages import public_url, settings
from .mapping import BASES, Article, Bases, Goods, brand, goods_of
from .xml import DECLARATION, element

_LONGEST_TITLE = 150
_LONGEST_TEXT = 5000


def google_feed(stretches: Iterable[catalog.Stretch]) -> Iterator[bytes]:
    """The whole feed in parts, each in two statements; between them no connection is held."""
    bases, own = Bases.now(), brand()
    yield _opening().encode()
    for stretch in stretches:
        found = catalog.cards_in(stretch.number)
        close_session()
        items = (_items(goods_of(card, pictures, bases), own) for card, pictures in found)
        yield "".join(items).encode()
    yield b"</channel></rss>\n"


def _opening() -> str:
    found = settings()
    return (
        f'{DECLARATION}<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
        + element("title", found.STOREFRONT_NAME)
        + element("link", public_url("home"))
        + element("description", found.STOREFRONT_TAGLINE)
        + "\n"
    )


def _items(goods: Goods, own: str) -> str:
    return "".join(f"<item>{_item(goods, article, own)}</item>\n" for article in goods.articles)


def _item(goods: Goods, article: Article, own: str) -> str:
    first, *others = article.pictures or (None,)
    parts = [
        ("id", article.sku),
        ("title", article.title[:_LONGEST_TITLE]),
        ("description", goods.summary[:_LONGEST_TEXT]),
        ("link", article.url),
        ("canonical_link", goods.url),
        *([("image_link", first.url)] if first else []),
        *(("additional_image_link", picture.url) for picture in others if picture),
        ("availability", "in_stock" if article.is_available else "out_of_stock"),
        ("condition", "new"),
        *_prices(article),
        *_names(article, own),
        ("product_type", goods.category),
    ]
    if len(goods.articles) > 1:
        parts += [("item_group_id", goods.group), ("size", article.size)]
    return "".join(element(f"g:{name}", text) for name, text in parts) + _delivery(article)


def _prices(article: Article) -> list[tuple[str, str]]:
    """What is charged now is the price, or the sale price beside what it is measured by."""
    now = f"{article.price} {article.currency}"
    before = f"{article.was} {article.currency}"
    parts = [("price", before), ("sale_price", now)] if article.was else [("price", now)]
    if article.unit:
        parts += [
            ("unit_pricing_measure", f"{article.content} {article.unit}"),
            ("unit_pricing_base_measure", f"1 {BASES[article.unit]}"),
        ]
    return parts


def _names(article: Article, own: str) -> list[tuple[str, str]]:
    """By what the world knows it: its GTIN, or our own number where the goods are our own."""
    parts = [("brand", own), ("mpn", article.sku)] if own else []
    if article.gtin:
        return [("gtin", article.gtin), *parts]
    return parts or [("identifier_exists", "no")]


def _delivery(article: Article) -> str:
    """What one unit by itself costs to send, to each country."""
    said = {
        code: element("g:service", way.name)
        + element("g:price", f"{plain_money(way.price_cents, article.currency)} {article.currency}")
        for way, codes in article.deliveries
        for code in codes
    }
    return "".join(
        f"<g:shipping>{element('g:country', code)}{said[code]}</g:shipping>"
        for code in settings().countries
    )
