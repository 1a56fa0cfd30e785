"""One SKU in the back office over HTTP: its ledger, as a page and as a file, and its low mark."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, inventory
from ...database import transaction
from ...forms import STALE
from ...pages import shop_url
from ..gate import who
from .forms import LowMarkForm
from .routes import stock_row
from .sku_page import sku_page
from .tables import csv_answer, ledger_table


def staff_sku(sku: str) -> Response:
    """What is there of one SKU, and everything that ever happened to it."""
    return sku_page(stock_row(sku))


def staff_sku_file(sku: str) -> Response:
    """The ledger of one SKU as CSV, for one reason or all."""
    stock_row(sku)
    lines = inventory.whole_history(sku, reason=request.args.get("reason", "")[:32])
    return csv_answer(ledger_table(lines), f"stock-{sku}.csv")


def staff_low_mark(sku: str) -> AnyResponse:
    """Says from how many units down a SKU is low."""
    row = stock_row(sku)
    form = LowMarkForm()
    written = (form.low_at.data or "")[:20]
    if not form.validate():
        return sku_page(row, low_at=written, low_error=STALE, status=422)
    try:
        mark = form.mark()
    except ValueError as wrong:
        return sku_page(row, low_at=written, low_error=str(wrong), status=422)
    if mark != row.low_at:
        with transaction():
            inventory.open_stock(sku)
            inventory.set_low_mark(sku, mark)
            before, after = {"low at": row.low_at}, {"low at": mark}
            audit.record(who(), "low mark changed", f"SKU {sku}", before=before, after=after)
    return redirect(f"{shop_url('staff_sku', sku=sku)}?said=low_mark", 303)


def register(shop: Blueprint) -> None:
    """Adds the page of one SKU."""
    one = "/staff/stock/<sku>"
    shop.add_url_rule(one, "staff_sku", staff_sku)
    shop.add_url_rule(f"{one}/history.csv", "staff_sku_file", staff_sku_file)
    shop.add_url_rule(f"{one}/low-mark", "staff_low_mark", staff_low_mark, methods=["POST"])
