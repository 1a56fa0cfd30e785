"""The search over HTTP: its page, and what is offered while somebody types."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for

from .. import catalog
from ..bots import is_person
from ..database import now, transaction
from ..limits import TooMany, limit
from ..pages import public_page, render_public
from ..tasks import hand_over
from .facets import Filters, read_filters
from .misses import note_miss
from .operations import refresh
from .queries import Found, search, suggest
from .questions import tidy

_AT_ONCE = 100  # changes that a search takes in itself; the worker does the rest
_OFTEN = "120/minute"


def register(shop: Blueprint) -> None:
    """Adds the search and its suggestions."""
    shop.add_url_rule("/search", "search", show_search)
    shop.add_url_rule("/search/suggestions", "search_suggestions", show_suggestions)


@public_page
def show_search() -> Response:
    """What answers a question, in products and guides; without a question, where to begin."""
    asked = tidy(request.args.get("q", ""))
    filters = read_filters(request.args)
    if asked:
        limit("search", _OFTEN)
    found = _answer(partial(search, asked, filters)) if asked else None
    in_vain = found is not None and not found.in_all
    if in_vain and is_person(request.headers):
        _note(asked)
    return render_public(
        "storefront/search/search.html",
        asked=asked,
        found=found,
        filters=filters,
        categories=catalog.categories() if found is None or not found.hits else (),
        instead=catalog.first_in_stock() if in_vain else (),
        page_url=_page_url(asked, filters),
        show_url=lambda show: _url(asked, filters.showing(show)),
    )


@public_page
def show_suggestions() -> Response:
    """The first answers to what has been typed so far, as a part of a page."""
    asked = tidy(request.args.get("q", ""))
    limit("suggestions", _OFTEN)
    found = _answer(partial(suggest, asked)) if asked else None
    return render_public("storefront/search/suggestions.html", asked=asked, found=found)


def _answer(ask: Callable[..., Found]) -> Found:
    """Asks again where something has changed that the index did not know yet."""
    found = ask()
    if not found.question.is_behind:
        return found
    with transaction():
        taken = refresh(most=_AT_ONCE)
    if taken == _AT_ONCE:
        hand_over("index_search")
    return ask(even_behind=True)


def _note(asked: str) -> None:
    """Counts what nobody found; of one visitor not more than somebody types."""
    try:
        limit("search in vain", "10/minute")
    except TooMany:
        return
    with transaction():
        note_miss(asked, at=now())


def _page_url(asked: str, filters: Filters) -> Callable[[int], str]:
    def page_url(number: int) -> str:
        return _url(asked, filters.values() | ({"page": number} if number > 1 else {}))

    return page_url


def _url(asked: str, values: dict[str, Any]) -> str:
    # Not by shop_url(), which remembers: whoever asks could fill its memory with questions.
    return url_for("shop.search", q=asked, **values)
