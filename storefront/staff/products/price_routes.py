"""Prices over HTTP: what a product's sizes cost now, later and before; and many prices at once."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog
from ...database import transaction
from ...display import show_moment
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...local_time import read_moment
from ...money import plain_money
from ...pages import settings, shop_url
from ..desk import render_desk
from ..gate import who
from ..words import PRODUCT_STATES
from .form import Field, sentence
from .routes import ONE, sheet_of, wanted_products

_BULK = "/staff/products/prices-and-states"
_HOWS = {
    "percent": "Change prices by percent",
    "price": "Set prices to",
    "state": "Set the state to",
}


def staff_prices(id: int) -> Response:
    """What the sizes of a product cost, cost later, and have cost."""
    return _page(sheet_of(id), {}, said=request.args.get("said", ""))


def staff_plan_price(id: int) -> AnyResponse:
    """Changes a price now, or plans one."""
    sheet, sent = sheet_of(id), request.form
    errors: dict[str, str] = {}
    if not Form().validate():
        return _page(sheet, sent, status=422, error=STALE)
    try:
        wanted = _wanted_plan(sent, errors)
        if wanted.sku not in {size["sku"] for size in sheet.sizes}:
            raise NotFound("This product has no size with this SKU.")
        if errors:
            return _page(sheet, sent, status=422, errors=errors)
        with transaction():
            plan = catalog.plan_price(wanted)
            audit.record(who(), "price planned", f"SKU {plan.sku}", after=_told(plan))
    except catalog.BadCatalogue as bad:
        errors = {problem.column: sentence(problem) for problem in bad.problems}
        return _page(sheet, sent, status=422, errors=errors)
    except Refusal as refusal:
        return _page(sheet, sent, status=refusal.status, error=refusal.sentence)
    return redirect(shop_url("staff_prices", id=id, said="price_planned"), 303)


def staff_withdraw_price(id: int) -> AnyResponse:
    """Takes a plan back, or ends it now."""
    sheet, number = sheet_of(id), request.form.get("plan", "")
    if not Form().validate():
        return _page(sheet, {}, status=422, error=STALE)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Refusal("There is no plan with this number.")
    with transaction():
        is_done = catalog.withdraw_plan(int(number), skus=[size["sku"] for size in sheet.sizes])
        if is_done:
            subject, after = f"product {sheet.slug}", {"plan": number}
            audit.record(who(), "price plan withdrawn", subject, after=after)
    said = "price_withdrawn" if is_done else "price_over"
    return redirect(shop_url("staff_prices", id=id, said=said), 303)


def staff_bulk() -> Response:
    """Asks what is to be done to the chosen products, and shows every change before it is made."""
    ids = _chosen(request.args)
    wish = _wish(request.args)
    return _bulk_page(ids, wish, said=request.args.get("said", ""))


def staff_change_many() -> AnyResponse:
    """Does what was shown, all or nothing."""
    ids, wish = _chosen(request.form), _wish(request.form)
    if not Form().validate() or wish is None:
        return _bulk_page(ids, wish, status=422, error=STALE)
    try:
        with transaction():
            edit = catalog.change_many(ids, wish, seen=request.form.get("seen", ""), actor=who())
            audit.record(who(), "many changed", edit.words, after={"changes": edit.changes})
    except catalog.ChangedMeanwhile:
        error = "Something changed since you looked. Nothing was done; this is how it would be now."
        return _bulk_page(ids, wish, status=409, error=error)
    except Refusal as refusal:
        return _bulk_page(ids, wish, status=refusal.status, error=refusal.sentence)
    return redirect(shop_url("staff_bulk", said="many_changed"), 303)


def staff_undo_many() -> AnyResponse:
    """Takes the last edit of many back."""
    number = request.form.get("edit", "")
    if not Form().validate():
        return _bulk_page([], None, status=422, error=STALE)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Refusal("There is no edit with this number.")
    try:
        with transaction():
            edit = catalog.undo_bulk_edit(int(number))
            audit.record(who(), "many taken back", edit.words, before={"changes": edit.changes})
    except Refusal as refusal:
        return _bulk_page([], None, status=refusal.status, error=refusal.sentence)
    return redirect(shop_url("staff_bulk", said="many_undone"), 303)


def _page(
    sheet: catalog.Sheet,
    sent: Mapping[str, str],
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    errors: Mapping[str, str] | None = None,
) -> Response:
    skus = [size["sku"] for size in sheet.sizes]
    found = errors or {}
    control = partial(_control, sent, found)
    clock = f"By the clock of {settings().STOREFRONT_TIME_ZONE}."
    return render_desk(
        "products/prices.html",
        status=status,
        said=said,
        error=error,
        sheet=sheet,
        plans=catalog.open_plans(skus),
        history=catalog.price_history(skus),
        sent=sent,
        controls={
            "price": control("price", f"New price in {settings().STOREFRONT_CURRENCY}", ""),
            "starts_at": control("starts_at", "From", f"{clock} Empty for now."),
            "ends_at": control("ends_at", "Until", f"{clock} Empty when it stays."),
        },
        first_wrong=next(iter(found), ""),
        currency=settings().STOREFRONT_CURRENCY,
    )


def _control(
    sent: Mapping[str, str], errors: Mapping[str, str], name: str, label: str, hint: str
) -> Field:
    return Field(name, label, sent.get(name, ""), hint, errors.get(name, ""))


def _wanted_plan(sent: Mapping[str, str], errors: dict[str, str]) -> catalog.NewPlan:
    return catalog.NewPlan(
        sku=sent.get("sku", ""),
        price=sent.get("price", ""),
        starts_at=_moment(sent, "starts_at", errors),
        ends_at=_moment(sent, "ends_at", errors),
        is_announced=bool(sent.get("is_announced")),
        actor=who(),
    )


def _moment(sent: Mapping[str, str], name: str, errors: dict[str, str]) -> datetime | None:
    text = sent.get(name, "").strip()
    if not text:
        return None
    try:
        return read_moment(text)
    except ValueError:
        errors[name] = "This is no moment. Write it like 2026-12-24 08:00."
        return None


def _told(plan: catalog.PlannedPrice) -> dict[str, object]:
    return {
        "price": plain_money(plan.price_cents, plan.currency),
        "from": show_moment(plan.starts_at),
        "until": show_moment(plan.ends_at) if plan.ends_at else "",
        "announced": plan.is_announced,
    }


def _chosen(sent: Mapping[str, str]) -> list[int]:
    if sent.get("all"):
        return catalog.ids_found(wanted_products(sent), most=catalog.MOST_PRODUCTS)
    getlist = request.args.getlist if request.method == "GET" else request.form.getlist
    ids = [text for text in getlist("id") if text.isascii() and text.isdigit() and len(text) < 10]
    return sorted({int(text) for text in ids})[: catalog.MOST_PRODUCTS]


def _wish(sent: Mapping[str, str]) -> catalog.Wish | None:
    how = sent.get("how", "")
    if how not in _HOWS:
        return None
    amount = sent.get("state" if how == "state" else "amount", "")[:40]
    return catalog.Wish(how, amount, bool(sent.get("to_90")))


def _bulk_page(
    ids: list[int], wish: catalog.Wish | None, *, status: int = 200, said: str = "", error: str = ""
) -> Response:
    changes: list[catalog.BulkChange] = []
    wrong = ""
    if wish is not None and ids:
        try:
            changes = catalog.would_change(ids, wish)
        except catalog.BadCatalogue as bad:
            wrong, status = sentence(bad.problems[0]), 422
    return render_desk(
        "products/bulk.html",
        status=status,
        said=said,
        error=error,
        ids=ids,
        wish=wish,
        wrong=wrong,
        changes=changes,
        made=sum(change.is_made for change in changes),
        seen=catalog.version(changes),
        hows=_HOWS,
        states=PRODUCT_STATES,
        last=catalog.last_bulk_edit(),
    )


def register(shop: Blueprint) -> None:
    """Adds the prices of one product and the edit of many."""
    prices = f"{ONE}/prices"
    shop.add_url_rule(prices, "staff_prices", staff_prices)
    shop.add_url_rule(prices, "staff_plan_price", staff_plan_price, methods=["POST"])
    shop.add_url_rule(
        f"{prices}/withdraw", "staff_withdraw_price", staff_withdraw_price, methods=["POST"]
    )
    shop.add_url_rule(_BULK, "staff_bulk", staff_bulk)
    shop.add_url_rule(_BULK, "staff_change_many", staff_change_many, methods=["POST"])
    shop.add_url_rule(f"{_BULK}/undo", "staff_undo_many", staff_undo_many, methods=["POST"])
