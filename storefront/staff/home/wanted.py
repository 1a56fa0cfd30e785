"""Reads what is wanted in vain: sign-ups and counts of demand beside what is there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, union

from ... import catalog, customers, insights, inventory
from ...database import db, one_page

PER_PAGE = 50
#: How the list may be sorted, in words.
SORTS = {"waiting": "Most waiting", "lost": "Most often in vain", "sku": "SKU"}
_Order = tuple[ColumnElement[Any], ...]


@dataclass(frozen=True, slots=True)
class WantedArticle:
    """An article with how many people wait for it and how often it was wanted in vain."""

    sku: str
    name: str
    size: str
    available: int
    waiting: int
    unconfirmed: int
    lost: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page of the list; total counts the articles on all of its pages."""

    articles: tuple[WantedArticle, ...]
    total: int
    page: int
    pages: int


_V, _P, _S = catalog.Variant, catalog.Product, customers.SignUp
_L = insights.LostDemand
_people = (
    select(
        _S.sku,
        func.sum(case((_S.state == "waiting", 1), else_=0)).label("waiting"),
        func.sum(case((_S.state == "asked", 1), else_=0)).label("unconfirmed"),
    )
    .where(_S.state.in_(("waiting", "asked")))
    .group_by(_S.sku)
    .subquery()
)
_WAITING = func.coalesce(_people.c.waiting, 0)


def wanted(text: str = "", *, sort: str, since: date, page: int = 1) -> Wanted:
    """Articles that somebody waits for or wanted in vain since a day, in two statements.

    A text is looked for in SKU and name. A page past the end becomes the last.
    """
    lost = (
        select(_L.sku, func.sum(_L.refused + _L.sign_ups).label("times"))
        .where(_L.day >= since)
        .group_by(_L.sku)
        .subquery()
    )
    times = func.coalesce(lost.c.times, 0)
    skus = union(select(_people.c.sku), select(lost.c.sku)).subquery()
    found = (
        select(
            _V.sku, _P.name, _V.name.label("size"), func.coalesce(inventory.SELLABLE, 0),
            _WAITING, func.coalesce(_people.c.unconfirmed, 0), times,
        )
        .select_from(skus)
        .join(_V, _V.sku == skus.c.sku)
        .join(_P, _P.id == _V.product_id)
        .outerjoin(inventory.Stock, inventory.Stock.sku == _V.sku)
        .outerjoin(_people, _people.c.sku == _V.sku)
        .outerjoin(lost, lost.c.sku == _V.sku)
    )  # fmt: skip
    if text:
        found = found.where(or_(*(c.icontains(text, autoescape=True) for c in (_V.sku, _P.name))))
    orders: dict[str, _Order] = {
        "waiting": (_WAITING.desc(), times.desc()),
        "lost": (times.desc(),),
    }
    return _page(found.order_by(*orders.get(sort, ()), _V.sku), page)


def _page(found: Any, page: int) -> Wanted:
    rows, total, page, pages = one_page(found, page, per_page=PER_PAGE)
    articles = tuple(
        WantedArticle(sku, name, size, max(left, 0), int(waiting), int(asked), int(lost))
        for sku, name, size, left, waiting, asked, lost in db.session.execute(rows)
    )
    return Wanted(articles, total, page, pages)
