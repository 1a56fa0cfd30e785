"""A guide's file, from its bytes to blocks that still name products and guides by their slugs."""

import re
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from markdown_it.token import Token

from ... import catalog
from .blocks import read_block
from .front_matter import FrontMatter, read_front_matter, split
from .length import minutes_of, why_empty, words_of
from .lines import Lines
from .markdown import BLOCK, CONTROL, Reference, parse, plain_text, to_parts, typed_target
from .names import link_to, names_in
from .problems import BrokenGuide, Notes, Problem

LONGEST_FILE = 1_000_000
_OUTSIDE = ("http://", "https://", "mailto:", "tel:", "#")
_BLOCK_ID = re.compile(r"(?:text|takeaways|steps|quote|product|compare)(?:-\d+)+")


@dataclass(frozen=True, slots=True)
class GuideFile:
    """What a guide's file says; `blocks` and `references` still speak of slugs and file names."""

    file: str
    source: str
    title: str
    slug: str
    summary: str
    author: str
    updated_on: date
    picture: str
    picture_alt: str
    reviewer: str
    reviewed_on: date | None
    published_on: date | None
    ai_use: str
    formerly: str
    minutes_to_read: int
    blocks: tuple[dict[str, Any], ...]
    references: tuple[Reference, ...]

    def names_of(self, kind: str) -> set[str]:
        """The products, guides, pictures or SKUs that it speaks of."""
        return {reference.name for reference in self.references if reference.kind == kind}


def read_guide_text(source: str, file: str = "guide") -> GuideFile:
    """Reads a guide that is no file; raises BrokenGuide as read_guide does."""
    return read_guide(source.encode("utf-8", "replace"), file)


def read_guide(content: bytes, file: str) -> GuideFile:
    """Reads one file; raises BrokenGuide with every mistake and what to write instead."""
    notes = Notes(file)
    source = _decoded(content, notes)
    notes.raise_if_any()
    halves = split(source)
    if halves is None:
        what = "The file has no front matter, or it is not closed."
        instead = "Begin with a line of ---, then title: and slug:, then another line of ---."
        raise BrokenGuide([Problem(file, 1, 1, what, instead)])
    matter = read_front_matter(halves[0], notes)
    body = _Body(halves[1], notes)
    body.read()
    notes.raise_if_any()
    return _guide(file, source, matter, body)


def _decoded(content: bytes, notes: Notes) -> str:
    if len(content) > LONGEST_FILE:
        notes.add(1, 1, f"The file has {len(content):,} bytes.", "A guide has at most 1,000,000.")
        return ""
    try:
        source = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        notes.add(
            before.count(b"\n") + 1,
            error.start - (before.rfind(b"\n") + 1) + 1,
            "The file is not UTF-8 text.",
            "Save it again with the encoding UTF-8.",
        )
        return ""
    if not source.strip():
        notes.add(1, 1, "The file is empty.", "Write a guide into it.")
    control = CONTROL.search(source)
    if control:
        notes.add(
            *Lines(source).place(control.start()),
            f"There is a control character (code {ord(control[0])}).",
            "Take it out.",
        )
    return source


def _guide(file: str, source: str, matter: FrontMatter, body: "_Body") -> GuideFile:
    updated_on = matter.day("updated_on")
    assert updated_on is not None  # the front matter was refused without it
    references = list(body.references)
    if matter.text("picture"):
        references.append(Reference("picture", matter.text("picture"), *matter.place("picture")))
    texts = ("title", "slug", "summary", "author", "picture", "picture_alt", "reviewer", "ai_use",
             "formerly")  # fmt: skip
    return GuideFile(
        file=file,
        source=source,
        **{name: matter.text(name) for name in texts},
        updated_on=updated_on,
        reviewed_on=matter.day("reviewed_on"),
        published_on=matter.day("published_on"),
        minutes_to_read=minutes_of(body.words),
        blocks=tuple(body.blocks),
        references=tuple(references),
    )


class _Body:
    """The Markdown below the front matter, read from top to bottom."""

    def __init__(self, source: str, notes: Notes) -> None:
        self.lines = source.split("\n")
        self.notes = notes
        self.tokens = parse(source)
        self.blocks: list[dict[str, Any]] = []
        self.references: list[Reference] = []
        self.words = 0
        self._anchors = {"content"}  # the layout's own
        self._counts: dict[str, int] = {}  # how often headings begin alike
        self._reached: dict[tuple[str, int], tuple[int, int]] = {}

    def read(self) -> None:
        """Fills blocks and references; mistakes go to the notes."""
        self._check_inlines()
        self._check_headings()
        text: list[Token] = []
        at = 0
        while at < len(self.tokens):
            end = self._end_of_block(at)
            if end == at:
                text.append(self.tokens[at])
                at += 1
                continue
            self._add_text(text)
            text = []
            self._add_block(self.tokens[at:end])
            at = end
        self._add_text(text)
        if not self.blocks and not self.notes.problems:
            self.notes.add(len(self.lines), 1, *why_empty("\n".join(self.lines)))

    def _end_of_block(self, at: int) -> int:
        """Where the ::: block that opens here ends; the same place when none opens here."""
        if self.tokens[at].type != f"{BLOCK}_open":
            return at
        level = self.tokens[at].level
        for end in range(at + 1, len(self.tokens)):
            if self.tokens[end].type == f"{BLOCK}_close" and self.tokens[end].level == level:
                return end + 1
        return len(self.tokens)

    def _add_text(self, tokens: list[Token]) -> None:
        parts = to_parts(tokens)
        if parts:
            self.blocks.append({"kind": "html", "parts": parts})

    def _add_block(self, tokens: list[Token]) -> None:
        opening = tokens[0]
        assert opening.map is not None
        line = opening.map[0] + 1
        inner = next((token for token in tokens[1:] if token.type == f"{BLOCK}_open"), None)
        close = self.lines[opening.map[1]] if opening.map[1] < len(self.lines) else ""
        if opening.level:
            self.notes.add(
                line,
                1,
                "A block stands inside a list or a quotation.",
                "Begin it at the left edge, with an empty line above.",
            )
        elif not opening.info.strip():
            self.notes.add(
                line,
                1,
                "This ::: closes a block, but none is open.",
                "Take the line out, or open a block above it.",
            )
        elif inner is not None and inner.map is not None and inner.info.strip():
            self.notes.add(
                line,
                1,
                f"The block is not closed before line {inner.map[0] + 1}, "
                "where the next one begins.",
                "Write ::: on a line of its own there.",
            )
        elif not close.lstrip().startswith(":::"):
            self.notes.add(
                line, 1, "The block is never closed.", "Write ::: on a line of its own below it."
            )
        else:
            block, references = read_block(tokens, self.lines, self.notes)
            self.blocks.append(block)
            self.references += references

    def _check_headings(self) -> None:
        for at, token in enumerate(self.tokens):
            if token.type != "heading_open" or token.map is None:
                continue
            if token.tag not in {"h2", "h3"}:
                self.notes.add(
                    token.map[0] + 1,
                    1,
                    f"This is a heading of level {token.tag[1]}.",
                    "Use ## or ###; the title of the guide stands in the front matter.",
                    kind="heading",
                )
            token.attrSet("id", self._anchor(plain_text(self.tokens[at + 1])))

    def _anchor(self, words: str) -> str:
        stem = catalog.slug_from(words)[:60].strip("-") or "section"
        if _BLOCK_ID.fullmatch(stem):
            stem = f"about-{stem}"
        anchor, count = stem, self._counts.get(stem, 1)
        while anchor in self._anchors:
            count += 1
            anchor = f"{stem}-{count}"
        self._counts[stem] = count
        self._anchors.add(anchor)
        return anchor

    def _check_inlines(self) -> None:
        for token in self.tokens:
            if token.type == "inline":
                self.words += words_of(token)
                for child in token.children or []:
                    self._check_inline(token, child)

    def _check_inline(self, token: Token, child: Token) -> None:
        self.references += names_in(child, partial(self._place, token), self.notes)
        if child.type == "link_open":
            self._check_link(token, child)
        if child.type == "image":
            src = str(child.attrGet("src") or "")
            line, column = self._place(token, f"]({src}", skip=2)
            self.references.append(Reference("picture", src, line, column))
            if not plain_text(child).strip():
                self.notes.add(
                    line,
                    column,
                    "The picture has no alternative text.",
                    f"Write ![what it shows]({src}).",
                    kind="picture",
                )

    def _check_link(self, token: Token, link: Token) -> None:
        href = str(link.attrGet("href") or "")
        target = typed_target(href)
        line, column = self._place(token, href)
        if target is None:
            if not href.lower().startswith(_OUTSIDE):
                self.notes.add(
                    line,
                    column,
                    f"“{href}” leads nowhere for certain.",
                    "Write (product:slug) or (guide:slug) for a page of the shop, "
                    "or a whole address with https://.",
                    kind="link",
                )
        elif catalog.SLUG.fullmatch(target[1]):
            self.references.append(link_to(*target, link, (line, column)))
        else:
            self.notes.add(
                line,
                column,
                f"“{href}” names no {target[0]}.",
                f"Write [text]({target[0]}:its-slug).",
                kind="link",
            )

    def _place(self, token: Token, wanted: str, skip: int = 0) -> tuple[int, int]:
        """Where in the lines of a token something is written; each place is given once."""
        first, end = token.map or (0, 1)
        start, after = self._reached.get((wanted, first), (first, 0))
        for number in range(start, min(end, len(self.lines))):
            column = self.lines[number].find(wanted, after)
            if column >= 0:
                self._reached[wanted, first] = number, column + 1
                return number + 1, column + skip + 1
            after = 0
        self._reached[wanted, first] = end, 0
        return first + 1, 1
