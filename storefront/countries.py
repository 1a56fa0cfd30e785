"""Countries by their two letters (ISO 3166-1)."""

from functools import cache

from babel import Locale

# What babel calls a territory and nobody lives in: unions, groups, test codes.
_NO_COUNTRY = {"CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "UN", "XA", "XB", "ZZ"}


@cache
def countries() -> dict[str, str]:
    """Code → English name of every country."""
    names = Locale.parse("en").territories.items()
    return {c: n for c, n in names if len(c) == 2 and c.isalpha() and c not in _NO_COUNTRY}
