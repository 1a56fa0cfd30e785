"""The guides as an Atom feed (RFC 4287)."""

from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from .queries import FeedEntry

_ATOM = "http://www.w3.org/2005/Atom"
_BEGINNING = date(2026, 1, 1)  # the feed of a shop without guides still needs a date


def atom_feed(
    entries: Iterable[FeedEntry], *, name: str, home: str, own: str, guide_url: Callable[[str], str]
) -> bytes:
    """The feed as UTF-8; home and own are absolute addresses, guide_url makes more of them."""
    listed = list(entries)
    feed = Element("feed", xmlns=_ATOM)
    authority = urlsplit(home).hostname or "shop.example"
    _text(feed, "id", f"tag:{authority},2026:guides")
    _text(feed, "title", f"{name}: guides")
    _text(feed, "updated", _moment(max((e.updated_on for e in listed), default=_BEGINNING)))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=own)
    SubElement(feed, "link", rel="alternate", type="text/html", href=home)
    SubElement(_sub(feed, "author"), "name").text = name
    for entry in listed:
        _add(feed, entry, authority, guide_url(entry.slug))
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add(feed: Element, entry: FeedEntry, authority: str, url: str) -> None:
    element = _sub(feed, "entry")
    _text(element, "id", f"tag:{authority},2026:guides/{entry.id}")
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.updated_on))
    if entry.published_on:
        _text(element, "published", _moment(entry.published_on))
    SubElement(element, "link", rel="alternate", type="text/html", href=url)
    SubElement(_sub(element, "author"), "name").text = entry.author
    _text(element, "summary", entry.summary)


def _sub(parent: Element, tag: str) -> Element:
    return SubElement(parent, tag)


def _text(parent: Element, tag: str, text: str) -> None:
    _sub(parent, tag).text = text


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
