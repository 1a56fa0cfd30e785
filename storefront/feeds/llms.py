"""llms.txt: the shop in a page of Markdown, for programs that answer questions about it."""

import re

from .. import catalog, guides
from ..display import LazyFacts
from ..pages import public_url

_MOST_PRODUCTS = 100  # a page to be read whole; the site map has the rest
_MOST_GUIDES = 100
_MARKS = re.compile(r"([\\\[\]*_`<>#])")


def llms_text() -> str:
    """Who we are, our terms, and where products and guides are, in at most six statements."""
    shop = LazyFacts()
    products = catalog.product_list(catalog.Filters(), per_page=_MOST_PRODUCTS).products
    parts = [
        f"# {_plain(shop.name)}\n\n> {_plain(shop.tagline)}\n",
        f"{_plain(shop.delivery_sentence)} {_plain(shop.returns_sentence)}"
        " All prices include VAT and can change; the page of a product says what holds now.\n",
        _part("Products", [_line(card.name, card.summary, "product", card.slug)
                           for card in products]),
        _part("Shelves", [_line(shelf.name, shelf.description, "category", shelf.slug)
                          for shelf in catalog.categories() if shelf.product_count]),
        _part("Guides", [_line(card.title, card.summary, "guide", card.slug)
                         for card in guides.guide_list(most=_MOST_GUIDES)]),
        _part("Whole lists", [
            f"- [All products with prices and stock]({public_url('google_feed')})",
            f"- [All addresses]({public_url('sitemap')})",
            f"- [New guides]({public_url('guides_feed')})",
        ]),
    ]  # fmt: skip
    return "\n".join(filter(None, parts))


def _part(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines) + "\n" if lines else ""


def _line(name: str, summary: str, endpoint: str, slug: str) -> str:
    link = f"- [{_plain(name)}]({public_url(endpoint, slug=slug)})"
    return f"{link}: {_plain(summary)}" if summary else link


def _plain(text: str) -> str:
    """One line in which no sign means anything to Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
