"""Atom feeds (RFC 4287), the same for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request

from .pages import PUBLIC, settings

_ATOM = "http://www.w3.org/2005/Atom"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # a feed of nothing still needs a date


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its key and that of its feed never change, whatever it is called."""

    key: str
    title: str
    updated_at: datetime
    url: str
    author: str
    published_at: datetime | None = None
    summary: str = ""
    content: str = ""


def atom_answer(key: str, title: str, entries: Sequence[Entry], *, own: str, page: str) -> Response:
    """A feed with its entries in this order; own and page are its address and that of its page."""
    feed = Element("feed", xmlns=_ATOM)
    tag = f"tag:{urlsplit(page).hostname or 'shop.example'},2026:{key}"
    name = settings().STOREFRONT_NAME
    _text(feed, "id", tag)
    _text(feed, "title", f"{name}: {title}")
    _text(feed, "updated", _moment(max((e.updated_at for e in entries), default=_BEGINNING)))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=own)
    SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    _text(SubElement(feed, "author"), "name", name)
    for entry in entries:
        _add(feed, entry, tag)
    body = tostring(feed, encoding="utf-8", xml_declaration=True)
    answer = Response(body, content_type="application/atom+xml; charset=utf-8")
    answer.headers["Cache-Control"] = PUBLIC
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _add(feed: Element, entry: Entry, tag: str) -> None:
    element = SubElement(feed, "entry")
    _text(element, "id", f"{tag}/{entry.key}")
    _text(element, "title", entry.title)
    _text(element, "updated", _moment(entry.updated_at))
    if entry.published_at:
        _text(element, "published", _moment(entry.published_at))
    SubElement(element, "link", rel="alternate", type="text/html", href=entry.url)
    _text(SubElement(element, "author"), "name", entry.author)
    for name, words in (("summary", entry.summary), ("content", entry.content)):
        if words:
            _text(element, name, words)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
