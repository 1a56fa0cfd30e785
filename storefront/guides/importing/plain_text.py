"""Plain text as a page builder gives it: one line for each paragraph, and nothing says what it is.

Furniture of the page is taken off. A short line without a full stop is a heading when it is
written like one, and what describes a picture otherwise. Words are never changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from statistics import median

from ... import catalog
from .articles import FoundArticle, Unreadable, ai_note, day, decoded, escaped

_ALWAYS = frozenset(
    {"top of page", "bottom of page", "skip to main content", "use tab to navigate."}
)
_AT_THE_TOP = re.compile(
    r"search|menu|home|blog|all posts|log ?in(?: / sign ?up)?|sign up|cart(?: \(\d+\))?|writer|"
    r"\d+ min(?:ute)?s?(?: to)? read|share(?: this post)?|rated .+ stars?\.?|no ratings yet",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    r"(?:\d+ )?comments?|write a comment\.*|recent posts|related posts|see all|"
    r"share(?: this post)?|\d+ (?:views?|likes?)|post not marked as liked|subscribe|"
    r"(?:©|\(c\)|copyright).{0,80}|back to top|privacy policy|log ?in",
    re.IGNORECASE,
)
_ENDS_THE_ARTICLE = re.compile(r"(?:\d+ )?comments?|recent posts|related posts", re.IGNORECASE)
_BYLINE = re.compile(r"(?:written by|by|author:|writer:)\s+(?P<who>[^.,;:!?]{2,60})", re.IGNORECASE)
_UPDATED = re.compile(r"(?:last )?updated:?\s+(?:on )?(.+)", re.IGNORECASE)
_BULLET = re.compile(r"[•◦▪‣·●○*\u2013\u2014-]\s+(.+)")
_NUMBER = re.compile(r"(\d{1,3})[.)]\s+(.+)")
_SPEAKS = re.compile(r"^(?P<lead>[^“\"„]{0,60}?)[“\"„](?P<said>.+)[”\"“]$", re.DOTALL)
_TAKEAWAYS = re.compile(r"(?:key )?take-?aways?|in (?:brief|short)|at a glance", re.IGNORECASE)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an and as at but by for from in into is it its nor of off on onto or out over per so "
        "than that the their to up used via vs with without your you are",
    )
)
_TOP_LINES, _LONGEST_HEADING, _WORDS_OF_A_CAPTION = 8, 110, 9


@dataclass(slots=True)
class Line:
    """A line with its number, and what it was taken for."""

    number: int
    text: str
    kind: str = "text"  # heading, caption, bullet, number, quote


def read_plain_text(content: bytes, file: str) -> FoundArticle:
    """The article in a pasted text; raises Unreadable when there is none."""
    lines = _lines(decoded(content, file))
    article = FoundArticle(file, "", "")
    kept = _without_furniture(lines, article)
    kept = _without_top(kept, article)
    if not kept:
        raise Unreadable(file, 1, "There is no text in this file.", "Paste the article into it.")
    _classify(kept)
    article.body = _markdown(kept)
    article.title = article.title or _title_for(file, kept, article)
    article.key = f"title:{catalog.slug_from(article.title)}"
    _tell(kept, article)
    return article


def _lines(text: str) -> list[Line]:
    """Paragraphs with the line each begins on; lines that were wrapped at a width are joined."""
    groups: list[list[Line]] = [[]]
    for number, written in enumerate(text.split("\n"), start=1):
        words = " ".join(written.split())
        if words:
            groups[-1].append(Line(number, words))
        elif groups[-1]:
            groups.append([])
    inner = [len(line.text) for group in groups for line in group[:-1]]
    is_wrapped = len(inner) > 3 and 50 <= median(inner) <= 100 and max(inner) <= 120
    if not is_wrapped:
        return [line for group in groups for line in group]
    return [
        Line(group[0].number, " ".join(line.text for line in group)) for group in groups if group
    ]


def _without_furniture(lines: list[Line], article: FoundArticle) -> list[Line]:
    """Without what belongs to the page: at its top and end, and all from its comments on."""
    end = len(lines)
    for at, line in enumerate(lines):
        if at >= len(lines) // 2 and _ENDS_THE_ARTICLE.fullmatch(line.text):
            end = at
            break
    while end and _AT_THE_END.fullmatch(lines[end - 1].text):
        end -= 1
    kept = [line for line in lines[:end] if line.text.casefold() not in _ALWAYS]
    start = 0
    while start < min(len(kept), _TOP_LINES) and _AT_THE_TOP.fullmatch(kept[start].text):
        start += 1
    kept = kept[start:]
    numbers = {line.number for line in kept}
    article.left_out += [line.text for line in lines if line.number not in numbers]
    return kept


def _without_top(lines: list[Line], article: FoundArticle) -> list[Line]:
    """Takes title, byline and dates from the first lines, and the note on AI from anywhere."""
    kept: list[Line] = []
    for at, line in enumerate(lines):
        note = ai_note(line.text)
        if note and not article.ai_use:
            article.ai_use = note
        elif not (at < _TOP_LINES and _is_top_line(line, article, is_first=not kept)):
            kept.append(line)
    return kept


def _is_top_line(line: Line, article: FoundArticle, *, is_first: bool) -> bool:
    if not is_first:
        return False
    if not article.title and _could_be_title(line.text) and not _BYLINE.fullmatch(line.text):
        article.title = line.text
        return True
    who, updated = _BYLINE.fullmatch(line.text), _UPDATED.fullmatch(line.text)
    if updated and day(updated[1]):
        article.updated_on = day(updated[1])
    elif found := day(line.text):
        article.published_on = article.published_on or found
    elif who and not article.author:
        article.author = who["who"].strip()
    elif _AT_THE_TOP.fullmatch(line.text) or line.text == article.title:
        article.left_out.append(line.text)
    else:
        return False
    return True


def _could_be_title(text: str) -> bool:
    is_short = len(text) <= 140 and not text.endswith((".", ":", ",", ";", "”", '"'))
    return is_short and day(text) is None and not _BULLET.match(text)


def _classify(lines: list[Line]) -> None:
    for line in lines:
        line.kind = _kind(line.text)
    for line, following in zip(lines, lines[1:], strict=False):
        # A page builder writes what a picture shows just above the next heading.
        if line.kind == "short" and following.kind in {"heading", "short"}:
            line.kind = "caption"
    for at, line in enumerate(lines):
        if line.kind == "short":
            line.kind = "heading" if at + 1 < len(lines) else "text"
    if lines[-1].kind == "heading":
        lines[-1].kind = "text"  # nothing stands below it


def _kind(text: str) -> str:
    if _NUMBER.fullmatch(text) or _BULLET.fullmatch(text):
        return "number" if text[0].isdigit() else "bullet"
    speech = _SPEAKS.fullmatch(text)
    if speech and len(speech["said"]) > len(speech["lead"]):
        return "quote"
    if text.endswith((".", "!", ":", ";", ",", "…", "”", '"', ")")) or len(text) > 200:
        return "text"
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    if len(text) <= _LONGEST_HEADING and (text.endswith("?") or _is_title_case(words)):
        return "text" if ". " in text else "heading"
    return "short" if len(words) < _WORDS_OF_A_CAPTION else "caption"


def _is_title_case(words: list[str]) -> bool:
    """Whether most words that titles write large are large, not counting the first."""
    weighty = [word for word in words[1:] if word.lower() not in _SMALL]
    large = sum(word[0].isupper() for word in weighty)
    return bool(weighty) and large * 2 > len(weighty)


def _markdown(lines: list[Line]) -> str:
    parts: list[str] = []
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].kind in {"bullet", "number"}:
            while end < len(lines) and lines[end].kind == lines[at].kind:
                end += 1
            parts.append(_list(lines[at:end]))
            if lines[at].kind == "bullet" and at and _is_takeaways(lines[at - 1]):
                parts[-2:] = [f"::: takeaways\n{parts[-1]}\n:::"]
        else:
            parts.append(_block(lines[at]))
        at = end
    return "\n\n".join(parts) + "\n"


def _is_takeaways(line: Line) -> bool:
    return line.kind == "heading" and bool(_TAKEAWAYS.fullmatch(line.text))


def _block(line: Line) -> str:
    words = escaped(line.text)
    return {"heading": f"## {words}", "caption": f"*{words}*", "quote": f"> {words}"}.get(
        line.kind, words
    )


def _list(lines: Iterable[Line]) -> str:
    items: list[str] = []
    for line in lines:
        bullet, number = _BULLET.fullmatch(line.text), _NUMBER.fullmatch(line.text)
        if number:
            items.append(f"{len(items) + 1}. {escaped(number[2])}")
        elif bullet:
            items.append(f"- {escaped(bullet[1])}")
    return "\n".join(items)


def _title_for(file: str, lines: list[Line], article: FoundArticle) -> str:
    """The file's name where it is made of words, else how the text begins."""
    stem = PurePath(file).stem.replace("_", " ").replace("-", " ").strip()
    words = re.findall(r"[^\W\d_]{3,}", stem)
    article.recovered.append("no title was found: write one")
    if len(words) > 1 and not any(letter.isdigit() for letter in stem):
        return stem[:1].upper() + stem[1:]
    first = lines[0].text.split()
    return " ".join(first[:9]).rstrip(",;:.") + ("…" if len(first) > 9 else "")


def _tell(lines: list[Line], article: FoundArticle) -> None:
    for kind, one, more in (
        ("heading", "heading", "headings"),
        ("caption", "caption without its picture", "captions without their pictures"),
        ("quote", "quote", "quotes"),
        ("bullet", "item of a list", "items of lists"),
        ("number", "step", "steps"),
    ):
        count = sum(line.kind == kind for line in lines)
        if count:
            article.recovered.append(f"{count} {one if count == 1 else more}")
