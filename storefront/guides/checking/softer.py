"""Softer words in the place of what a wording rule has found, to be taken with one press."""

import re

from ... import claims

MOST = 3
_QUOTED = re.compile("“([^”]+)”")
_DELETE = re.compile(r"\bdelete\b", re.I)


def softer_words(hit: claims.Hit) -> list[tuple[str, str, bool]]:
    """(what the button says, words, whether they stand for the whole sentence) for one hit.

    Whole sentences where the rule has some, else the words that it names, with a capital where one
    was. Where a rule would rather have it left out, that is proposed for the sentence.
    """
    if hit.replacements:
        found = [(f"Write “{words}”", words, True) for words in hit.replacements[:MOST]]
    else:
        named = list(dict.fromkeys(_QUOTED.findall(hit.rewording)))[:MOST]
        if hit.excerpt[:1].isupper():
            named = [words[0].upper() + words[1:] for words in named]
        found = [(f"Write “{words}”", words, False) for words in named]
    if _DELETE.search(hit.rewording):
        found.append(("Leave this sentence out", "", True))
    return found
