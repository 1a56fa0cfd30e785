"""An RSS 2.0 or Atom file, as Wix, Ghost and others give it."""

from xml.etree.ElementTree import Element, tostring

from .articles import FoundArticle, FoundPicture, Unreadable, day
from .html import file_of, parse, read_content
from .xml import children, name_of, text_of

_CONTENT, _DC, _ATOM = "rss/1.0/modules/content", "purl.org/dc", "2005/Atom"
_MEDIA = "search.yahoo.com/mrss"


def is_feed(root: Element) -> bool:
    """Whether this is one of the two kinds of feed."""
    return name_of(root) in {"rss", "feed"}


def read_feed(root: Element, file: str) -> tuple[list[FoundArticle], list[str]]:
    """Every entry that has a text, and a line about those that have none."""
    channel = root.find("channel") if name_of(root) == "rss" else root
    if channel is None:
        raise Unreadable(file, 1, "The feed has no channel.", "Save it again from the site.")
    entries = [*children(channel, "item"), *children(channel, "entry")]
    read = _rss if name_of(root) == "rss" else _atom
    found = [article for entry in entries if (article := read(entry, file))]
    without = len(entries) - len(found)
    return found, [f"{without} × entry without text"] if without else []


def _rss(item: Element, file: str) -> FoundArticle | None:
    whole = text_of(item, "encoded", _CONTENT)
    short = text_of(item, "description")
    article = _begin(item, file, link=text_of(item, "link"), guid=text_of(item, "guid"))
    article.author = text_of(item, "creator", _DC) or text_of(item, "author")
    article.published_on = day(text_of(item, "pubDate"))
    for enclosure in children(item, "enclosure"):
        if str(enclosure.get("type")).startswith("image/"):
            article.cover = _picture(enclosure)
    return _finish(article, whole or short, short if whole else "")


def _atom(entry: Element, file: str) -> FoundArticle | None:
    links = {one.get("rel", "alternate"): one.get("href", "") for one in children(entry, "link")}
    article = _begin(entry, file, link=links.get("alternate", ""), guid=text_of(entry, "id"))
    people = [text_of(one, "name") for one in children(entry, "author")]
    article.author = ", ".join(name for name in people if name)
    article.published_on = day(text_of(entry, "published"))
    article.updated_on = day(text_of(entry, "updated"))
    content = next(children(entry, "content", _ATOM), None)
    if content is not None and len(content):  # type="xhtml": elements and not their text
        whole = "".join(_as_text(child, file) for child in content)
    else:
        whole = (content.text or "").strip() if content is not None else ""
    short = text_of(entry, "summary")
    return _finish(article, whole or short, short if whole else "")


def _begin(entry: Element, file: str, *, link: str, guid: str) -> FoundArticle:
    title = parse(text_of(entry, "title"), file).get_text(" ")
    article = FoundArticle(file, " ".join(title.split()), "", address=link.strip())
    article.key = article.address or guid
    for media in children(entry, "content", _MEDIA):
        article.cover = article.cover or _picture(media)
    return article


def _finish(article: FoundArticle, html: str, short: str) -> FoundArticle | None:
    title = article.title
    read_content(parse(html, article.file), article)
    article.title = title or article.title or " ".join(article.body.split()[:9])
    article.summary = " ".join(parse(short, article.file).get_text(" ").split())
    article.key = article.key or f"title:{article.title}"
    return article if article.body.strip() else None


def _picture(element: Element) -> FoundPicture | None:
    source = element.get("url", "")
    return FoundPicture(source, file_of(source), "") if file_of(source) else None


def _as_text(element: Element, file: str) -> str:
    """An element of XHTML as HTML, without its namespace."""
    for one in element.iter():
        one.tag = name_of(one)
    try:
        return str(tostring(element, encoding="unicode"))
    except RecursionError:
        what = "Elements are nested too deep."
        raise Unreadable(file, 1, what, "Save the article alone.") from None
