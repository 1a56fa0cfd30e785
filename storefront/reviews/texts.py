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


def findings(name: str, text: str) -> tuple[claims.Finding, ...]:
    """What the wording rules say of a review."""
    return tuple(
        claims.find(
            (
                claims.Text("name", name, context="review", markup="letters"),
                claims.Text("review", text, context="review", markup="letters"),
            )
        )
    )


def blocked(name: str, text: str) -> list[claims.Finding]:
    """What of a review no shop may publish."""
    return [found for found in findings(name, text) if found.hit.is_block]


def blocked_answer(text: str) -> list[claims.Finding]:
    """What of an answer may not be published; it is the shop's own text."""
    own = claims.Text("answer", text, context="marketing", markup="letters")
    return [found for found in claims.find([own]) if found.hit.is_block]
