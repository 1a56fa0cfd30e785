"""From text to the words that are looked for: one form for all the ways of writing a word.

Upper and lower case, accents, plural and singular, hyphens and the gap between a number and its
unit make no difference. It is the same for the texts of the shop and for what shoppers type, and
the databases get nothing but these words, so both of them find the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from .. import guides

LONGEST_WORD = 40
#: Marks a word that is a whole SKU or a bar code: nobody's spelling is corrected towards it.
SKU_MARK = "sku0"
#: A word as it is written, with the marks that are put onto letters.
WRITTEN = re.compile(r"[^\W_][\w\u0300-\u036f]*(?:['’][^\W_]+)*")

_HYPHEN = re.compile(r"[-\u2010\u2011]")
_HYPHENED = re.compile(r"(?<![^\W_])[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+(?![^\W_])")
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_POSSESSIVE = re.compile(r"['’]s?$")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
_IRREGULAR = {"feet": "foot", "knives": "knife", "halves": "half", "children": "child"}
_LIGHT = (
    "a an and any are as at be between by can could did difference do does for from get give "
    "go got guide has have how i in into is it its many me much my need of often on one or "
    "our should so some that the their them then these they this to use used using want was "
    "we went what when where which while who why will with would you your"
)
_ASKING = "between difference guide how long many much often what when where which why"
#: Words that nobody looks for: left out of what is asked as long as others are left.
LIGHT = frozenset(_LIGHT.split())
#: Words by which somebody asks for an explanation rather than for a thing.
ASKING = frozenset(_ASKING.split())


def words_of(text: str) -> list[str]:
    """The words of a text in their order, in the form in which they are kept and looked for."""
    return [form for match in WRITTEN.finditer(text) for form in forms_of(match[0])]


def joined_words(text: str) -> Iterator[str]:
    """What is written with hyphens, as one word: rollon of roll-on."""
    for match in _HYPHENED.finditer(text):
        yield guides.form_of(fold(_HYPHEN.sub("", match[0])))[:LONGEST_WORD]


def sku_word(written: str) -> str:
    """The one word that a SKU or bar code is kept as, however it is written; '' without any."""
    plain = "".join(_PIECE.findall(fold(written)))
    return f"{SKU_MARK}{plain}"[:80] if plain else ""


@lru_cache(maxsize=65_536)
def forms_of(written: str) -> tuple[str, ...]:
    """The words that one written word is kept as: 30ml is 30 and ml, and foot's is foot."""
    plain = _POSSESSIVE.sub("", fold(written)).replace("'", "").replace("’", "")
    pieces = _PIECE.findall(plain)
    return tuple((_IRREGULAR.get(one) or guides.form_of(one))[:LONGEST_WORD] for one in pieces)


def fold(text: str) -> str:
    """Small letters without accents, in every script."""
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
