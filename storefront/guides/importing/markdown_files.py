"""Markdown of other programs (Hugo, Jekyll, Ghost and the like), with or without front matter.

It goes by way of HTML, so that HTML inside it, levels of headings and pictures are treated alike.
"""

from pathlib import PurePosixPath
from typing import Any

import yaml
from markdown_it import MarkdownIt

from ... import catalog
from ..source.front_matter import FIELDS, split
from .articles import FoundArticle, FoundPicture, Unreadable, day, decoded
from .html import file_of, parse, read_content

_FOREIGN = frozenset(
    {"date", "layout", "permalink", "url", "categories", "tags", "draft", "lastmod", "aliases",
     "published", "excerpt", "feature_image", "cover"}
)  # fmt: skip
_NO_WORDS = frozenset({"true", "false", "null", "~"})
_OURS = frozenset(FIELDS) - {"title", "slug", "author"}


def is_own_form(content: bytes) -> bool:
    """Whether a Markdown file is in the form of the shop, with or without mistakes."""
    head = content[:20_000].decode("utf-8", "replace").lstrip("\ufeff").replace("\r\n", "\n")
    if not head.startswith("---"):
        return False
    names = {line.split(":")[0].strip() for line in head.split("\n---")[0].split("\n")}
    return bool(names & _OURS) or not names & _FOREIGN


def read_markdown(content: bytes, file: str) -> FoundArticle:
    """The article of a file; raises Unreadable with the line of what cannot be read."""
    text = decoded(content, file)
    halves = split(text)
    facts = _facts(halves[0], file) if halves else {}
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(
        halves[1] if halves else text
    )  # fmt: skip
    article = FoundArticle(file, "", "")
    article.address = _word(facts, "url", "permalink", "canonical_url")
    read_content(parse(html, file), article)
    if not article.body.strip():
        raise Unreadable(file, 1, "There is no text in this file.", "Write the article into it.")
    article.title = _word(facts, "title") or article.title
    if not article.title:
        article.title = PurePosixPath(file).stem.replace("-", " ").replace("_", " ").capitalize()
        article.recovered.append("no title was found: write one")
    article.summary = _word(facts, "summary", "description", "excerpt")
    article.author = _word(facts, "author", "authors")
    article.published_on = day(_word(facts, "published_on", "date", "published"))
    article.updated_on = day(_word(facts, "updated_on", "lastmod", "updated"))
    cover = _word(facts, "picture", "feature_image", "image", "cover")
    if file_of(cover):
        article.cover = FoundPicture(cover, file_of(cover), _word(facts, "picture_alt"))
    article.key = article.address or f"title:{catalog.slug_from(article.title)}"
    return article


def _facts(text: str, file: str) -> dict[str, Any]:
    try:
        # All values as words: other loaders multiply what is merged (<<) without an end.
        found = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts and no objects
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be read"
        raise Unreadable(
            file, mark.line + 1 if mark else 1, f"The front matter is not YAML: {what}.",
            'Write one “name: value” on each line; put a value that holds ": " in quotes.',
        ) from None  # fmt: skip
    return found if isinstance(found, dict) else {}


def _word(facts: dict[str, Any], *names: str) -> str:
    for name in names:
        value = facts.get(name)
        if isinstance(value, list):
            value = ", ".join(one for one in value if isinstance(one, str))
        if isinstance(value, str) and value.lower() not in _NO_WORDS:
            return " ".join(value.split())
    return ""
