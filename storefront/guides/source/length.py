"""How long a guide is: words, and minutes to read them."""

from markdown_it.token import Token

from .markdown import MOST_MARKS, is_overloaded, parse, plain_text

WORDS_A_MINUTE = 220


def minutes_of(words: int) -> int:
    """How long so many words take to read, rounded up."""
    return max(1, -(-words // WORDS_A_MINUTE))


def words_in(text: str) -> int:
    """The words of a Markdown text without front matter, as readers count them."""
    return sum(words_of(token) for token in parse(text) if token.type == "inline")


def words_of(token: Token) -> int:
    """The words of one inline token."""
    return len(plain_text(token).split())


def why_empty(source: str) -> tuple[str, str]:
    """Why nothing came of a text, and what to do."""
    if is_overloaded(source):
        return f"The text has more than {MOST_MARKS:,} marks and lines.", "Make it several guides."
    return "The guide has no text.", "Write below the second ---."
