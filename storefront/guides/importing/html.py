"""HTML pages of another site, or the HTML inside an export: the article without what is around it.

Nothing is fetched. What the shop's Markdown has no word for (scripts, frames, forms, styles) is
left out, and what is left of a link that leads nowhere for certain is its words.
"""

import re
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin

from bs4 import BeautifulSoup, Comment
from bs4.element import Tag
from markdownify import MarkdownConverter

from ... import catalog
from .articles import (
    FoundArticle,
    FoundPicture,
    Unreadable,
    ai_note,
    day,
    decoded,
    escaped,
    split_address,
)

_NEVER = (
    "script", "style", "nav", "aside", "form", "iframe", "noscript", "svg", "button", "template",
    "object", "embed", "video", "audio", "canvas", "input", "select", "textarea", "dialog", "link",
    "meta",
)  # fmt: skip
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:share|sharing|social|comments?|related|sidebar|breadcrumbs?|cookie|newsletter|"
    r"subscribe|pagination|nav|menu|footer|site-header|author-box|sharedaddy|jp-relatedposts)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)
_WIDE_GAP = re.compile(r"[ \t]{100,}")
_DEEPEST = 150
_LEADS_SOMEWHERE = ("http://", "https://", "mailto:", "tel:")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{3,20})", re.IGNORECASE)


def read_html(content: bytes, file: str) -> FoundArticle:
    """The article of a page; raises Unreadable when there is none, or when it is no page."""
    soup = parse(_text(content, file), file)
    article = FoundArticle(file, "", "")
    _facts(soup, article)
    root = _root(soup)
    if root is None:
        raise Unreadable(file, 1, "There is no page in this file.", "Hand in a page of HTML.")
    read_content(root, article)
    if not article.body.strip():
        raise Unreadable(file, 1, "There is no text on this page.", "Is it filled by a script?")
    if not article.title:
        stem = PurePosixPath(file).stem.replace("-", " ").replace("_", " ")
        article.title = stem[:1].upper() + stem[1:]
        article.recovered.append("no title was found: write one")
    article.key = article.address or f"title:{catalog.slug_from(article.title)}"
    return article


def parse(text: str, file: str, line: int = 1) -> BeautifulSoup:
    """HTML as a tree; raises Unreadable when it is nested deeper than any article."""
    soup = BeautifulSoup(_closed(text), "html.parser")
    waiting: list[tuple[Any, int]] = [(soup, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > _DEEPEST:
            where = line + (node.sourceline or 1) - 1
            raise Unreadable(file, where, f"Elements are nested more than {_DEEPEST} deep.",
                             "Save the article alone.")  # fmt: skip
        waiting += [(child, depth + 1) for child in node.children if isinstance(child, Tag)]
    return soup


def _closed(text: str) -> str:
    """What is opened and never closed becomes words: the parser looks for its end each time."""
    for opening, closing in (("<", ">"), ("<!--", "-->")):
        end = text.rfind(closing) + 1
        text = text[:end] + text[end:].replace(opening, f"&lt;{opening[1:]}")
    return text


def read_content(root: Tag, article: FoundArticle) -> None:
    """Fills body, pictures and the note on AI from an element that holds the article."""
    for words in root.find_all(string=_WIDE_GAP):
        words.replace_with(_WIDE_GAP.sub(" ", words))  # the Markdown of it would take for ever
    for remark in root.find_all(string=lambda text: isinstance(text, Comment)):
        remark.extract()
    for node in root.find_all(_is_furniture):
        if not node.decomposed:
            _leave_out(node, article)
    _take_title(root, article)
    _take_ai_note(root, article)
    _level_headings(root)
    writer = _Writer(article)
    body = writer.convert_soup(root)
    article.body = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in body.split("\n")))
    article.body = article.body.strip() + "\n"


def file_of(address: str) -> str:
    """The name of the file that an address of a picture ends in, '' when it has none."""
    if address.startswith("data:"):
        return ""
    return PurePosixPath(unquote(split_address(address).path)).name[:200]


def _text(content: bytes, file: str) -> str:
    declared = _CHARSET.search(content[:2048])
    charset = declared[1].decode("ascii").lower() if declared else "utf-8"
    if charset in {"iso-8859-1", "latin1", "windows-1252", "cp1252"}:
        content = content.decode("cp1252", "replace").encode()
    return decoded(content, file)


def _root(soup: BeautifulSoup) -> Tag | None:
    """The one <article> of a page, else its <main>, else its <body>, else all of it."""
    articles = soup.find_all("article")
    if len(articles) == 1:
        return articles[0]
    for name in ("main", "body"):
        if found := soup.find(name):
            return found
    return soup if soup.find(["p", "h1", "h2", "div"]) else None


def _is_furniture(node: Tag) -> bool:
    if node.name in _NEVER or node.get("aria-hidden") == "true" or node.has_attr("hidden"):
        return True
    if node.name in {"header", "footer"}:
        return node.find(["h1", "figure"]) is None
    if node.name in {"body", "main", "article", "h1", "h2", "h3", "p", "figure", "img", "a"}:
        return False
    marks = " ".join([*(node.get_attribute_list("class") or []), str(node.get("id") or "")])
    return bool(_FURNITURE.search(marks))


def _leave_out(node: Tag, article: FoundArticle) -> None:
    words = " ".join(node.get_text(" ").split()) if node.name not in {"script", "style"} else ""
    if words:
        article.left_out.append(words[:200])
    elif node.name in {"iframe", "video", "audio", "object", "embed"}:
        article.left_out.append(f"<{node.name}> {str(node.get('src') or '')[:200]}".strip())
    node.decompose()


def _facts(soup: BeautifulSoup, article: FoundArticle) -> None:
    """Title, summary, people and days, from what the page says of itself."""
    metas = {
        str(meta.get("property") or meta.get("name") or "").lower(): str(meta.get("content") or "")
        for meta in soup.find_all("meta")
    }
    canonical = soup.find("link", rel="canonical")
    article.address = str(canonical.get("href") or "") if canonical else metas.get("og:url", "")
    title = soup.find("title")
    article.title = metas.get("og:title", "") or (title.get_text(" ", strip=True) if title else "")
    article.title = re.split(r"\s+[|–—]\s+", " ".join(article.title.split()))[0]
    article.summary = " ".join(
        (metas.get("description") or metas.get("og:description", "")).split()
    )
    article.author = " ".join(metas.get("author", "").split())
    stamp = soup.find("time", datetime=True)
    written = metas.get("article:published_time") or (str(stamp["datetime"]) if stamp else "")
    article.published_on = day(written) if written else None
    if changed := metas.get("article:modified_time"):
        article.updated_on = day(changed)
    if cover := file_of(metas.get("og:image", "")):
        alt = metas.get("og:image:alt", "")
        article.cover = FoundPicture(metas["og:image"], cover, " ".join(alt.split()))


def _take_title(root: Tag, article: FoundArticle) -> None:
    """The first <h1> is the title: it does not stand in the text again."""
    first = root.find("h1")
    if first and (words := " ".join(first.get_text(" ").split())):
        article.title = words
        first.decompose()


def _take_ai_note(root: Tag, article: FoundArticle) -> None:
    for node in root.find_all(["p", "div", "em", "small", "li"]):
        if node.decomposed or node.find(["p", "div", "li", "img"]):
            continue
        note = ai_note(node.get_text(" "))
        if note and not article.ai_use:
            article.ai_use = " ".join(note.split())
            node.decompose()


def _level_headings(root: Tag) -> None:
    """The guides know two levels: the highest that is used becomes ##, all others ###."""
    headings = root.find_all(re.compile(r"^h[1-6]$"))
    highest = min((heading.name for heading in headings), default="h2")
    for heading in headings:
        heading.name = "h2" if heading.name == highest else "h3"
        if not heading.get_text(strip=True):
            heading.decompose()


class _Writer(MarkdownConverter):
    """Markdown of the guides: pictures by the name of their file, links that lead somewhere."""

    def __init__(self, article: FoundArticle) -> None:
        super().__init__(heading_style="ATX", bullets="-", strong_em_symbol="*", wrap=False)
        self.article = article

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Words that are no marks; the spaces around them are kept."""
        if not text.strip():
            return text
        before = text[: len(text) - len(text.lstrip())]
        behind = text[len(text.rstrip()) :]
        return f"{before}{escaped(text)}{behind}"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link with a whole address; of others only their words are left."""
        href, base = str(el.get("href") or "").strip(), self.article.address
        words = " ".join(text.split())
        if not split_address(href).geturl():
            return text
        href = urljoin(base if split_address(base).netloc else "", href)
        if not words or "](" in words or not href.lower().startswith(_LEADS_SOMEWHERE):
            return text
        address = href.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        return f"{' ' if text[0].isspace() else ''}[{words}]({address})"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A picture in a paragraph of its own, or nothing when its address names no file."""
        source = str(el.get("src") or el.get("data-src") or "").strip()
        file = file_of(source)
        if not file:
            return ""
        figure = el.find_parent("figure")
        caption = figure.find("figcaption") if figure else None
        said = " ".join(caption.get_text(" ").split()) if caption else ""
        alt = " ".join(str(el.get("alt") or "").split())
        picture = FoundPicture(source, file, alt, said)
        self.article.pictures.append(picture)
        return f"\n\n{picture_markdown(picture)}\n\n"

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Stands with its picture; one of something that is no picture stays as a line."""
        figure = el.find_parent("figure")
        if figure and figure.find("img"):
            return ""
        return f"\n\n{text.strip()}\n\n"

    def convert_cite(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Who was quoted, in a line of their own."""
        return f"\n\n{text.strip()}\n\n" if text.strip() else ""

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Verse and code keep their words."""
        return f"\n\n{text.strip()}\n\n"


def picture_markdown(picture: FoundPicture) -> str:
    """How the guides write a picture; its file may hold characters that Markdown would read."""
    alt = escaped(picture.alt)
    caption = escaped(picture.caption).replace('"', "”")
    title = f' "{caption}"' if caption else ""
    return f"![{alt}](<{picture.file}>{title})"
