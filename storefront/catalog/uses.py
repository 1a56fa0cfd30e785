"""What a product is used for, in words that lists offer to choose by: feet, bath, after shaving."""

import re

from .drafts import BadField

LONGEST_USE = 30
MOST_USES_NAMED = 8
_WORD = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")


def used_for(written: str) -> str:
    """The rule of the field: words divided by commas, small and each once; raises BadField."""
    words = [" ".join(part.split()).lower() for part in re.split(r"[,;\n]", written)]
    kept = list(dict.fromkeys(word for word in words if word))
    for word in kept:
        if len(word) > LONGEST_USE or not _WORD.fullmatch(word):
            raise BadField(
                f"“{word[:LONGEST_USE]}” cannot be a use.",
                f"Write words of letters, at most {LONGEST_USE}, and commas between them.",
            )
    if len(kept) > MOST_USES_NAMED:
        raise BadField(f"has {len(kept)} words.", f"Write at most {MOST_USES_NAMED}.")
    return ", ".join(kept)


def is_use(word: str) -> bool:
    """Whether this could be one of the words, as used_for() keeps them."""
    return len(word) <= LONGEST_USE and bool(_WORD.fullmatch(word)) and word == word.lower()
