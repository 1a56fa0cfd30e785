"""What of a review is compared and checked: its words, never its stars."""

import hashlib
import re
import unicodedata

from .. import claims

_FEWEST_WORDS = 5
_WORD = re.compile(r"\w+")


def key_of(text: str) -> str:
    """The same for texts of the same words; '' for a few words, which anybody might write."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _FEWEST_WORDS:
        return ""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def checked(name: str, text: str) -> tuple[claims.Text, ...]:
    """A review as the wording rules read it."""
    return (
        claims.Text("name", name, context="review", markup="letters"),
        claims.Text("review", text, context="review", markup="letters"),
    )


def checked_answer(text: str) -> tuple[claims.Text, ...]:
    """An answer as they read it: it is the shop's own text."""
    return (claims.Text("answer", text, context="marketing", markup="letters"),)
