"""The facts of a guide read from its source and written back into it, with everything else as is.

Order, comments, quotes and fields that nobody touched stay letter for letter as they were.
"""

import json
import re
from collections.abc import Mapping

import yaml

from .front_matter import FIELDS, halves

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"(\w+):")
_WIDE = 1_000_000_000  # a value stands on one line, however long


def facts_of(source: str) -> dict[str, str] | None:
    """Field → text of what stands in the front matter; None where it cannot be read."""
    parts = halves(source)
    pairs = _pairs(parts[0]) if parts else None
    if pairs is None:
        return None
    return {key.value: value.value.strip() for key, value in pairs if not _is_null(value)}


def begin_of_text(source: str) -> int:
    """Where the text begins that an editor shows beside the facts; 0 where they cannot be read."""
    parts = halves(source)
    if parts is None or facts_of(source) is None:
        return 0
    return len(source) - len(parts[1].lstrip("\n"))


def fact_at(source: str, line: int) -> str:
    """The fact of the front matter that a line belongs to; the first one where none does."""
    for written in reversed(source.split("\n")[:line]):
        if found := _NAME.match(written):
            return found[1]
    return "title"


def with_facts(source: str, facts: Mapping[str, str]) -> str:
    """The source with these facts; an empty text takes a field out. Needs facts_of() to be there.

    Line breaks in a value become spaces: a fact is one line.
    """
    parts = halves(source)
    assert parts is not None
    front, body = parts
    there = facts_of(source) or {}
    for name in sorted(facts, key=FIELDS.index):
        if " ".join(facts[name].split()) != there.get(name, ""):
            front = _written(front, name, _line(name, facts[name]))
    return front + body


def new_source(facts: Mapping[str, str], body: str = "") -> str:
    """A source with these facts and this text."""
    front = "".join(_line(name, facts.get(name, "")) for name in FIELDS)
    return f"---\n{front}---\n{body}"


def _line(name: str, value: str) -> str:
    text = " ".join(value.split())
    return f"{name}: {_scalar(text)}\n" if text else ""


def _written(front: str, name: str, line: str) -> str:
    pair = next((p for p in _pairs(front) or () if p[0].value == name), None)
    if pair is None:
        fence = front.rstrip("\n").rfind("\n") + 1
        return front[:fence] + line + front[fence:]
    key, value = pair
    offset = len(front.split("\n", 1)[0]) + 1  # of the YAML below the first fence
    start, end = offset + key.start_mark.index, offset + value.end_mark.index
    if not line or front[start:end].endswith("\n"):
        return front[:start] + line + front[_next_line(front, end) :]
    return front[:start] + line.rstrip("\n") + front[end:]


def _next_line(front: str, end: int) -> int:
    return end if front[end - 1] == "\n" else front.index("\n", end) + 1


def _pairs(front: str) -> list[tuple[yaml.ScalarNode, yaml.ScalarNode]] | None:
    """The lines of the front matter as nodes that know their place."""
    text = front.split("\n", 1)[1].rstrip("\n").rpartition("\n")[0]
    try:
        node = yaml.compose(f"{text}\n", Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if node is None:
        return []
    is_plain = isinstance(node, yaml.MappingNode) and all(
        isinstance(one, yaml.ScalarNode) for pair in node.value for one in pair
    )
    return node.value if is_plain else None


def _is_null(value: yaml.ScalarNode) -> bool:
    return value.tag == "tag:yaml.org,2002:null"


def _scalar(text: str) -> str:
    """A text as YAML reads it back, plain where it can be."""
    if _DAY.fullmatch(text):
        return text
    if text.isascii() and text.isprintable() and ('"' in text or ": " in text or " #" in text):
        return json.dumps(text)  # double quotes, as people write them
    written: str = yaml.safe_dump(
        {"x": text}, allow_unicode=True, width=_WIDE, default_flow_style=False
    )
    return written.removeprefix("x: ").rstrip("\n")
