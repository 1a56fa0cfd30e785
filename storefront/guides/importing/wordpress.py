"""An export of WordPress (WXR): posts and pages of any state, with their pictures and addresses."""

import re
from collections import Counter
from html import unescape
from xml.etree.ElementTree import Element

from .articles import FoundArticle, FoundPicture, Unreadable, day, split_address
from .html import file_of, parse, read_content
from .xml import children, text_of

_WP, _CONTENT, _EXCERPT, _DC = "wordpress.org/export", "rss/1.0/modules/content", "excerpt", "purl"
_KINDS = {"post", "page"}
_NOT_WRITTEN = {"trash", "auto-draft", "inherit"}
_CAPTION = re.compile(
    r"\[caption[^\[\]]*+\]((?:[^\[]++|\[(?!/?caption\b))*+)\[/caption\]", re.IGNORECASE
)
_IMAGE_IN_CAPTION = re.compile(
    r"\s*+((?:<a\b[^>]*+>\s*+)?<img\b[^>]*+>\s*+(?:</a>)?)(.*)", re.DOTALL
)
_SHORTCODE = re.compile(r"\[/?[a-z][a-z0-9_-]{2,30}(?:\s[^\]\n]{0,400})?/?\](?!\()")
_BLOCKS = re.compile(
    r"<(?:p|div|ul|ol|h[1-6]|blockquote|table|figure|pre|section|hr)\b|<!-- wp:", re.IGNORECASE
)
_STARTS_BLOCK = re.compile(
    r"\s*<(?:/?(?:p|div|ul|ol|li|h[1-6]|blockquote|table|figure|pre|section|hr)\b|!--)",
    re.IGNORECASE,
)


def is_wordpress(root: Element) -> bool:
    """Whether an <rss> was written by WordPress's own export."""
    channel = root.find("channel")
    return channel is not None and next(children(channel, "wxr_version"), None) is not None


def read_wordpress(root: Element, file: str) -> tuple[list[FoundArticle], list[str]]:
    """Every post and page with its text, and a line for each kind of thing that was left out."""
    channel = root.find("channel")
    if channel is None:
        raise Unreadable(file, 1, "The export has no channel.", "Export it again.")
    items = list(children(channel, "item"))
    people = {
        text_of(one, "author_login", _WP): text_of(one, "author_display_name", _WP)
        for one in children(channel, "author", _WP)
    }
    attached = {
        text_of(item, "post_id", _WP): text_of(item, "attachment_url", _WP)
        for item in items
        if text_of(item, "post_type", _WP) == "attachment"
    }
    found, others = [], Counter[str]()
    for item in items:
        kind, state = text_of(item, "post_type", _WP), text_of(item, "status", _WP)
        if kind not in _KINDS or state in _NOT_WRITTEN:
            others[kind if kind not in _KINDS else f"{kind} ({state})"] += 1
        elif article := _article(item, file, people, attached):
            found.append(article)
        else:
            others[f"{kind} without text"] += 1
    return found, [f"{count} × {what}" for what, count in sorted(others.items())]


def _article(
    item: Element, file: str, people: dict[str, str], attached: dict[str, str]
) -> FoundArticle | None:
    html = text_of(item, "encoded", _CONTENT)
    if not html.strip():
        return None
    creator = text_of(item, "creator", _DC)
    article = FoundArticle(
        file,
        title=" ".join(unescape(text_of(item, "title")).split()),
        body="",
        address=_address(item),
        summary=" ".join(_plain(text_of(item, "encoded", _EXCERPT), file).split()),
        author=people.get(creator) or creator,
        published_on=day(text_of(item, "post_date", _WP)[:10]),
        updated_on=day(text_of(item, "post_modified", _WP)[:10]),
    )
    article.key = article.address or text_of(item, "guid") or f"title:{article.title}"
    article.cover = _cover(item, attached)
    state, told = text_of(item, "status", _WP), article.recovered
    if state != "publish":
        told.append(f"was {'waiting for its day' if state == 'future' else state} in WordPress")
    if kinds := [one.text for one in children(item, "category") if one.text]:
        told.append(f"categories and tags there: {', '.join(dict.fromkeys(kinds))}")
    title = article.title
    read_content(parse(_with_paragraphs(_without_shortcodes(html, article)), file), article)
    article.title = title or article.title or f"Post {text_of(item, 'post_id', _WP)}"
    return article if article.body.strip() else None


def _address(item: Element) -> str:
    """Its address; of a draft, which has none yet, nothing."""
    link = text_of(item, "link")
    return "" if "?p=" in link or "?page_id=" in link or not split_address(link).netloc else link


def _cover(item: Element, attached: dict[str, str]) -> FoundPicture | None:
    for meta in children(item, "postmeta", _WP):
        if text_of(meta, "meta_key", _WP) == "_thumbnail_id":
            source = attached.get(text_of(meta, "meta_value", _WP), "")
            return FoundPicture(source, file_of(source), "") if file_of(source) else None
    return None


def _plain(html: str, file: str) -> str:
    return parse(html, file).get_text(" ") if html else ""


def _without_shortcodes(html: str, article: FoundArticle) -> str:
    """Captions become figures; other shortcodes are left out and told."""

    def figure(match: re.Match[str]) -> str:
        parts = _IMAGE_IN_CAPTION.match(match[1])
        if parts is None:
            return match[1]
        caption = f"<figcaption>{parts[2].strip()}</figcaption>" if parts[2].strip() else ""
        return f"\n\n<figure>{parts[1]}{caption}</figure>\n\n"

    html = _CAPTION.sub(figure, html)
    article.left_out += [match[0][:200] for match in _SHORTCODE.finditer(html)]
    return _SHORTCODE.sub("", html)


def _with_paragraphs(html: str) -> str:
    """What the old editor of WordPress does when it shows a text: empty lines make paragraphs."""
    if _BLOCKS.search(html) and "\n\n" not in html.strip():
        return html
    parts = re.split(r"\n\s*\n", html.replace("\r\n", "\n"))
    return "\n".join(
        part if _STARTS_BLOCK.match(part) else f"<p>{part.strip()}</p>"
        for part in parts
        if part.strip()
    )
