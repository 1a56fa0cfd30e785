"""The text of a product as its page shows it: Markdown, with prices and spans as they are now."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ..database import db
from .statements import OFFERS_BY_SKU
from .tokens import TOKEN, WRITTEN, fill, take_tokens
from .views import OfferView


def copy_html(text: str, offers: Mapping[str, OfferView]) -> Markup:
    """Markdown as HTML; raw HTML and pictures in it stay text. offers are those of its tokens."""
    html = _markdown().render(text, {"offers": offers})
    return Markup(html)  # noqa: S704 - html=False escapes everything else


def skus_told(text: str) -> list[str]:
    """The SKUs that the tokens of a text name, each once."""
    return list(dict.fromkeys(found["sku"].strip() for found in WRITTEN.finditer(text)))


def rows_told(text: str, there: Iterable[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    """Rows of OFFERS of the sizes that a text tells of, unless they are there already."""
    wanted = set(skus_told(text)) - {row[7] for row in there}
    return tuple(map(tuple, db.read(OFFERS_BY_SKU, {"skus": sorted(wanted)}))) if wanted else ()


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    take_tokens(markdown)
    markdown.add_render_rule(TOKEN, _render)
    return markdown


def _render(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Mapping[str, Any]) -> str:
    return fill(env, tokens[at])
