"""The first page of the back office: what needs somebody, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request

from ... import comments, customers, guides, insights, inventory, mail, orders, payments, reviews
from ...local_time import today
from ...pages import settings
from ..desk import render_desk
from ..gate import person
from ..money.views import case_views
from ..rights import may
from .charts import Chart, chart

_FIRST_FEW = 5
DAYS_OF_DEMAND = 30


def staff_home() -> Response:
    """What needs somebody, as far as their role may do something about it."""
    reader = person()
    roles = reader.roles if reader else ()
    now = datetime.now(UTC)
    found: dict[str, Any] = {}
    if may(roles, "packing"):
        found["to_pack"], found["oldest_to_pack"] = orders.waiting_to_pack()
    if may(roles, "money"):
        found["cases"] = case_views(payments.open_cases(most=_FIRST_FEW))
    if may(roles, "messages"):
        found["failed_events"] = payments.failed_events()
    if may(roles, "letters"):
        found["failed_letters"] = mail.failed(most=_FIRST_FEW + 1)
    if may(roles, "lots"):
        found["short_of_lots"] = inventory.short_of_lots()
    if may(roles, "publish_guides"):
        found["missed_guides"] = guides.missed()
    if may(roles, "wanted"):
        found |= _shortages()
    if may(roles, "comments"):
        found["comments_waiting"] = comments.count_waiting()
    if may(roles, "reviews"):
        found["reviews_waiting"] = reviews.count_waiting()
    if may(roles, "sales"):
        found["charts"] = _charts(now)
    return render_desk(
        "home/home.html",
        said=request.args.get("said", ""),
        beginnings=insights.beginnings(),
        few=_FIRST_FEW,
        **found,
    )


def _shortages() -> dict[str, Any]:
    since = today() - timedelta(days=DAYS_OF_DEMAND)
    found = insights.shortages(settings().STOREFRONT_LOW_STOCK, since=since, most=_FIRST_FEW + 1)
    waiting = customers.waiting_by_sku([article.sku for article in found]) if found else {}
    return {
        "shortages": found[:_FIRST_FEW],
        "has_more_shortages": len(found) > _FIRST_FEW,
        "waiting": {sku: states.get("waiting", 0) for sku, states in waiting.items()},
        "days": DAYS_OF_DEMAND,
    }


def _charts(now: datetime) -> tuple[Chart, ...]:
    return tuple(
        chart(period) for period in insights.takings(now, currency=settings().STOREFRONT_CURRENCY)
    )


def register(shop: Blueprint) -> None:
    """Adds the overview."""
    shop.add_url_rule("/staff/", "staff_home", staff_home)
