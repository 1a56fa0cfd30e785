"""What shoppers want and cannot have, over HTTP: who waits, and how often it was asked in vain."""

from datetime import timedelta
from functools import partial

from flask import Blueprint, Response, request

from ...local_time import today
from ...pages import shop_url
from ..addresses import searched, with_query
from ..desk import render_desk
from .routes import DAYS_OF_DEMAND
from .wanted import SORTS, wanted


def staff_wanted() -> Response:
    """Articles that are wanted in vain or that somebody waits for."""
    text = searched()
    sort = request.args.get("sort", "")
    sort = sort if sort in SORTS else next(iter(SORTS))
    since = today() - timedelta(days=DAYS_OF_DEMAND)
    page = request.args.get("page", 1, type=int)
    return render_desk(
        "home/wanted.html",
        found=wanted(text, sort=sort, since=since, page=page),
        text=text,
        sort=sort,
        sorts=SORTS,
        days=DAYS_OF_DEMAND,
        page_url=partial(_list_url, text, sort),
    )


def _list_url(text: str, sort: str, page: int) -> str:
    return with_query(shop_url("staff_wanted"), q=text, sort=sort, page=page)


def register(shop: Blueprint) -> None:
    """Adds the list of what is wanted."""
    shop.add_url_rule("/staff/wanted", "staff_wanted", staff_wanted)
