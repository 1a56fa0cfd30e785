"""Where in a guide's source a link may be put: its paragraphs, lists and tables, without the rest.

Links, pictures, code, addresses, quoted speech, quotations (>) and ::: quote blocks are closed.
Headings are given too, marked as such.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from .front_matter import body_of
from .markdown import BLOCK

# Nothing here is tried in two ways (++ and *+ give nothing back): brackets that are never closed
# would take longer with each one, without an end.
_CLOSED = re.compile(
    r"""
      \\[\S]                                                    # an escaped character
    | (?<!`)(?P<code>`++)[^`]*+(?P=code)
    | !?\[(?:[^\[\]]++|\[[^\[\]]*+\])*+\]                       # link or picture: its words …
      (?:\((?P<target>(?:[^()]++|\([^()]*+\))*+)\)|\[[^\[\]\n]*\])  # … and where it leads
    | <[^<>\s][^<>\n]*>
    | \b(?:https?://|www\.|mailto:)[^\s<>]+
    | \{[^{}\n]*\}                                              # {price:SKU}
    """,
    re.VERBOSE,
)
_MARK = re.compile('[“”„«»"]')
_QUOTES = {"“": "”", "„": "“”", "«": "»", '"': '"'}
_PRODUCT = re.compile(r"\s*<?product:([a-z0-9-]+)")
_CARD = re.compile(r"\s*(?:product|compare)\s+(.*)")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of source between two offsets; closed are offsets inside it to keep away from."""

    start: int
    end: int
    section: int  # counts from 0, which is what stands above the first heading
    is_heading: bool
    block_end: int  # where a block of its own may be put in below it
    closed: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class OpenText:
    """The passages of a source in order, and the slugs that each section leads to already."""

    passages: list[Passage] = field(default_factory=list)
    linked: dict[int, set[str]] = field(default_factory=dict)


def open_text(source: str) -> OpenText:
    """The open passages of a guide's source, with or without front matter; linear in its length."""
    # The body keeps an empty line for each line of the front matter, so lines are the source's.
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    walk = _Walk(source, starts)
    for token in _blocks().parse(body_of(source), {}):
        walk.step(token)
    return walk.found


@lru_cache(maxsize=1)
def _blocks() -> MarkdownIt:
    """Blocks only: which lines are paragraphs, headings, lists; what stands in them is not read."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    container_plugin(markdown, "block", validate=lambda params, *_: True)
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown


class _Walk:
    def __init__(self, source: str, starts: list[int]) -> None:
        self.source, self.starts = source, starts
        self.found = OpenText()
        self.section = 0
        self._quotes = 0
        self._containers: list[bool] = []
        self._is_heading = False
        self._block_end = 0
        self._read_to = 0  # cells of one row share its line, which is read once

    def step(self, token: Token) -> None:
        if token.level == 0 and token.nesting == 1 and token.map:
            self._block_end = self._last(token.map[1])
        if token.type in {"blockquote_open", "blockquote_close"}:
            self._quotes += token.nesting
        elif token.type == f"{BLOCK}_open":
            self._open_block(token)
        elif token.type == f"{BLOCK}_close":
            self._quotes -= self._containers.pop()
        elif token.type == "heading_open":
            self.section += 1
            self._is_heading = True
        elif token.type == "heading_close":
            self._is_heading = False
        elif token.type == "inline" and token.map:
            self._read(*token.map)

    def _open_block(self, token: Token) -> None:
        is_quote = token.info.strip().startswith("quote")
        self._containers.append(is_quote)
        self._quotes += is_quote
        card = _CARD.fullmatch(token.info)
        if card:
            self._linked().update(card[1].split())
        if token.map:  # its own closing line belongs to it
            end = self.starts[min(token.map[1] + 1, len(self.starts) - 1)]
            self._block_end = len(self.source[:end].rstrip())

    def _read(self, first: int, end: int) -> None:
        start = self.starts[first]
        if start < self._read_to:
            return
        stop = min(self.starts[end] - 1, len(self.source))
        self._read_to = stop
        closed = list(_closed(self.source, start, stop))
        for _, _, target in closed:
            if found := _PRODUCT.match(target):
                self._linked().add(found[1])
        if not self._quotes:
            spans = tuple((one, two) for one, two, _ in closed)
            below = self._block_end
            self.found.passages.append(
                Passage(start, stop, self.section, self._is_heading, below, spans)
            )

    def _linked(self) -> set[str]:
        return self.found.linked.setdefault(self.section, set())

    def _last(self, line: int) -> int:
        """The end of what stands above a line, without the empty lines between."""
        at = min(self.starts[line], len(self.source))
        while at and self.source[at - 1].isspace():
            at -= 1
        return at


def _closed(source: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Closed stretches with what links lead to, from left to right; quoted speech among them."""
    plain: list[tuple[int, int]] = []
    at = start
    for match in _CLOSED.finditer(source, start, end):
        plain.append((at, match.start()))
        at = match.end()
        yield match.start(), match.end(), match["target"] or ""
    plain.append((at, end))
    yield from _quoted(source, plain)


def _quoted(source: str, plain: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Speech between quotation marks; what is never closed goes on to the end of the passage."""
    opened, closing = -1, ""
    for start, end in plain:
        for mark in _MARK.finditer(source, start, end):
            at, letter = mark.start(), mark[0]
            if opened >= 0 and letter in closing:
                yield opened, at + 1, ""
                opened = -1
            elif opened < 0 and letter in _QUOTES and not _is_inch(source, at):
                opened, closing = at, _QUOTES[letter]
    if opened >= 0:
        yield opened, plain[-1][1], ""


def _is_inch(source: str, at: int) -> bool:
    return source[at] == '"' and source[at - 1 : at].isdigit()
