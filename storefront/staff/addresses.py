"""Addresses of the back office: the numbers in them, and lists that keep what was chosen."""

from urllib.parse import urlencode

from flask import request

NUMBER = "<int(max=2147483647):id>"  # what a key of the database can be
_LONGEST_SEARCH = 320  # an e-mail address


def searched() -> str:
    """What somebody looks for, in the address of a list; '' for nothing."""
    return request.args.get("q", "").strip()[:_LONGEST_SEARCH]


def number_of(text: str) -> int:
    """A number that was sent; -1, which no row has, for whatever is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def with_query(address: str, *, page: int = 1, **chosen: str) -> str:
    """An address with what was chosen, and without what was not.

    The query stays outside shop_url, which remembers every address it has built.
    """
    if page > 1:
        chosen["page"] = str(page)
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{address}?{query}" if query else address
