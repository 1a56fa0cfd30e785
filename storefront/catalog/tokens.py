"""Tokens in copy, such as {price:OIL-100}: read with the Markdown, filled when a page is made.

They become tokens of the parser, so nothing is ever replaced in finished HTML, and what stands in
code stays as it is.
"""

import re
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup

from ..display import show_money, show_unit_price
from .views import OfferView

TOKEN = "shop_token"  # noqa: S105 - the name of a kind of token, not a secret
KINDS = ("price", "lasts")
WRITTEN = re.compile(r"\{(?P<kind>price|lasts):(?P<sku>[^{}\n]*)\}")
#: What stands where a token's size is not sold any more, or nobody knows how long it lasts.
UNKNOWN = {"price": "its current price", "lasts": "some time"}


def take_tokens(markdown: MarkdownIt) -> None:
    """Teaches a parser tokens; whoever uses it says how they are rendered."""
    markdown.inline.ruler.push(TOKEN, _rule)


def sku_of(token: Token) -> tuple[str, str]:
    """The kind and the SKU of a token."""
    return str(token.meta["kind"]), str(token.meta["sku"])


def phrase(kind: str, offer: OfferView | None) -> Markup:
    """What a token says of an offer now: '€12.90 (€129.00 / l)', 'about 66 days'.

    A price comes with its unit price, as wherever it is told (Directive 98/6/EC Art. 3).
    """
    if offer is None or (kind == "lasts" and not offer.lasts_days):
        return Markup(UNKNOWN[kind])  # noqa: S704 - our own words
    if kind == "lasts":
        days = "day" if offer.lasts_days == 1 else "days"
        return Markup("about {} {}").format(offer.lasts_days, days)
    price = Markup('<span class="shop-token">{}</span>').format(
        show_money(offer.price_cents, offer.currency)
    )
    if offer.unit_price is None:
        return price
    return price + Markup(" ({})").format(show_unit_price(offer.unit_price))


def fill(env: Mapping[str, Any], token: Token) -> str:
    """The phrase of a token, by the offers that the page has put into the parser's env."""
    kind, sku = sku_of(token)
    return str(phrase(kind, env.get("offers", {}).get(sku)))


def _rule(state: StateInline, silent: bool) -> bool:
    found = WRITTEN.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push(TOKEN, "", 0)
        token.content = found[0]
        token.meta = {"kind": found["kind"], "sku": found["sku"].strip()}
    state.pos = found.end()
    return True
