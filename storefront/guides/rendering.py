"""Compiled blocks to what the page shows now: links that lead somewhere, cards with live stock.

The words are the author's and never change. What is sold out keeps its link, and a note behind it
says so, once in each block; what is not in the shop any more leaves its words as plain text.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from .. import catalog
from ..catalog import PictureView, ProductCardView
from ..pages import shop_url
from .linking import places
from .source.markdown import Part
from .standing_in import StandIn
from .views import (
    Block,
    CompareBlock,
    HtmlBlock,
    ProductBlock,
    QuoteBlock,
    StepsBlock,
    Surroundings,
    TakeawaysBlock,
    Taken,
)

_SIZES = "(min-width: 45rem) 42rem, 100vw"


def render_blocks(blocks: Iterable[Mapping[str, Any]], around: Surroundings) -> tuple[Block, ...]:
    """The blocks of a guide as its page shows them at this moment."""
    return tuple(_render(block, around) for block in blocks)


def _render(block: Mapping[str, Any], around: Surroundings) -> Block:
    products = block.get("products", [])
    name, html = block["id"], _Words(around, products).html(block["parts"])
    match block["kind"]:
        case "takeaways":
            return TakeawaysBlock(name, html)
        case "steps":
            facts = block["title"], block["minutes"], block["often"], block.get("use", "")
            return StepsBlock(name, html, *facts, _takes(block, around))
        case "quote":
            return QuoteBlock(name, html, block["by"])
        case "product" | "compare":
            return _cards(name, html, products, block.get("instead"), around)
        case _:
            return HtmlBlock(name, html)


def _takes(block: Mapping[str, Any], around: Surroundings) -> tuple[Taken, ...]:
    """What steps for a use take: products that they lead to, each once, of a known amount.

    Guides that were saved before there were uses have none.
    """
    found: dict[int, Taken] = {}
    for part in places(block["parts"]) if block.get("use") else ():
        card = around.cards.get(part.get("product", 0))
        amount = _amount(part, card) if card else None
        if card and amount and any(offer.amount >= amount for offer in card.offers):
            instead = around.instead_of(card.id, part.get("instead"))
            found.setdefault(card.id, Taken(card, amount, instead))
    return tuple(found.values())


def _amount(part: Mapping[str, Any], card: ProductCardView) -> Decimal | None:
    """What one time takes: what the author wrote, else what the catalogue says."""
    return catalog.read_amount(part["takes"]) if "takes" in part else card.cheapest.use_amount


def _cards(
    name: str, html: Markup, products: list[int], wanted: int | None, around: Surroundings
) -> Block:
    """One card, or two side by side; one that is left stands alone, and without any the words."""
    there = [product for product in products if product in around.cards]
    cards = tuple(around.cards[product] for product in there)
    instead = tuple(around.instead_of(product, wanted) for product in there)
    if len(cards) == 2:
        return CompareBlock(name, html, cards, instead)
    return ProductBlock(name, html, cards[0], instead[0]) if cards else HtmlBlock(name, html)


class _Words:
    """The running text of one block; remembers which products were said to be sold out in it."""

    def __init__(self, around: Surroundings, products: Iterable[int]) -> None:
        self._around = around
        self._said = set(products)  # their cards say it themselves
        self._offers = around.offers()

    def html(self, parts: Iterable[Part]) -> Markup:
        return Markup("").join(
            Markup(part) if isinstance(part, str) else self._place(part)  # noqa: S704 - ours
            for part in parts
        )

    def _place(self, part: Mapping[str, Any]) -> Markup:
        if "token" in part:
            return catalog.phrase(part["token"], self._offers.get(part["sku"]))
        if "picture" in part:
            return _picture(part, self._around.pictures.get(part["picture"]))
        words = self.html(part["parts"])
        address = self._address(part)
        link = Markup('<a href="{}">{}</a>').format(address, words) if address else words
        return link + self._note(part)

    def _address(self, part: Mapping[str, Any]) -> str:
        if "product" in part:
            card = self._around.cards.get(part["product"])
            return shop_url("product", slug=card.slug) if card else ""
        slug = self._around.guide_slugs.get(part["guide"])
        return shop_url("guide", slug=slug) if slug else ""

    def _note(self, part: Mapping[str, Any]) -> Markup:
        """What follows the words while the product that they lead to is sold out."""
        product = part.get("product")
        card = self._around.cards.get(product) if product is not None else None
        if product is None or card is None or not card.is_sold_out or product in self._said:
            return Markup("")
        self._said.add(product)
        return _note(card, self._around.instead_of(product, part.get("instead")))


def _note(card: catalog.ProductCardView, instead: StandIn | None) -> Markup:
    if instead is None:
        address = shop_url("product", slug=card.slug) + "#sign-up"
        words = Markup('sold out for now; <a href="{}">be told when it is back</a>').format(address)
    else:
        address = shop_url("product", slug=instead.card.slug)
        words = Markup('sold out for now; see <a href="{}">{}</a>').format(
            address, instead.card.name
        )
    return Markup(' <span class="shop-swap-note">({})</span>').format(words)


def _picture(part: Mapping[str, Any], view: PictureView | None) -> Markup:
    if view is None:
        return escape(part["alt"])
    module: Any = current_app.jinja_env.get_template("storefront/components/picture.html").module
    html = Markup(module.picture(view, sizes=_SIZES, alt=part["alt"]))  # noqa: S704 - a template
    if part["caption"]:
        html += Markup("<figcaption>{}</figcaption>").format(part["caption"])
    return html
