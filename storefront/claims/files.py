"""Texts out of files: Markdown with front matter, YAML, and anything else as plain text."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from ..errors import Refusal
from .checker import Text

READABLE = (".md", ".markdown", ".txt", ".html", ".htm", ".yaml", ".yml", ".csv")
_CONTEXTS = {"warnings": "safety"}  # what a field is for, where its name says so
_MARKDOWN = {".md", ".markdown"}
_YAML = {".yaml", ".yml"}


class Unreadable(Refusal):
    """A file that was to be checked cannot be read; the sentence says why."""


def texts_in_files(path: Path) -> Iterator[Text]:
    """The texts of a file, or of every readable file below a folder; raises Unreadable."""
    if not path.is_dir():
        yield from _texts_in_file(path)
        return
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() in READABLE and file.is_file():
            yield from _texts_in_file(file)


def texts_in_markdown(source: str, place: str, *, key: str = "") -> Iterator[Text]:
    """The values of the front matter one by one, and the text below it as a whole.

    key is where sign-offs for its words are kept.
    """
    for text in _parts_of_markdown(source, place):
        yield replace(text, key=key)


def _parts_of_markdown(source: str, place: str) -> Iterator[Text]:
    lines = source.split("\n")
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in {"---", "..."}), 0)
    if lines[0].rstrip() != "---" or not end:
        yield Text(place, source, markup="markdown")
        return
    yield from texts_in_yaml("\n".join(["", *lines[1:end]]), place)
    yield Text(place, "\n" * (end + 1) + "\n".join(lines[end + 1 :]), markup="markdown")


def texts_in_yaml(source: str, place: str) -> Iterator[Text]:
    """Every value of a YAML text; one that is not valid YAML counts as plain text."""
    try:
        top = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        yield Text(place, source)
        return
    if top is not None:
        yield from _values(top, place, "", set())


def _texts_in_file(path: Path) -> Iterator[Text]:
    try:
        source = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{path} is not UTF-8 text. Save it again as UTF-8.") from None
    kind = path.suffix.lower()
    if kind in _MARKDOWN:
        yield from texts_in_markdown(source, str(path))
    elif kind in _YAML:
        yield from texts_in_yaml(source, str(path))
    else:
        yield Text(str(path), source)


def _values(node: yaml.Node, place: str, name: str, seen: set[int]) -> Iterator[Text]:
    if id(node) in seen:
        return  # the same value by another name (a YAML alias)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _values(value, place, str(key.value), seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _values(value, place, name, seen)
    elif isinstance(node, yaml.ScalarNode):
        text = node.value.replace("-", " ") if name == "slug" else node.value
        line = node.start_mark.line + (2 if node.style in {"|", ">"} else 1)
        context = _CONTEXTS.get(name, "article")
        yield Text(place, text, context=context, markup="markdown", line=line)
