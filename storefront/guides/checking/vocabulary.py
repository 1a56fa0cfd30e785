"""Finding names in running text: word by word, the longest name first, in time linear in the text.

Upper and lower case, plural and singular, hyphen, space and line end, straight and curly
apostrophes make no difference. A name of one word ("flakes") is understood only behind "the",
"these", "our" and the like, and only while the last fuller name that ended in this word was one of
ours: "magnesium flakes … the flakes", but not "oat flakes … the flakes".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GAP = re.compile(r"[ \t\u00a0]*\n?[ \t\u00a0]*|[-\u2010\u2011]")
_HYPHENS = "-\u2010\u2011"
_POSSESSIVE = re.compile(r"['’]s?$")


class Word(NamedTuple):
    """A word of a text with its offsets, without what marks possession."""

    start: int
    end: int
    form: str


def words_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a stretch of text in one form for all of their forms."""
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match[0]
        if "'" in word or "’" in word:
            word = _POSSESSIVE.sub("", word)
        yield Word(match.start(), match.start() + len(word), form_of(word))


@lru_cache(maxsize=65_536)
def form_of(word: str) -> str:
    """One form for singular and plural: bodies → body, brushes → brush, oils → oil."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    if plain.endswith("ies") and len(plain) > 4:
        return plain[:-3] + "y"
    if plain.endswith(("xes", "ches", "shes", "sses")):
        return plain[:-2]
    if plain.endswith("s") and len(plain) > 3 and not plain.endswith(("ss", "us", "is")):
        return plain[:-1]
    return plain


_DETERMINERS = frozenset(
    word.form for word in words_of("the these this that those our your my their its his her both")
)
#: Words behind which a name of one word still stands alone: "while flakes", "with flakes".
_LIGHT = _DETERMINERS | frozenset(
    word.form
    for word in words_of(
        "a an and or of in on at to for from with without by as than then while when if so but "
        "not no do does did is are was were be how why what which some any more most many few all "
        "use using add take put dry loose plain pure white fine coarse such like enough fresh"
    )
)


Node = dict[str, "Step"]
Spoken = dict[str, bool]  # name of one word → whether its last fuller name was one of ours


@dataclass(slots=True)
class Step:
    """One word further into names; ends holds what the words so far are names of."""

    onward: Node = field(default_factory=dict)
    ends: list[int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A name between two offsets, and what it may mean."""

    start: int
    end: int
    meanings: tuple[int, ...]


class Vocabulary:
    """Names, each with the number of what it means; None for words that mean nothing of ours."""

    def __init__(self, names: Iterable[tuple[str, int | None]]) -> None:
        self._root: Node = {}
        self._single: set[str] = set()
        for name, meaning in names:
            forms = [word.form for word in words_of(name)]
            if forms:
                self._add(forms, meaning)

    def _add(self, forms: Sequence[str], meaning: int | None) -> None:
        node, step = self._root, Step()
        for form in forms:
            step = node.setdefault(form, Step())
            node = step.onward
        step.ends = step.ends if step.ends is not None else []
        if meaning is not None and meaning not in step.ends:
            step.ends.append(meaning)
        if len(forms) == 1:
            self._single.add(forms[0])

    def find(
        self, text: str, stretches: Iterable[tuple[int, int]], spoken: Spoken
    ) -> Iterator[Found]:
        """Names in these stretches of a text, from left to right; spoken is kept up to date."""
        for start, end in stretches:
            words = list(words_of(text, start, end))
            yield from self._in_words(text, words, spoken)

    def _in_words(self, text: str, words: list[Word], spoken: Spoken) -> Iterator[Found]:
        at = 0
        while at < len(words):
            size, ends = self._longest(text, words, at)
            if size > 1 and ends is not None and self._stands_alone(text, words, at, size):
                last = words[at + size - 1]
                spoken[last.form] = bool(ends)
                if ends:
                    yield Found(words[at].start, last.end, tuple(ends))
                at += size
                continue
            if words[at].form in self._single:
                yield from self._single_name(text, words, at, spoken)
            at += 1

    def _longest(self, text: str, words: list[Word], at: int) -> tuple[int, list[int] | None]:
        """How many words from here are a name, at most, and its meanings."""
        best: tuple[int, list[int] | None] = (0, None)
        node, here = self._root, at
        while here < len(words) and (step := node.get(words[here].form)):
            if step.ends is not None:
                best = (here - at + 1, step.ends)
            here += 1
            if here >= len(words) or not _is_gap(text, words[here - 1], words[here]):
                break
            node = step.onward
        return best

    def _single_name(
        self, text: str, words: list[Word], at: int, spoken: Spoken
    ) -> Iterator[Found]:
        word = words[at]
        before = words[at - 1] if at else None
        if before is None or not _is_gap(text, before, word):
            return
        if before.form not in _LIGHT:
            spoken[word.form] = False  # "oat flakes": from here on "the flakes" are of oats
            return
        behind = words[at + 1].form if at + 1 < len(words) else ""
        if before.form in _DETERMINERS and behind != "of" and spoken.get(word.form):
            ends = self._root[word.form].ends
            if ends and self._stands_alone(text, words, at, 1):
                yield Found(word.start, word.end, tuple(ends))

    @staticmethod
    def _stands_alone(text: str, words: list[Word], at: int, size: int) -> bool:
        """Whether no hyphen joins the name to another word: “magnesium oil-free” is none."""
        first, last = words[at], words[at + size - 1]
        before, behind = text[first.start - 1 : first.start], text[last.end : last.end + 2]
        joined_before = before and before in _HYPHENS and text[first.start - 2].isalnum()
        joined_behind = len(behind) == 2 and behind[0] in _HYPHENS and behind[1].isalnum()
        return not joined_before and not joined_behind


def _is_gap(text: str, one: Word, two: Word) -> bool:
    gap = text[one.end : two.start]
    return bool(gap) and _GAP.fullmatch(gap) is not None
