"""Addresses of the back office: the numbers in them, and lists that keep what was chosen."""

from urllib.parse import urlencode

NUMBER = "<int(max=2147483647):id>"  # what a key of the database can be


def with_query(address: str, *, page: int = 1, **chosen: str) -> str:
    """An address with what was chosen, and without what was not.

    The query stays outside shop_url, which remembers every address it has built.
    """
    if page > 1:
        chosen["page"] = str(page)
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{address}?{query}" if query else address
