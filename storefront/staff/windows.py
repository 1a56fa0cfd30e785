"""A page of rows that are all there already, such as those of a report."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from flask import request

PER_PAGE = 50
T = TypeVar("T")


class Window(NamedTuple):
    """What stands on a page, its number from 1, and how many pages there are."""

    page: int
    pages: int
    first: int  # place of its first row among all
    end: int

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows of all that stand on it."""
        return rows[self.first : self.end]


def asked_window(total: int) -> Window:
    """The page of so many rows that the address asks for; one past the end becomes the last."""
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return Window(page, pages, (page - 1) * PER_PAGE, page * PER_PAGE)
