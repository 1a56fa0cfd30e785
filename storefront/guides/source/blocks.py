"""The ::: blocks of a guide: which there are, what stands on their first line and inside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from ... import catalog
from .markdown import Part, Reference, to_parts
from .problems import Notes, suggestion

_WORD = re.compile(
    r"""(?P<name>[A-Za-z_]+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))|(?P<word>[^\s="]+)(?=\s|$)"""
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of block takes: names of products, attributes, and a list or free text."""

    products: int = 0
    attributes: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    list_tag: str = ""  # ul or ol: the block is one such list
    example: str = ""


SHAPES = {
    "takeaways": Shape(list_tag="ul", example="::: takeaways"),
    "steps": Shape(
        attributes=("minutes", "often", "title", "use"),
        list_tag="ol",
        example='::: steps minutes=25 often="two evenings a week" title="The foot bath"',
    ),
    "product": Shape(
        products=1, attributes=("instead",), example="::: product magnesium-oil-spray"
    ),
    "compare": Shape(products=2, example="::: compare magnesium-oil-spray magnesium-body-lotion"),
    "quote": Shape(
        attributes=("by",), required=("by",), example='::: quote by="Marta Lind, our founder"'
    ),
}
LISTS = {
    "ul": ("bullet_list_open", "“- first point”"),
    "ol": ("ordered_list_open", "“1. First step”"),
}


@dataclass(slots=True)
class Heading:
    """The first line of a block, taken apart."""

    kind: str
    line: int
    words: list[tuple[str, int]] = field(default_factory=list)  # with their columns
    attributes: dict[str, tuple[str, int]] = field(default_factory=dict)
    is_readable: bool = True


def read_block(
    tokens: list[Token], lines: list[str], notes: Notes
) -> tuple[dict[str, Any], list[Reference]]:
    """One ::: block with the names it speaks of; mistakes go to the notes."""
    heading = read_heading(tokens[0], lines, notes)
    shape = SHAPES.get(heading.kind)
    if shape is None or not heading.is_readable:
        return {}, []
    _check_heading(heading, shape, notes)
    _check_content(heading, shape, tokens[1:-1], notes)
    return _block(heading, to_parts(tokens[1:-1])), list(_references(heading))


def _references(heading: Heading) -> Iterator[Reference]:
    slug, column = heading.attributes.get("instead", ("", 0))
    for word, place in heading.words:
        yield Reference("product", word, heading.line, place, instead=slug)
    if slug:
        place = column + len("instead=")
        yield Reference("product", slug, heading.line, place, is_alternative=True)


def read_heading(token: Token, lines: list[str], notes: Notes) -> Heading:
    """Takes apart '::: steps minutes=25 often="two evenings a week"'."""
    assert token.map is not None
    number = token.map[0] + 1
    written = lines[number - 1]
    at = written.index(token.markup) + len(token.markup)
    kind, _, _ = token.info.strip().partition(" ")
    heading = Heading(kind, number)
    start = written.find(kind, at) + len(kind)
    if kind not in SHAPES:
        notes.add(
            number,
            at + 2,
            f"There is no block called “{kind}”.",
            suggestion(kind, SHAPES, f"Use {', '.join(SHAPES)}."),
        )
        return heading
    _read_words(heading, written, start, notes)
    return heading


def _read_words(heading: Heading, written: str, start: int, notes: Notes) -> None:
    end = start
    for match in _WORD.finditer(written, start):
        if written[end : match.start()].strip():
            break
        end = match.end()
        _take(heading, match, notes)
    rest = written[end:]
    if rest.strip():
        heading.is_readable = False
        notes.add(
            heading.line,
            end + len(rest) - len(rest.lstrip()) + 1,
            f"“{rest.strip()}” cannot be read.",
            'Write attributes as name="value", with a quote at both ends.',
        )


def _take(heading: Heading, match: re.Match[str], notes: Notes) -> None:
    column = match.start() + 1
    if match["word"]:
        heading.words.append((match["word"], column))
    elif match["name"] in heading.attributes:
        notes.add(heading.line, column, f"“{match['name']}” is given twice.", "Keep one of them.")
    else:
        value = match["bare"] if match["quoted"] is None else match["quoted"]
        heading.attributes[match["name"]] = (value.strip(), column)


def _check_heading(heading: Heading, shape: Shape, notes: Notes) -> None:
    if len(heading.words) != shape.products:
        column = heading.words[-1][1] if heading.words else 1
        wanted = ("no product", "one product", "two products")[shape.products]
        notes.add(
            heading.line,
            column,
            f"A {heading.kind} block names {wanted}, this one {len(heading.words)}.",
            f"Write {shape.example}",
        )
    elif len({word for word, _ in heading.words}) < shape.products:
        notes.add(
            heading.line,
            heading.words[-1][1],
            "A product is compared with itself.",
            "Name two different products.",
        )
    for name, (_, column) in heading.attributes.items():
        if name not in shape.attributes:
            notes.add(
                heading.line,
                column,
                f"A {heading.kind} block has no “{name}”.",
                suggestion(name, shape.attributes, f"Write {shape.example}"),
            )
    for name in shape.required:
        if not heading.attributes.get(name, ("", 0))[0]:
            notes.add(heading.line, 1, f"“{name}” is missing.", f"Write {shape.example}")
    _check_minutes(heading, notes)
    _check_use(heading, notes)
    _check_instead(heading, notes)
    _check_tokens(heading, notes)


def _check_instead(heading: Heading, notes: Notes) -> None:
    slug, column = heading.attributes.get("instead", ("", 0))
    if column and slug in {"", *(word for word, _ in heading.words)}:
        notes.add(
            heading.line,
            column,
            "“instead” names no other product.",
            "Write the slug of what is shown while this one is sold out, or leave it out.",
        )


def _check_tokens(heading: Heading, notes: Notes) -> None:
    for name, (value, column) in heading.attributes.items():
        if catalog.WRITTEN.search(value):
            notes.add(
                heading.line,
                column,
                f"A token cannot stand in “{name}”.",
                "Write it in a sentence of the text.",
            )


def _check_minutes(heading: Heading, notes: Notes) -> None:
    value, column = heading.attributes.get("minutes", ("1", 1))
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 1440):
        notes.add(
            heading.line,
            column,
            f"“{value}” is not a number of minutes.",
            "Write a whole number from 1 to 1440, such as minutes=25.",
        )


def _check_use(heading: Heading, notes: Notes) -> None:
    value, column = heading.attributes.get("use", ("feet", 1))
    if not catalog.is_use(value):
        notes.add(
            heading.line,
            column,
            f"“{value}” cannot be a use.",
            "Write it in small letters, as products are used for it, such as use=feet.",
        )


def _check_content(heading: Heading, shape: Shape, inner: list[Token], notes: Notes) -> None:
    if not inner:
        wanted = LISTS[shape.list_tag][1] if shape.list_tag else "a sentence"
        notes.add(
            heading.line,
            1,
            f"The {heading.kind} block is empty.",
            f"Write {wanted} between this line and the closing :::",
        )
        return
    if shape.list_tag and not _is_one_list(inner, shape.list_tag):
        line = inner[0].map[0] + 1 if inner[0].map else heading.line
        notes.add(
            line,
            1,
            f"A {heading.kind} block holds one list and nothing else.",
            f"Begin every line with {LISTS[shape.list_tag][1]}.",
        )


def _is_one_list(inner: list[Token], tag: str) -> bool:
    base = inner[0].level
    tops = [token for token in inner if token.level == base]
    return inner[0].type == LISTS[tag][0] and len(tops) == 2


def _block(heading: Heading, parts: list[Part]) -> dict[str, Any]:
    values = {name: value for name, (value, _) in heading.attributes.items()}
    block: dict[str, Any] = {"kind": heading.kind, "parts": parts}
    if heading.kind == "steps":
        minutes = values.get("minutes", "")
        block["minutes"] = int(minutes[:6]) if minutes.isdigit() else None
        block |= {name: values.get(name, "") for name in ("title", "often", "use")}
    if heading.kind == "quote":
        block["by"] = values.get("by", "")
    if heading.kind in {"product", "compare"}:
        block["products"] = [word for word, _ in heading.words]
    if values.get("instead"):
        block["instead"] = values["instead"]
    return block
