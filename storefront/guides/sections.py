"""A compiled guide as plain text, section by section, for whoever looks for words in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import PageElement, Tag
from markupsafe import escape

from .source.markdown import Part

_PRODUCT = "data-product"


@dataclass(slots=True)
class Section:
    """A heading with the text below it, up to the next one; anchor and heading of the first are ''.

    products are the ids of those that it links to or shows.
    """

    heading: str
    anchor: str
    text: str
    products: tuple[int, ...] = ()


def sections_of(blocks: Iterable[Mapping[str, Any]]) -> tuple[Section, ...]:
    """The sections of a guide that say something, in their order."""
    found = [Section("", "", "")]
    for block in blocks:
        if block.get("title"):
            _say(found[-1], block["title"])
        for element in BeautifulSoup(_html(block["parts"]), "html.parser").children:
            if isinstance(element, Tag) and element.name in {"h2", "h3"}:
                words = _plain(element.get_text(" "))
                found.append(Section(words, str(element.get("id") or ""), ""))
            else:
                _say(found[-1], element.get_text(" "))
                _mention(found[-1], _products_in(element))
        _mention(found[-1], block.get("products", ()))
    return tuple(section for section in found if section.text or section.heading)


def _say(section: Section, words: str) -> None:
    section.text = f"{section.text} {_plain(words)}".strip()


def _mention(section: Section, products: Iterable[int]) -> None:
    section.products = tuple(dict.fromkeys((*section.products, *products)))


def _products_in(element: PageElement) -> Iterable[int]:
    links = element.find_all("a", attrs={_PRODUCT: True}) if isinstance(element, Tag) else ()
    return (int(str(link[_PRODUCT])) for link in links)


def _plain(text: str) -> str:
    plain = " ".join(text.split())
    return re.sub(r" (?=[.,;:!?’)])", "", plain)


def _html(parts: Iterable[Part]) -> str:
    """The parts with nothing but words at places; a price is told by the page alone."""
    return "".join(part if isinstance(part, str) else _words(part) for part in parts)


def _words(part: Mapping[str, Any]) -> str:
    if "token" in part:
        return "…"
    if "picture" in part:
        return f"<p>{escape(part['caption'])}</p>" if part["caption"] else ""
    words = _html(part["parts"])
    return f'<a {_PRODUCT}="{part["product"]}">{words}</a>' if "product" in part else words
