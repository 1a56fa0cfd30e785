"""Searches without result over HTTP: what was meant by them, and off the list with them."""

import re
from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, search
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import with_query
from ..desk import render_desk
from ..gate import who
from ..products.form import sentence

_KINDS = {"product": "product", "category": "kind"}
_LONGEST = 80  # of a name; catalog.naming refuses longer ones
_CHOOSE = "Please write the words, and choose what they are another name for."


def staff_searches() -> Response:
    """What was looked for in vain, what was wanted most first."""
    return _list(said=request.args.get("said", ""))


def staff_forget_search() -> AnyResponse:
    """Takes one search off the list."""
    if not Form().validate():
        return _list(error=STALE, status=422)
    with transaction():
        was_there = search.forget_miss(search.normal(request.form.get("words", "")))
    said = "search_forgotten" if was_there else "search_gone"
    return redirect(with_query(shop_url("staff_searches"), said=said), 303)


def staff_name_search() -> Response:
    """Asks what a search was meant for: products to look for, and all kinds."""
    return _name_page(request.args)


def staff_save_search_name() -> AnyResponse:
    """Writes words that were looked for in vain below “Also called” of a product or kind."""
    if not Form().validate():
        return _name_page(request.form, error=STALE, status=422)
    words = _words(request.form)
    kind, _, slug = request.form.get("target", "").partition(":")
    if not words or kind not in _KINDS or not catalog.SLUG.fullmatch(slug):
        return _name_page(request.form, error=_CHOOSE, status=422)
    try:
        with transaction():
            catalog.call_also(kind, slug, words)
            search.forget_miss(search.normal(request.form.get("asked", "")))
            audit.record(who(), "name added", f"{_KINDS[kind]} {slug}", after={"name": words})
    except catalog.BadCatalogue as bad:
        wrong = " ".join(map(sentence, bad.problems))
        return _name_page(request.form, error=wrong, status=422)
    except (NotFound, catalog.CatalogueBusy) as refusal:
        return _name_page(request.form, error=refusal.sentence, status=409)
    return redirect(with_query(shop_url("staff_searches"), said="search_named"), 303)


def _list(*, said: str = "", error: str = "", status: int = 200) -> Response:
    page = request.args.get("page", 1, type=int)
    found, page, pages = search.misses(page)
    return render_desk(
        "searches/searches.html",
        status=status,
        said=said,
        error=error,
        found=found,
        page=page,
        pages=pages,
        page_url=lambda number: with_query(shop_url("staff_searches"), page=number),
        try_url=lambda words: with_query(shop_url("search"), q=words),
        name_url=lambda words: with_query(shop_url("staff_name_search"), words=words),
    )


def _name_page(sent: Mapping[str, str], *, error: str = "", status: int = 200) -> Response:
    words, text = _words(sent), search.tidy(sent.get("q", ""))
    wanted = catalog.Wanted(text=text, state="published", order="shop")
    found = catalog.find_products(wanted)
    return render_desk(
        "searches/name.html",
        status=status,
        error=error,
        asked=search.tidy(sent.get("asked", words)),
        words=words,
        text=text,
        products=found.products,
        is_cut=found.pages > 1,
        kinds=catalog.categories(),
        target=sent.get("target", ""),
        longest=_LONGEST,
    )


def _words(sent: Mapping[str, str]) -> str:
    """The words as a name: without commas, which divide names from each other."""
    return " ".join(re.split(r"[,;\s]+", search.normal(sent.get("words", "")))).strip()


def register(shop: Blueprint) -> None:
    """Adds the list of searches without result."""
    where = "/staff/searches"
    shop.add_url_rule(where, "staff_searches", staff_searches)
    forget, save = staff_forget_search, staff_save_search_name
    shop.add_url_rule(f"{where}/forget", forget.__name__, forget, methods=["POST"])
    shop.add_url_rule(f"{where}/name", "staff_name_search", staff_name_search)
    shop.add_url_rule(f"{where}/name", save.__name__, save, methods=["POST"])
