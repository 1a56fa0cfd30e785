"""What a recall notice must not say: words that make a danger look smaller than it is.

After Article 36 of the General Product Safety Regulation, (EU) 2023/988.
"""

import re

_SOFT = re.compile(
    r"\bvoluntar(?:y|ily)\b|\bprecaution(?:s|ary)?\b|\bdiscretion(?:ary)?\b|\boptional(?:ly)?\b"
    r"|\b(?:in )?(?:very |extremely )?rare(?:ly)?(?: cases| situations| circumstances)?\b"
    r"|\bin (?:specific|isolated|some few|exceptional) (?:cases|situations|circumstances)\b"
    r"|\bno (?:known |reported )?(?:accidents?|injur(?:y|ies)|incidents?|complaints?)\b"
    r"|\b(?:have|has|had) not been (?:any )?(?:reports?|reported)\b|\bout of an abundance of\b"
    r"|\b(?:unlikely|minor|negligible|slight(?:ly)?|merely)\b",
    re.I,
)


def softening(text: str) -> str:
    """The first words of a text that play a danger down, '' if there are none."""
    found = _SOFT.search(text)
    return found[0].strip() if found else ""
