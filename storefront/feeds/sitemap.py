"""The map of the site for search engines: an index, and files of pages, guides and products.

Filters, carts and whatever is not on sale are in none of them.
"""

from collections.abc import Iterable

from .. import catalog, guides
from ..pages import public_url
from .mapping import Bases, Picture, picture_of
from .xml import DECLARATION, element

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_IMAGES = "http://www.google.com/schemas/sitemap-image/1.1"
_MOST = 50_000  # addresses in one file, by the protocol


def index() -> str:
    """Where the files are. Those of products hold the same ids for ever."""
    names: list[tuple[str, dict[str, int], str]] = [
        ("sitemap_pages", {}, ""),
        ("sitemap_guides", {}, ""),
    ]
    names += [
        ("sitemap_products", {"number": found.number}, found.changed_at.isoformat())
        for found in catalog.stretches()
    ]
    files = "".join(
        f"<sitemap>{element('loc', public_url(name, **values))}{_changed(at)}</sitemap>\n"
        for name, values, at in names
    )
    return f'{DECLARATION}<sitemapindex xmlns="{_SITEMAPS}">\n{files}</sitemapindex>\n'


def pages() -> str:
    """Front page, lists and shelves with something on them."""
    shelves = [shelf.slug for shelf in catalog.categories() if shelf.product_count]
    found = [public_url(name) for name in ("home", "products", "guides")]
    found += [public_url("category", slug=slug) for slug in shelves]
    return _file(_page(url) for url in found)


def guide_pages() -> str:
    """Every published guide with its picture."""
    base, bases = public_url("guide", slug="x")[:-1], Bases.now()
    return _file(
        _page(
            f"{base}{card.slug}",
            card.updated_on.isoformat(),
            [picture_of(card.picture, bases)] if card.picture else [],
        )
        for card in guides.guide_list(most=_MOST)
    )


def product_pages(number: int) -> str | None:
    """The products of a stretch with their pictures; None when nothing of it is on sale."""
    bases = Bases.now()
    found = catalog.listed_in(number)
    if not found:
        return None
    return _file(
        _page(
            f"{bases.product}{product.slug}",
            product.updated_at.isoformat("T", "seconds"),
            [picture_of(view, bases) for view in product.pictures],
        )
        for product in found
    )


def _file(pages: Iterable[str]) -> str:
    names = f'xmlns="{_SITEMAPS}" xmlns:image="{_IMAGES}"'
    return f"{DECLARATION}<urlset {names}>\n{''.join(pages)}</urlset>\n"


def _page(url: str, changed: str = "", pictures: Iterable[Picture] = ()) -> str:
    shown = "".join(
        f"<image:image>{element('image:loc', picture.url)}</image:image>" for picture in pictures
    )
    return f"<url>{element('loc', url)}{_changed(changed)}{shown}</url>\n"


def _changed(at: str) -> str:
    return element("lastmod", at) if at else ""
