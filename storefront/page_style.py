"""As much of a style sheet as a page needs: the rules whose classes it names.

So a visitor waits for nothing else before seeing it (docs/decisions/0024-style-in-the-page.md).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HOLDS_RULES = ("@layer", "@media", "@supports", "@container")
_CLASS = re.compile(r"(?<=\.)shop[\w-]*")
_NAMED = re.compile(r"\bshop(?![/.])[\w-]*")
# What a selector says of others than the elements that it is for: `:not(.shop-cup)`.
_ABOUT_OTHERS = re.compile(r":[\w-]+\((?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule: its text, and for each of its selectors all classes that a page must name for it."""

    text: str
    classes: tuple[frozenset[str], ...]

    def needed(self, named: frozenset[str]) -> str:
        return self.text if any(classes <= named for classes in self.classes) else ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules of one layer or for some screens only."""

    condition: str
    rules: tuple["_Rule | _Group", ...]

    def needed(self, named: frozenset[str]) -> str:
        inner = "".join(rule.needed(named) for rule in self.rules)
        return f"{self.condition}{{{inner}}}" if inner else ""


class PageStyle:
    """A sheet without comments, and without braces in its strings."""

    def __init__(self, sheet: str) -> None:
        self._rules = _read(sheet)

    def needed(self, html: str) -> str:
        """The rules that a page needs, in their order; those without classes are always."""
        named = frozenset(_NAMED.findall(html))
        return "".join(rule.needed(named) for rule in self._rules)


def _read(text: str) -> tuple[_Rule | _Group, ...]:
    return tuple(_read_block(before.strip(), inner) for before, inner in _blocks(text))


def _read_block(before: str, inner: str) -> _Rule | _Group:
    if before.startswith(_HOLDS_RULES):
        return _Group(before, _read(inner))
    selectors = _ABOUT_OTHERS.sub("", before).split(",")
    classes = (frozenset(_CLASS.findall(selector)) for selector in selectors)
    return _Rule(f"{before}{{{inner}}}", tuple(classes))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """What stands before each outermost block, and what is in it."""
    depth = begin = opened = 0
    for brace in re.finditer("[{}]", text):
        if brace[0] == "{":
            opened = opened if depth else brace.start()
            depth += 1
        else:
            depth -= 1
            if not depth:
                yield text[begin:opened], text[opened + 1 : brace.start()]
                begin = brace.end()
