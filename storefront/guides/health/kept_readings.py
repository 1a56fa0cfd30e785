"""What was found in texts, kept by a digest of each: of a thousand guides few have changed.

No text is kept itself. Whatever depends on the shop, as its names and its stock, is asked again.
"""

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar

from ..checking.mentioning import Wordbook, proposals
from ..source.lines import Lines
from .ills import Ill
from .of_text import Reading, read_text

_MOST_KEPT = 8192

T = TypeVar("T")


class _Kept(Generic[T]):
    """Digest → what was made of it; begins again when it is full."""

    def __init__(self) -> None:
        self._found: dict[bytes, T] = {}

    def of(self, key: bytes, make: Callable[[], T]) -> T:
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            found = self._found[key] = make()
        return found


_readings: _Kept[Reading] = _Kept()
_mentions: _Kept[tuple[Ill, ...]] = _Kept()


def reading_of(source: str) -> Reading:
    """What can be told of a text without the shop."""
    return _readings.of(_digest(source), lambda: read_text(source))


class Book:
    """The names of the shop, with the mentions that were found by these very names."""

    def __init__(self, wordbook: Wordbook) -> None:
        self._wordbook = wordbook
        told = [(c.id, c.slug, c.name, c.is_sold_out) for c in wordbook.cards.values()]
        self._digest = _digest(repr((wordbook.namings, told)))

    def mentions_in(self, source: str) -> tuple[Ill, ...]:
        """Products that a text names without a link."""
        key = self._digest + _digest(source)
        return _mentions.of(key, lambda: tuple(self._find(source)))

    def _find(self, source: str) -> list[Ill]:
        lines = Lines(source)
        return [
            Ill(
                "mention", f"“{one.words}” could lead to {one.product}.",
                line=lines.line_of(one.start), start=one.start, end=one.end, instead=one.link,
                product_id=one.product_id,
            )
            for one in proposals(source, self._wordbook)
            if one.is_chosen
        ]  # fmt: skip


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
