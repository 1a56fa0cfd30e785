"""What a shopper chose of a routine, as it stands in the address: nothing of it is kept."""

from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class Choice:
    """Which steps, how many times a week, and which sizes; 0 and '' leave it to the shop."""

    steps: str = ""
    times: int = 0
    sizes: frozenset[str] = frozenset()  # SKUs


def read_choice(query: MultiDict[str, str]) -> Choice:
    """The choice in a query string; what makes no sense is left to the shop."""
    times = query.get("times", "")
    is_number = times.isascii() and times.isdigit() and len(times) < 4
    return Choice(
        query.get("steps", ""), int(times) if is_number else 0, frozenset(query.getlist("size"))
    )


def query_of(query: MultiDict[str, str]) -> str:
    """The same choice behind another address: '?times=3', '' without one."""
    chosen = [pair for pair in query.items(multi=True) if pair[0] in {"steps", "times", "size"}]
    return f"?{urlencode(chosen)}" if chosen else ""
