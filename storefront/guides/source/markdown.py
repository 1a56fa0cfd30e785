"""Markdown of a guide to parts: finished HTML, and between it places that only a request can fill.

Such places are links to products and guides, pictures, and tokens that tell a price. They stay
typed until the page is made, because what they lead to may be renamed, archived or sold out long
after the text was written.
Raw HTML is shown as the letters it consists of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape
from mdit_py_plugins.container import container_plugin

from ... import catalog

BLOCK = "container_block"
KINDS = ("product", "guide")
MOST_MARKS = 20_000  # a book has fewer
#: Also the signs that turn the direction of writing around: readers would see what no rule reads.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

# The renderer writes plain text, so typed places pass through it between control characters, which
# no guide may contain: \1 kind \2 target \2 … \3 content \4.
_PLACE = re.compile(
    "\1(?P<kind>product|guide)\2(?P<name>[^\2\3]*)\2(?P<instead>[^\2\3]*)\2(?P<takes>[^\2\3]*)"
    "\3(?P<content>.*?)\4"
    "|\1picture\2(?P<picture>[^\2]*)\2(?P<alt>[^\2]*)\2(?P<caption>[^\2\3]*)\3"
    "|\1(?P<token>price|lasts)\2(?P<sku>[^\2\3]*)\3",
    re.DOTALL,
)
# What a link says in its title: who stands in for a product, and how much of it steps take.
_BESIDE = re.compile(r"(?:instead:\s*(?P<instead>\S+))?\s*(?:takes:\s*(?P<takes>\S+))?")

Part = str | dict[str, Any]
Env = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a guide speaks of by name, and where in the file.

    Of a product, instead is the alternative that its author chose for it, by name, '' without one;
    is_alternative: it stands here as the alternative to another.
    """

    kind: str  # product, guide, picture, SKU
    name: str
    line: int
    column: int
    instead: str = ""
    is_alternative: bool = False


def parse(source: str) -> list[Token]:
    """The tokens of a guide's Markdown; ::: blocks are top-level tokens of the type BLOCK.

    None of a text with more marks than a guide may have: a page of nothing else takes minutes.
    """
    if is_overloaded(source):
        return []
    tokens = _markdown().parse(source, {})
    for token in tokens:
        _clean(token.children or ())
    return tokens


def to_parts(tokens: Sequence[Token]) -> list[Part]:
    """Finished HTML as texts, with a dict wherever a link or picture is to be filled in."""
    markdown = _markdown()
    html = markdown.renderer.render(list(tokens), markdown.options, {})
    return _split(html)


def plain_text(token: Token) -> str:
    """The words of an inline token, without any marks."""
    return "".join(
        child.content
        if child.type in {"text", "code_inline", "image"}
        else " "
        if child.type in {"softbreak", "hardbreak"}
        else ""
        for child in token.children or []
    )


def typed_target(href: str) -> tuple[str, str] | None:
    """('product', 'magnesium-oil-spray') of the link target product:magnesium-oil-spray."""
    kind, colon, name = href.partition(":")
    return (kind.lower(), name) if colon and kind.lower() in KINDS else None


def beside(link: Token) -> tuple[str, str] | None:
    """Slug and amount in [words](product:slug "instead:other takes:250"), '' where there is none.

    None if that is unreadable.
    """
    found = _BESIDE.fullmatch(str(link.attrGet("title") or "").strip())
    if found is None:
        return None
    slug, amount = found["instead"] or "", found["takes"] or ""
    is_readable = (not slug or catalog.SLUG.fullmatch(slug)) and (not amount or is_amount(amount))
    return (slug, amount) if is_readable else None


def is_amount(written: str) -> bool:
    """Whether steps can take so much of a product."""
    try:
        return bool(catalog.read_amount(written))
    except ValueError:
        return False


def is_overloaded(source: str) -> bool:
    """Whether a text has more marks and lines than a guide may have."""
    return sum(map(source.count, "\n[|*_`<&{\\")) > MOST_MARKS


def _clean(tokens: Sequence[Token]) -> None:
    """An autolink is shown decoded: %01 became a character, also in the words of a picture."""
    for token in tokens:
        token.content = CONTROL.sub("", token.content)
        _clean(token.children or ())


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    container_plugin(markdown, "block", validate=lambda params, *_: True)
    catalog.take_tokens(markdown)
    for name, rule in (
        ("link_open", _open_link),
        ("link_close", _close_link),
        ("image", _image),
        (catalog.TOKEN, _token),
        ("paragraph_open", _open_paragraph),
        ("paragraph_close", _close_paragraph),
    ):
        markdown.add_render_rule(name, rule)
    return markdown


def _open_link(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    href = str(tokens[at].attrGet("href") or "")
    target = typed_target(href)
    env.setdefault("links", []).append(target is not None)
    if target:
        slug, amount = beside(tokens[at]) or ("", "")
        return f"\1{target[0]}\2{target[1]}\2{slug}\2{amount}\3"
    rel = ' rel="noopener"' if href.lower().startswith(("http:", "https:")) else ""
    return f'<a href="{escape(href)}"{rel}>'


def _close_link(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    return "\4" if env["links"].pop() else "</a>"


def _image(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    image = tokens[at]
    caption = CONTROL.sub("", str(image.attrGet("title") or ""))
    return f"\1picture\2{image.attrGet('src')}\2{plain_text(image)}\2{caption}\3"


def _token(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    kind, sku = catalog.sku_of(tokens[at])
    return f"\1{kind}\2{sku}\3"


def _open_paragraph(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    if tokens[at].hidden:
        return ""
    return "<figure>" if _holds_one_image(tokens[at + 1]) else "<p>"


def _close_paragraph(_: Any, tokens: Sequence[Token], at: int, options: Any, env: Env) -> str:
    if tokens[at].hidden:
        return ""
    return "</figure>\n" if _holds_one_image(tokens[at - 1]) else "</p>\n"


def _holds_one_image(inline: Token) -> bool:
    return [child.type for child in inline.children or []] == ["image"]


def _split(html: str) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for place in _PLACE.finditer(html):
        if place.start() > end:
            parts.append(html[end : place.start()])
        parts.append(_part(place))
        end = place.end()
    if html[end:].strip():
        parts.append(html[end:])
    return parts


def _part(place: re.Match[str]) -> Part:
    if place["token"]:
        return {"token": place["token"], "sku": place["sku"]}
    if not place["kind"]:
        return {name: place[name] for name in ("picture", "alt", "caption")}
    part = {place["kind"]: place["name"], "parts": _split(place["content"])}
    return part | {name: place[name] for name in ("instead", "takes") if place[name]}
