"""What every format gives: an article that was found in a file, in Markdown of the guides."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

from ...errors import Refusal
from ..source.markdown import CONTROL

_DAYS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d", "%d.%m.%Y")
_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d")
_MARKS = re.compile(r"([\\`*_\[\]<>])")
_START = re.compile(
    r"^(?=#{1,6}(?:\s|$)|[-+=~](?:\s|$)|:::|---|===|~~~)|^(\d{1,9})(?=[.)](?:\s|$))"
)
_AI = re.compile(r"\b(?:AI|A\.I\.|artificial intelligence|ChatGPT|language models?)\b")
_MADE = re.compile(
    r"\b(?:content|article|post|text|guide|page|image|picture|written|drafted|enhanced|generated|"
    r"created|edited|assist\w*|help|tools?)\b",
    re.IGNORECASE,
)
_LONGEST_NOTE = 240


class Unreadable(Refusal):
    """A file that cannot be imported, with the line on which that is seen."""

    def __init__(self, file: str, line: int, what: str, instead: str = "") -> None:
        self.file, self.line, self.what = file, line, what
        super().__init__(f"{file}:{line}: {what} {instead}".rstrip())


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture that an article shows: where it was, and the name of its file."""

    source: str
    file: str
    alt: str
    caption: str = ""


@dataclass(slots=True)
class FoundArticle:
    """An article as it was found; body holds pictures as ![alt](file "caption")."""

    file: str
    title: str
    body: str
    line: int = 1  # where it begins in its file
    key: str = ""  # what the other site calls it for ever; its address where it has one
    address: str = ""
    summary: str = ""
    author: str = ""
    published_on: date | None = None
    updated_on: date | None = None
    ai_use: str = ""
    cover: FoundPicture | None = None
    pictures: list[FoundPicture] = field(default_factory=list)
    recovered: list[str] = field(default_factory=list)  # what was made out, to be looked at
    left_out: list[str] = field(default_factory=list)  # lines that are not in the body


def escaped(text: str) -> str:
    """Words as Markdown that shows just these words, wherever they stand in a line."""
    plain = " ".join(CONTROL.sub("", text).split())
    marked = _MARKS.sub(r"\\\1", plain)
    start = _START.match(marked)
    if start is None:
        return marked
    return f"{start[1]}\\{marked[len(start[1]) :]}" if start[1] else f"\\{marked}"


def ai_note(text: str) -> str:
    """The sentence itself when a paragraph says how AI was used for the text, otherwise ''."""
    words = text.strip().strip("*_[]() ").strip()
    is_marked = text.strip().startswith(("*", "[", "(", "_"))
    says = _AI.search(words) and _MADE.search(words) and len(words) <= _LONGEST_NOTE
    begins = re.match(r"(?:This|Parts? of|Some|Written|Created|Drafted|AI)\b", words)
    return words if says and (is_marked or begins) else ""


def split_address(address: str) -> SplitResult:
    """The parts of an address, all empty where nobody could follow it: http://[x."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def day(text: str) -> date | None:
    """A day as people and feeds write it: May 3, 2024; 2024-05-03T10:00:00Z; RFC 2822."""
    words = " ".join(text.split())
    for form in _DAYS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if _STAMP.match(words):
        words = words[:10]
    try:
        return datetime.fromisoformat(words).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(words).date()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def decoded(content: bytes, file: str) -> str:
    """UTF-8 text with plain line ends; raises Unreadable with the line that is none."""
    if len(content) > 50_000_000:
        raise Unreadable(file, 1, "The file is larger than 50 MB.", "Divide it into several.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            file,
            content.count(b"\n", 0, error.start) + 1,
            "This line is not UTF-8 text.",
            "Save the file again with the encoding UTF-8.",
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Unreadable(file, line, "This line holds a NUL character.", "Save it again as text.")
    return re.sub(r"\r\n?|[\u2028\u2029\x85]", "\n", text)
