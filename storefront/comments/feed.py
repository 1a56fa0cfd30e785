"""The comments of a guide as an Atom feed (RFC 4287); no e-mail is in it."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from .queries import CommentEntry, Discussion

_ATOM = "http://www.w3.org/2005/Atom"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # the feed of a guide without comments needs a date


def comments_feed(found: Discussion, *, name: str, own: str, page: str) -> bytes:
    """The feed as UTF-8, newest first; own and page are absolute addresses."""
    feed = Element("feed", xmlns=_ATOM)
    tag = f"tag:{urlsplit(page).hostname or 'shop.example'},2026:guides/{found.guide_id}/comments"
    newest = max((entry.sent_at for entry in found.comments), default=_BEGINNING)
    _text(feed, "id", tag)
    _text(feed, "title", f"{name}: comments on {found.title}")
    _text(feed, "updated", _moment(newest))
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=own)
    SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    _text(SubElement(feed, "author"), "name", name)
    for entry in reversed(found.comments):
        _add(feed, entry, tag, page)
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add(feed: Element, entry: CommentEntry, tag: str, page: str) -> None:
    element = SubElement(feed, "entry")
    _text(element, "id", f"{tag}/{entry.id}")
    _text(element, "title", f"Comment by {entry.name}")
    _text(element, "updated", _moment(entry.sent_at))
    SubElement(
        element, "link", rel="alternate", type="text/html", href=f"{page}#comment-{entry.id}"
    )
    _text(SubElement(element, "author"), "name", entry.name)
    _text(element, "content", entry.text)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
