"""The article ledger over HTTP: what each guide does, and which guides sell a product."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from ... import insights
from ...errors import NotFound
from ...local_time import today
from ...pages import settings, shop_url
from ..addresses import NUMBER, with_query
from ..desk import render_desk
from ..gate import person
from ..rights import may
from ..stock.tables import csv_answer
from ..windows import asked_window
from .spans import Chosen, choices, read_span
from .views import article_rows, bars, block_rows, guide_rows, product_rows, report_table


def staff_report() -> Response:
    """All guides over a period."""
    chosen, report = _asked()
    rows = guide_rows(report, chosen)
    window = asked_window(len(rows))
    return render_desk(
        "ledger/report.html",
        rows=window.of(rows),
        window=window,
        bars=bars(report, has_money=_sees_money()),
        **_around("staff_report", chosen, report),
    )


def staff_report_products() -> Response:
    """Each product with the guides that sell it."""
    chosen, report = _asked()
    rows = product_rows(report)
    window = asked_window(len(rows))
    return render_desk(
        "ledger/products.html",
        rows=window.of(rows),
        window=window,
        **_around("staff_report_products", chosen, report),
    )


def staff_report_guide(id: int) -> Response:
    """One guide, block by block and article by article."""
    chosen, report = _asked()
    if id not in report.names:
        raise NotFound("There is no guide with this number.")
    return render_desk(
        "ledger/guide.html",
        guide=report.names[id],
        sums=report.by_guide.get(id, insights.Sums()),
        blocks=block_rows(report, id),
        articles=article_rows(report, id),
        **_around("staff_report_guide", chosen, report, id=id),
    )


def staff_report_csv() -> Response:
    """The whole report as a file."""
    chosen, report = _asked()
    name = f"guides-{chosen.span.first}-{chosen.span.last}.csv"
    return csv_answer(report_table(report, has_money=_sees_money()), name)


def _asked() -> tuple[Chosen, insights.GuideReport]:
    chosen = read_span(request.args, today=today())
    wanted = request.args.get("currency", "")
    currency = wanted if len(wanted) == 3 and wanted.isalpha() else settings().STOREFRONT_CURRENCY
    return chosen, insights.guide_report(chosen.span, currency=currency.upper())


def _sees_money() -> bool:
    reader = person()
    return reader is not None and may(reader.roles, "sales")


def _around(
    endpoint: str, chosen: Chosen, report: insights.GuideReport, **values: int
) -> dict[str, Any]:
    """What every page of the report shows: the form of its days, and the ways to the others."""
    kept = chosen.query
    if report.currency != settings().STOREFRONT_CURRENCY:
        kept = kept | {"currency": report.currency}
    return {
        "action": shop_url(endpoint, **values),
        "chosen": chosen,
        "choices": choices(today()),
        "report": report,
        "has_money": _sees_money(),
        "link": partial(_link, kept),
        "page_url": lambda page: with_query(shop_url(endpoint, **values), **kept, page=page),
        "others": [one for one in report.currencies if one != report.currency],
    }


def _link(kept: dict[str, Any], endpoint: str, **more: str) -> str:
    return with_query(shop_url(endpoint), **(kept | more))


def register(shop: Blueprint) -> None:
    """Adds the ledger of guides."""
    where = "/staff/guides/report"
    shop.add_url_rule(where, "staff_report", staff_report)
    shop.add_url_rule(f"{where}.csv", "staff_report_csv", staff_report_csv)
    shop.add_url_rule(f"{where}/products", "staff_report_products", staff_report_products)
    shop.add_url_rule(f"{where}/{NUMBER}", "staff_report_guide", staff_report_guide)
