"""The stock in the back office over HTTP: the table of SKUs, and numbers changed in place."""

from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, inventory
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE
from ...pages import shop_url
from ..desk import render_desk
from ..gate import who
from .forms import NO_NUMBER, RowEdit, StockForm, UndoForm, changed_meanwhile
from .sku_page import sku_page
from .words import STOCK_SHOWN, STOCK_SORTS, stock_reason

_ON_SKU = "sku"


def staff_stock() -> Response:
    """The table of all SKUs, filtered, sorted, fifty at once."""
    filters = catalog.read_stock_filters(request.args)
    changed = request.args.get("changed", 0, type=int)
    return _table(filters, changed=changed, said=request.args.get("said", ""))


def staff_change_stock(sku: str) -> AnyResponse:
    """Books a new number with its reason; the row says what was wrong with it."""
    row = stock_row(sku)
    form = StockForm()
    wanted = form.wanted()
    if not form.validate() or wanted is None:
        return _refused(form, row, STALE if form.is_stale else NO_NUMBER, 422)
    try:
        line = _edit(sku, wanted, form)
    except inventory.ChangedMeanwhile as faster:
        edit = changed_meanwhile(form, stock_row(sku))
        return _again(form.back.data or "", edit, faster.status)
    except Refusal as refusal:
        return _refused(form, row, refusal.sentence, refusal.status)
    return _done(sku, form.back.data or "", line)


def staff_undo_stock(sku: str) -> AnyResponse:
    """Takes a change by hand back, once."""
    stock_row(sku)
    form = UndoForm()
    if not form.validate():
        raise NotFound("This change cannot be undone here.")
    try:
        with transaction():
            back = inventory.undo(sku, form.line.data, actor=who())
            _record("stock change undone", sku, back, "undone")
    except inventory.CannotUndo:
        return _went(sku, form.back.data or "", said="stock_undone_before")
    except (inventory.TooFew, inventory.LotShort) as refusal:
        edit = RowEdit(sku, "", "counted", f"This cannot be undone. {refusal.sentence}")
        return _again(form.back.data or "", edit, refusal.status)
    return _went(sku, form.back.data or "", said="stock_undone")


def stock_row(sku: str) -> catalog.StockRow:
    """A size with its stock; raises NotFound for a SKU that there is none of."""
    row = catalog.stock_row(sku)
    if row is None:
        raise NotFound("There is no size with this SKU.")
    return row


def _edit(sku: str, wanted: int, form: StockForm) -> int | None:
    seen, reason = form.seen_then(), form.reason.data
    with transaction():
        inventory.open_stock(sku)  # a size that was never stocked has no line yet
        line = inventory.edit(sku, wanted, seen=seen, reason=reason, actor=who())
        if line is not None:
            _record("stock changed", sku, wanted - seen.on_hand, reason)
    return line


def _record(action: str, sku: str, change: int, reason: str) -> None:
    after = inventory.on_hand(sku)
    audit.record(
        who(),
        action,
        f"SKU {sku}",
        before={"on hand": after - change},
        after={"on hand": after, "why": stock_reason(reason)},
    )


def _refused(form: StockForm, row: catalog.StockRow, error: str, status: int) -> Response:
    reason = form.reason.data if form.reason.data in inventory.EDIT_REASONS else "counted"
    edit = RowEdit(row.sku, (form.on_hand.data or "")[:20], reason, error)
    return _again(form.back.data or "", edit, status)


def _again(back: str, edit: RowEdit, status: int) -> Response:
    """The page that the form stood on, with what was wrong in its row."""
    if back == _ON_SKU:
        return sku_page(stock_row(edit.sku), edit=edit, status=status)
    return _table(catalog.read_stock_filters(dict(parse_qsl(back))), edit=edit, status=status)


def _done(sku: str, back: str, line: int | None) -> AnyResponse:
    return _went(sku, back, changed=line) if line else _went(sku, back, said="stock_same")


def _went(sku: str, back: str, **more: object) -> AnyResponse:
    if back == _ON_SKU:
        return redirect(f"{shop_url('staff_sku', sku=sku)}?{urlencode(more)}", 303)
    filters = catalog.read_stock_filters(dict(parse_qsl(back)))
    query = urlencode(filters.values() | {"sku": sku} | more)
    return redirect(f"{shop_url('staff_stock')}?{query}", 303)


def _table(
    filters: catalog.StockFilters,
    *,
    changed: int = 0,
    said: str = "",
    edit: RowEdit | None = None,
    status: int = 200,
) -> Response:
    found = catalog.stock_list(filters)
    filters = replace(filters, page=found.page)
    line = inventory.ledger_line(changed) if 0 < changed < 2**31 else None
    sku = edit.sku if edit else line.sku if line else request.args.get("sku", "")
    rows = _with(sku, found.rows)
    return render_desk(
        "stock/stock.html",
        status=status,
        said=said,
        found=found,
        rows=rows,
        incoming=inventory.incoming([row.sku for row in rows]),
        filters=filters,
        line=line,
        edit=edit,
        shown=STOCK_SHOWN,
        sorts=STOCK_SORTS,
        reasons=[(word, stock_reason(word)) for word in inventory.EDIT_REASONS],
        reason_words=stock_reason,
        categories=catalog.categories(),
        list_url=list_url,
        page_url=partial(_page_url, filters),
        back=urlencode(filters.values()),
    )


def _with(sku: str, rows: tuple[catalog.StockRow, ...]) -> tuple[catalog.StockRow, ...]:
    """The rows, and before them the one that was just changed when it does not fit any more."""
    if not sku or any(row.sku == sku for row in rows):
        return rows
    own = catalog.stock_row(sku[:64])
    return (own, *rows) if own else rows


def list_url(filters: catalog.StockFilters, endpoint: str = "staff_stock") -> str:
    """The address of the table, or of its file, with these filters."""
    query = urlencode(filters.values())
    return f"{shop_url(endpoint)}{'?' if query else ''}{query}"


def _page_url(filters: catalog.StockFilters, page: int) -> str:
    return list_url(replace(filters, page=page))


def register(shop: Blueprint) -> None:
    """Adds the table of the stock, and what is done in it."""
    one = "/staff/stock/<sku>"
    shop.add_url_rule("/staff/stock", "staff_stock", staff_stock)
    shop.add_url_rule(one, "staff_change_stock", staff_change_stock, methods=["POST"])
    shop.add_url_rule(f"{one}/undo", "staff_undo_stock", staff_undo_stock, methods=["POST"])
