"""A text as the rules want it: one spelling of everything, split into sentences, places kept.

Compatibility forms, curly quotes, accents, letters that look like Latin ones, what nobody sees,
entities, tags and Markdown are levelled, because the eye does not see them and a pattern must not
stumble over them. Every place in the levelled text can be traced back to the text as written.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

#: Of a text, HTML is read; in the Markdown of the shop and in letters it is shown as it is written.
Markup = Literal["text", "markdown", "letters"]

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"',
                         "‟": '"', "‐": "-", "‑": "-", "\x85": " ", "\u2028": " ",
                         "\u2029": " "})  # fmt: skip
# What Unicode has programs not show (Default_Ignorable_Code_Point), and marks upon letters.
_UNSEEN = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_ALIKE = (
    str.maketrans(  # Cyrillic and Greek letters, and small capitals, that are read as Latin ones
        "\u0430\u0432\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
        "\u03bf\u03b1\u03bd\u03b9\u03ba\u03c1\u03c4\u03c5\u03c7\u03f2"
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9"
        "\u1d00\u1d04\u1d05\u1d07\u1d0a\u1d0b\u1d0d\u1d0f\u1d18\u1d1b\u1d1c\u1d20\u1d21\u1d22"
        "\u0280\u026a\u0274\u029c\u029f\ua731\u0131\u0251\u0261"
        # read as Latin ones among Latin ones only
        "\u03b2\u03b3\u03b5\u03b7\u03b8\u03bc\u03c0\u03c2\u03c3\u03c9\u0394\u0398\u039b\u03a3\u03a9"
        "\u0433\u043a\u043c\u043d\u043f\u0442\u044c\u0454\u0461\u0475\u04cf\u025b",
        "abeopcyxijsdhqwABEKMHOPCTYXIJSoavikptuxcABEZHIKMNOPTYXCacdejkmoptuvwzrinhlsiag"
        "byenounsowAOAEOrkmhntbewvle",
    )
)
_UNCOMMON = r"(?P<uncommon>[A-Za-z]?[^\x00-\x7f]+)"
_ENTITY = r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
_TAG = r"(?P<tag></?[A-Za-z][^<>]*>)"
_HIDDEN = re.compile(r"<(script|style)\b|<(!)--", re.IGNORECASE)
_CLOSED_BY = {
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "!": re.compile("-->"),
}
_MARKER = r"(?:[-+*>|]|\d{1,3}[.)]|\#{1,6}|:{3,})"
_GAP = rf"(?P<gap>\s*[\n\x1e]\s*(?:{_MARKER}[ \t]+)*|\s{{2,}}|[\t\v\f\r])"
_LINK = (
    r"(?P<link>\]\((?:<[^<>\n]*+>|(?:[^()\s]++|\([^()\s]*+\))*+)"
    r"(?:\s+\"(?P<title>[^\"]*)\")?\s*+\))"
)
_MARK = r"(?P<mark>!?\[|\]|[*_`~]+|\|)"
_TEXT = re.compile("|".join([_UNCOMMON, _ENTITY, _TAG, _GAP]), re.DOTALL)
_MARKDOWN = re.compile("|".join([_UNCOMMON, _ENTITY, _TAG, _GAP, _LINK, _MARK]), re.DOTALL)
_REFERENCE = re.compile(r"\]\[([^\[\]\n]{1,999})\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,999})\]:", re.MULTILINE)
# What opens and ends links, and what holds both only as letters: code, <…>, another block or cell.
_BRACKETS = re.compile(
    r"\n(?:[ >]*(?P<fence>`{3,}|~{3,})(?s:.*?)(?:\n[ >]*(?P=fence)|\Z)|(?![^\W\d_]))|\x1e|\|"
    r"|`[^`\n]*`|<[^<>\s]*>|\\(?:\]\(|.)|!\[|\[|\]\(?"
)
_NO_LINK = "\u00ad("
_OWN_LINE = re.compile(r"^[ \t]*(?:#{1,6}[ \t]|:{3,}|\|)[^\n]*\n", re.MULTILINE)
_FIRST_MARKER = re.compile(rf"[ \t]*(?:{_MARKER}[ \t]+)+")
_SPOKEN = re.compile(r"""\b(?:alt|title|content|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_INLINE = {"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "q", "s", "small", "span",
           "strong", "sub", "sup", "u", "wbr", "font"}  # fmt: skip
_CLOSED = r"(?:(?<=[.!?])|(?<=[.!?][\"')\]])|(?<=[.!?][\"')\]]{2}))"
_END = re.compile(rf"\n+|{_CLOSED} +(?=[^a-z])")
_SHORT_LINE = 60


@dataclass(slots=True)
class Levelled:
    """A text in one spelling, and the way back to the original."""

    text: str = ""
    _starts: list[int] = field(default_factory=list)  # where a changed run begins in the new text
    _runs: list[tuple[int, int, int]] = field(default_factory=list)  # its end; original from, to

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original text from which this place was made."""
        return self._trace(start, is_end=False), self._trace(end, is_end=True)

    def note(self, start: int, end: int, came_from: tuple[int, int]) -> None:
        """Remembers that a run was changed; runs are noted from left to right."""
        self._starts.append(start)
        self._runs.append((end, *came_from))

    def _trace(self, at: int, *, is_end: bool) -> int:
        # An end just before a run lies before it, and a start just after it lies behind it.
        index = bisect_right(self._starts, at - 1 if is_end else at) - 1
        if index < 0:
            return at
        end, original_from, original_to = self._runs[index]
        if at < end:
            return original_to if is_end else original_from
        return original_to + at - end


def level(text: str, markup: Markup = "text") -> Levelled:
    """The text in one spelling; with 'markdown' also without its marks and link targets."""
    written = _without_hidden(text) if markup == "text" else text
    if markup == "markdown":
        written = _OWN_LINE.sub(lambda line: line[0][:-1] + "\x1e", _without_labels(written))
        written = _with_unopened(written)
    levelled, pieces, length, done = Levelled(), [], 0, 0
    titles: list[tuple[int, int]] = []
    for run in _runs(written, _MARKDOWN if markup == "markdown" else _TEXT):
        plain = _plain(run, written, markup)
        if plain == run[0]:
            continue
        if run.lastgroup == "link" and run["title"]:
            titles.append(run.span("title"))
        pieces += [written[done : run.start()], plain]
        start = length + run.start() - done
        length = start + len(plain)
        levelled.note(start, length, run.span())
        done = run.end()
    levelled.text = "".join([*pieces, written[done:]])
    _add_titles(titles, levelled, written)
    return levelled


def _add_titles(titles: list[tuple[int, int]], levelled: Levelled, written: str) -> None:
    """Behind everything, what stands below pictures: it may not tear the words around apart."""
    length, pieces = len(levelled.text), [levelled.text]
    for start, end in titles:
        title = " ".join(_usual(html.unescape(written[start:end])).split())
        if title and not title.startswith("instead:"):
            pieces.append(f"\n{title}")
            levelled.note(length + 1, length + 1 + len(title), (start, end))
            length += 1 + len(title)
    levelled.text = "".join(pieces)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of a levelled text."""
    start = 0
    for gap in _END.finditer(text):
        if gap.start() > start:
            yield start, gap.start()
        start = gap.end()
    if start < len(text):
        yield start, len(text)


def plain(text: str, markup: Markup = "markdown") -> str:
    """What a reader sees of a Markdown or HTML text, for lengths and searches."""
    return level(text, markup).text.strip()


def _without_labels(text: str) -> str:
    """The text with the names of links that are explained elsewhere made unseen: [words][1]."""
    known = {found[1].strip().casefold() for found in _DEFINITION.finditer(text)}

    def unseen(found: re.Match[str]) -> str:
        is_known = found[1].strip().casefold() in known
        return "]" + "\u00ad" * (len(found[0]) - 1) if is_known else found[0]

    return _REFERENCE.sub(unseen, text) if known else text


def _with_unopened(text: str) -> str:
    """The text with every ](…) that no [ opens made words: it is shown, and leads nowhere.

    In doubt it is no link, so that rules read too much rather than too little.
    """
    opened: list[str] = []

    def seen(found: re.Match[str]) -> str:
        sign = found[0]
        if sign in {"[", "!["}:
            opened.append(sign)
        elif sign[0] != "]" or not opened:
            if sign[0] in "\n\x1e|":
                opened.clear()
            return sign.replace("](", _NO_LINK)
        elif opened.pop() == "[":  # no link stands in a link, but a picture may
            opened[:] = [one for one in opened if one == "!["]
        return sign

    return _BRACKETS.sub(seen, f"\n{text}")[1:]


def _without_hidden(text: str) -> str:
    """The text with scripts, styles and comments blotted out, none of its places moved.

    What is opened and never closed is shown; it is looked for once, however often it is opened.
    """
    pieces, done, never = [], 0, set()
    for opened in _HIDDEN.finditer(text):
        kind = (opened[1] or opened[2]).lower()
        if opened.start() < done or kind in never:
            continue
        closed = _CLOSED_BY[kind].search(text, opened.end())
        if closed is None:
            never.add(kind)
            continue
        pieces += [text[done : opened.start()], "\x1e" * (closed.end() - opened.start())]
        done = closed.end()
    return "".join([*pieces, text[done:]])


def _runs(text: str, specials: re.Pattern[str]) -> Iterator[re.Match[str]]:
    first = _FIRST_MARKER.match(text)
    if first and specials is _MARKDOWN:
        yield first
    yield from specials.finditer(text, first.end() if first and specials is _MARKDOWN else 0)


def _plain(run: re.Match[str], text: str, markup: Markup) -> str:
    match run.lastgroup:
        case "uncommon":
            return _usual(run[0])
        case "entity":
            return _usual(html.unescape(run[0]))
        case "tag":
            return _tag(run[0]) if markup == "text" else _shown_tag(run[0])
        case "gap":
            return _gap(run, text, markup)
        case _:
            return " " if run[0] == "|" else ""


def _usual(letters: str) -> str:
    apart = unicodedata.normalize("NFKD", letters).translate(_QUOTES)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", apart).translate(_ALIKE))


def _tag(tag: str) -> str:
    """Nothing for a tag within a line, else a line's end; what it says aloud is kept."""
    name = re.match(r"</?([A-Za-z][A-Za-z0-9]*)", tag)
    if name is None:
        return "\n"
    said = [_usual(html.unescape(a or b)) for a, b in _SPOKEN.findall(tag)]
    if said:
        return "\n" + "\n".join(said) + "\n"
    return "" if name[1].lower() in _INLINE else "\n"


def _shown_tag(tag: str) -> str:
    """What stands between < and > where it is no tag: nothing but an emphasis, else its words."""
    inner = tag[1:-1].strip("/ ")
    return "" if inner.lower() in _INLINE else f"\n{_usual(html.unescape(inner))}\n"


def _gap(run: re.Match[str], text: str, markup: Markup) -> str:
    """A line's end where a new thought begins, a space where a line was only wrapped."""
    gap = run[0]
    if gap.strip() == ">" and gap.count("\n") == 1:
        return " "  # the next line of a quotation
    if gap.strip() or "\x1e" in gap or gap.count("\n") > 1:
        return "\n"
    if "\n" not in gap or markup != "text":
        return " "
    line = text[text.rfind("\n", 0, run.start()) + 1 : run.start()]
    is_new = len(line) < _SHORT_LINE and not text[run.end() : run.end() + 1].islower()
    return "\n" if is_new else " "
