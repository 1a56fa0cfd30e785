"""Compiled blocks to what the page shows now: links that lead somewhere, cards with live stock."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from ..catalog import PictureView
from ..pages import shop_url
from .markdown import Part
from .views import (
    Block,
    CompareBlock,
    HtmlBlock,
    ProductBlock,
    QuoteBlock,
    StepsBlock,
    Surroundings,
    TakeawaysBlock,
)

_SIZES = "(min-width: 45rem) 42rem, 100vw"


def render_blocks(blocks: Iterable[Mapping[str, Any]], around: Surroundings) -> tuple[Block, ...]:
    """The blocks of a guide as its page shows them at this moment."""
    return tuple(_render(block, around) for block in blocks)


def _render(block: Mapping[str, Any], around: Surroundings) -> Block:
    name, html = block["id"], _html(block["parts"], around)
    match block["kind"]:
        case "takeaways":
            return TakeawaysBlock(name, html)
        case "steps":
            return StepsBlock(name, html, block["title"], block["minutes"], block["often"])
        case "quote":
            return QuoteBlock(name, html, block["by"])
        case "product":
            return ProductBlock(name, html, around.cards.get(block["products"][0]))
        case "compare":
            return _compare(name, html, block["products"], around)
        case _:
            return HtmlBlock(name, html)


def _compare(name: str, html: Markup, products: list[int], around: Surroundings) -> Block:
    """Two cards side by side; one that is left stands alone, and the sentence stays either way."""
    cards = tuple(around.cards[product] for product in products if product in around.cards)
    if len(cards) == 2:
        return CompareBlock(name, html, cards)
    return ProductBlock(name, html, cards[0]) if cards else HtmlBlock(name, html)


def _html(parts: Iterable[Part], around: Surroundings) -> Markup:
    return Markup("").join(
        Markup(part) if isinstance(part, str) else _place(part, around)  # noqa: S704 - made by us
        for part in parts
    )


def _place(part: Mapping[str, Any], around: Surroundings) -> Markup:
    if "picture" in part:
        return _picture(part, around.pictures.get(part["picture"]))
    words = _html(part["parts"], around)
    address = _address(part, around)
    return Markup('<a href="{}">{}</a>').format(address, words) if address else words


def _address(part: Mapping[str, Any], around: Surroundings) -> str:
    if "product" in part:
        card = around.cards.get(part["product"])
        return shop_url("product", slug=card.slug) if card else ""
    slug = around.guide_slugs.get(part["guide"])
    return shop_url("guide", slug=slug) if slug else ""


def _picture(part: Mapping[str, Any], view: PictureView | None) -> Markup:
    if view is None:
        return escape(part["alt"])
    module: Any = current_app.jinja_env.get_template("storefront/components/picture.html").module
    html = Markup(module.picture(view, sizes=_SIZES, alt=part["alt"]))  # noqa: S704 - a template
    if part["caption"]:
        html += Markup("<figcaption>{}</figcaption>").format(part["caption"])
    return html
