"""The facts at the top of a guide's file, between two lines of three hyphens, in plain YAML."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

import yaml

from ... import catalog
from .markdown import CONTROL
from .problems import Notes, suggestion

FIELDS = (
    "title", "slug", "summary", "picture", "picture_alt", "author", "reviewer", "reviewed_on",
    "published_on", "updated_on", "ai_use", "formerly",
)  # fmt: skip
REQUIRED = {
    "title": "Write title: and the name of the guide.",
    "slug": "Write slug: and the last part of the guide's address, such as foot-bath-at-home.",
    "summary": "Write summary: and one or two sentences for lists and search engines.",
    "author": "Write author: and who wrote the guide.",
    "updated_on": "Write updated_on: and the day of the last change, such as 2026-11-21.",
}
LONGEST = {
    "title": 200,
    "slug": catalog.LONGEST_SLUG,
    "formerly": catalog.LONGEST_SLUG,
    "author": 200,
    "reviewer": 200,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One value as it was written, and where."""

    text: str
    line: int
    column: int
    is_switch: bool  # YAML reads it as true or false, where a sentence was wanted


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The facts of a guide, checked one by one but not yet against the shop."""

    fields: dict[str, Field]

    def text(self, name: str) -> str:
        """The value, or an empty text when it was left out."""
        return self.fields[name].text if name in self.fields else ""

    def day(self, name: str) -> date | None:
        """The value as a day, or None when it was left out."""
        return date.fromisoformat(self.text(name)) if self.text(name) else None

    def place(self, name: str) -> tuple[int, int]:
        """Line and column of the value; the top of the file when it was left out."""
        found = self.fields.get(name)
        return (found.line, found.column) if found else (1, 1)


def halves(source: str) -> tuple[str, str] | None:
    """The front matter with its two fences, and the text below; None where there is no fence."""
    lines = source.split("\n")
    if lines[0].rstrip() != "---":
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in {"---", "..."}:
            front = "\n".join([*lines[: number + 1], ""])
            return front, source[len(front) :]
    return None


def split(source: str) -> tuple[str, str] | None:
    """Front matter and Markdown, both with their lines where they stand; None without the fence.

    The Markdown part keeps an empty line for every line above it, so that its line numbers are
    those of the file.
    """
    found = halves(source)
    if found is None:
        return None
    front, body = found
    lines = front.split("\n")
    return "\n".join(["", *lines[1:-2]]), "\n" * (len(lines) - 1) + body


def body_of(source: str) -> str:
    """The Markdown that split() gives, or the whole source where it has no front matter."""
    found = split(source)
    return found[1] if found else source


def read_front_matter(text: str, notes: Notes) -> FrontMatter:
    """Reads the part that split() gave; mistakes go to the notes."""
    fields: dict[str, Field] = {}
    for key, value in _pairs(text, notes):
        _take(key, value, fields, notes)
    matter = FrontMatter(fields)
    if not notes.problems or fields:
        _check(matter, notes)
    return matter


def _pairs(text: str, notes: Notes) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
        notes.add(
            line,
            column,
            f"The front matter is not valid YAML: {what}.",
            'Write one “name: value” on each line; put a value that holds ": " in quotes.',
        )
        return
    if isinstance(node, yaml.MappingNode):
        yield from node.value
        return
    notes.add(
        1,
        1,
        "The front matter holds no “name: value” lines.",
        "Begin with title: and slug: between the two lines of ---.",
    )


def _take(key: yaml.Node, value: yaml.Node, fields: dict[str, Field], notes: Notes) -> None:
    line, column = key.start_mark.line + 1, key.start_mark.column + 1
    name = str(key.value)
    if name not in FIELDS:
        notes.add(
            line,
            column,
            f"“{name}” is not a field of a guide.",
            suggestion(name, FIELDS, f"Use {', '.join(FIELDS)}."),
        )
    elif name in fields:
        notes.add(line, column, f"“{name}” is given twice.", "Keep one of them.")
    elif not isinstance(value, yaml.ScalarNode):
        notes.add(line, column, f"“{name}” is a list or a table.", "Write one plain value.")
    elif value.tag != "tag:yaml.org,2002:null":
        fields[name] = Field(
            value.value.strip(),
            value.start_mark.line + 1,
            value.start_mark.column + 1,
            is_switch=value.tag == "tag:yaml.org,2002:bool",
        )


def _check(matter: FrontMatter, notes: Notes) -> None:
    for name, instead in REQUIRED.items():
        if not matter.text(name):
            notes.add(*matter.place(name), f"“{name}” is missing.", instead)
    for name in FIELDS:
        if CONTROL.search(matter.text(name)):  # written as \u202e, which YAML reads as the sign
            notes.add(*matter.place(name), f"“{name}” holds a control character.", "Take it out.")
    for name, longest in LONGEST.items():
        if len(matter.text(name)) > longest:
            notes.add(
                *matter.place(name),
                f"“{name}” has {len(matter.text(name))} characters.",
                f"Keep it to {longest}.",
            )
    for name in ("slug", "formerly"):
        if matter.text(name) and not catalog.SLUG.fullmatch(matter.text(name)):
            notes.add(
                *matter.place(name),
                f"“{matter.text(name)}” cannot be part of an address.",
                f"Write {name}: {catalog.slug_from(matter.text(name)) or 'foot-bath-at-home'}.",
            )
    for name in ("reviewed_on", "published_on", "updated_on"):
        _check_day(matter, name, notes)
    for name in FIELDS:
        if catalog.WRITTEN.search(matter.text(name)):
            notes.add(
                *matter.place(name),
                f"A token cannot stand in “{name}”.",
                "Write it in the text below, where it is filled.",
            )
    _check_pairs(matter, notes)


def _check_day(matter: FrontMatter, name: str, notes: Notes) -> None:
    text = matter.text(name)
    try:
        is_day = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_day = False
    if not is_day:
        notes.add(
            *matter.place(name),
            f"“{text}” is not a day of the calendar.",
            f"Write {name}: as year-month-day, such as 2026-11-21.",
        )


def _check_pairs(matter: FrontMatter, notes: Notes) -> None:
    if matter.text("picture") and not matter.text("picture_alt"):
        notes.add(
            *matter.place("picture"),
            "The picture has no alternative text.",
            "Write picture_alt: and what the picture shows.",
        )
    if matter.text("reviewed_on") and not matter.text("reviewer"):
        notes.add(
            *matter.place("reviewed_on"),
            "“reviewed_on” is given without a reviewer.",
            "Write reviewer: and who checked the guide.",
        )
    if "ai_use" in matter.fields and matter.fields["ai_use"].is_switch:
        notes.add(
            *matter.place("ai_use"),
            "“ai_use” is a switch, but readers see it as a text.",
            "Write a sentence, or leave the field out.",
        )


def first_free(stem: str, is_taken: Callable[[str], bool]) -> str:
    """The stem, or with the first number behind it that makes it free: foot-bath-2."""
    names = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
    return next(name for name in names if not is_taken(name))
