"""JSON-LD of guides: an article, and a how-to for each list of steps in it."""

from datetime import date
from html.parser import HTMLParser

from ..guides import GuideView, StepsBlock
from .linked_data import Node
from .mapping import Picture


def guide_nodes(guide: GuideView, *, url: str, picture: Picture | None, shop: Node) -> list[Node]:
    """What a guide is, by whom and when, and how to do what it describes."""
    article: Node = {
        "@type": "Article",
        "headline": guide.title,
        "description": guide.summary,
        "mainEntityOfPage": url,
        # A guide that was written and shown later was not changed before anybody saw it.
        "dateModified": max(guide.updated_on, guide.published_on or date.min).isoformat(),
        "author": {"@type": "Person", "name": guide.author},
        "publisher": shop,
    }
    if guide.published_on:
        article["datePublished"] = guide.published_on.isoformat()
    if picture:
        article["image"] = [picture.url]
    blocks = [block for block in guide.blocks if isinstance(block, StepsBlock)]
    found = (_how_to(block.title or guide.title, block.minutes, block.html) for block in blocks)
    return [article, *(how_to for how_to in found if how_to)]


def _how_to(name: str, minutes: int | None, html: str) -> Node | None:
    steps = steps_of(html)
    if not steps:
        return None
    node: Node = {
        "@type": "HowTo",
        "name": name,
        "step": [{"@type": "HowToStep", "text": text} for text in steps],
    }
    return node | {"totalTime": f"PT{minutes}M"} if minutes else node


def steps_of(html: str) -> list[str]:
    """The words of each item of the outermost list, without marks."""
    reader = _Steps()
    reader.feed(html)
    reader.close()
    return [words for words in (" ".join(step.split()) for step in reader.steps) if words]


class _Steps(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._depth += 1
            if self._depth == 1:
                self.steps.append("")
        elif self._depth:
            self.steps[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.steps[-1] += data
