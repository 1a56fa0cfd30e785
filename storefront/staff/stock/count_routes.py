"""Stock-takes over HTTP: begun, printed, entered, looked at, booked or cancelled."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, inventory
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE
from ...pages import shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from .count_form import CountForm, is_ours, read_reasons
from .words import STOCK_SHOWN, stock_reason

_STATES = {"open": "Open", "booked": "Booked", "cancelled": "Cancelled"}


def staff_counts() -> Response:
    """The stock-takes, and where one is begun."""
    return _list(said=request.args.get("said", ""))


def staff_start_count() -> AnyResponse:
    """Begins a stock-take of what the filters let through."""
    if not is_ours():
        return _list(error=STALE, status=422)
    filters = replace(catalog.read_stock_filters(request.form), sort="name", is_falling=False)
    skus = [row.sku for row in catalog.whole_stock(filters) if not row.is_kit]
    if not skus:
        return _list(error="There is nothing in it to count. Choose something else.", status=422)
    title = _title(filters)
    with transaction():
        count_id = inventory.start_count(title, skus, actor=who())
        audit.record(who(), "stock-take begun", f"stock-take {count_id}", after={"of": title})
    return redirect(shop_url("staff_count", id=count_id), 303)


def staff_count(id: int) -> Response:
    """A page of rows to enter what was counted."""
    return _rows(_count(id), said=request.args.get("said", ""))


def staff_count_sheet(id: int) -> Response:
    """The sheet to print."""
    count = _count(id)
    lines = inventory.count_lines(id)
    rows = catalog.stock_rows([line.sku for line in lines])
    return render_desk("stock/count_sheet.html", count=count, lines=lines, rows=rows)


def staff_enter_count(id: int) -> AnyResponse:
    """Takes down what was counted; what is wrong stands in its row, and nothing is lost."""
    count = _count(id)
    page = _page(count)
    form = CountForm(request.form, count.started_at)
    if not is_ours():
        return _rows(count, form=form, error=STALE, status=422)
    if not form.read(inventory.count_lines(id, page=page)):
        return _rows(count, form=form, status=422)
    try:
        with transaction():
            inventory.enter_counts(id, form.entries, at=form.at, actor=who())
    except inventory.CountedByAnother as other:
        form.errors[str(other.line_id)] = other.sentence
        return _rows(count, form=form, status=other.status)
    except inventory.CountOver as over:
        return _rows(_count(id), form=form, error=over.sentence, status=over.status)
    if request.form.get("then") == "differences":
        return redirect(shop_url("staff_count_differences", id=id), 303)
    query = urlencode({"page": min(page + 1, count.pages), "said": "count_kept"})
    return redirect(f"{shop_url('staff_count', id=id)}?{query}", 303)


def staff_count_differences(id: int) -> Response:
    """What would be booked, or was."""
    return _differences(_count(id), said=request.args.get("said", ""))


def staff_book_count(id: int) -> AnyResponse:
    """Books the differences, once."""
    return _end(id, "booked", said="count_booked")


def staff_cancel_count(id: int) -> AnyResponse:
    """Ends a stock-take without booking anything."""
    return _end(id, "cancelled", said="count_cancelled")


def staff_undo_count(id: int) -> AnyResponse:
    """Takes the booked differences back as a whole, once."""
    count = _count(id)
    if not is_ours():
        return _differences(count, error=STALE, status=422)
    said = "booking_undone"
    try:
        with transaction():
            skus = inventory.undo_booking(inventory.count_reference(id), actor=who())
            audit.record(who(), "stock-take undone", f"stock-take {id}", after={"SKUs": skus})
    except inventory.CannotUndo:
        said = "booking_undone_before"
    except inventory.CannotGoBack as refusal:
        return _differences(count, error=refusal.sentence, status=refusal.status)
    return redirect(f"{shop_url('staff_count_differences', id=id)}?said={said}", 303)


def _end(id: int, state: str, *, said: str) -> AnyResponse:
    count = _count(id)
    if not is_ours():
        return _differences(count, error=STALE, status=422)
    after: dict[str, object] = {"state": state}
    try:
        with transaction():
            if state == "booked":
                reasons = read_reasons(request.form)
                after["SKUs that differed"] = inventory.book_count(id, actor=who(), reasons=reasons)
            else:
                inventory.cancel_count(id, actor=who())
            audit.record(
                who(), f"stock-take {state}", f"stock-take {id}", before={"state": "open"},
                after=after,
            )  # fmt: skip
    except Refusal as refusal:
        return _differences(_count(id), error=refusal.sentence, status=refusal.status)
    if state == "booked":
        return redirect(f"{shop_url('staff_count_differences', id=id)}?said={said}", 303)
    return redirect(f"{shop_url('staff_counts')}?said={said}", 303)


def _count(count_id: int) -> inventory.CountView:
    found = inventory.stock_count(count_id)
    if found is None:
        raise NotFound("There is no stock-take with this number.")
    return found


def _page(count: inventory.CountView) -> int:
    return min(max(request.args.get("page", 1, type=int), 1), count.pages)


def _title(filters: catalog.StockFilters) -> str:
    names = {category.slug: category.name for category in catalog.categories()}
    parts = [STOCK_SHOWN[filters.show], names.get(filters.category, ""), filters.text]
    return ", ".join(part for part in parts if part)


def _list(*, said: str = "", error: str = "", status: int = 200) -> Response:
    return render_desk(
        "stock/counts.html",
        status=status,
        said=said,
        error=error,
        counts=inventory.stock_counts(),
        states=_STATES,
        shown=STOCK_SHOWN,
        categories=catalog.categories(),
    )


def _rows(
    count: inventory.CountView,
    *,
    form: CountForm | None = None,
    said: str = "",
    error: str = "",
    status: int = 200,
) -> Response:
    page = _page(count)
    lines = inventory.count_lines(count.id, page=page)
    return render_desk(
        "stock/count.html",
        status=status,
        said=said,
        error=error,
        count=count,
        entered=form or CountForm({}, count.started_at),
        states=_STATES,
        lines=lines,
        rows=catalog.stock_rows([line.sku for line in lines]),
        page=page,
        page_url=partial(_page_url, count.id),
    )


def _differences(
    count: inventory.CountView, *, said: str = "", error: str = "", status: int = 200
) -> Response:
    lines = inventory.count_differences(count.id)
    return render_desk(
        "stock/count_differences.html",
        status=status,
        said=said,
        error=error,
        count=count,
        booking=inventory.booking(inventory.count_reference(count.id)),
        lines=lines,
        rows=catalog.stock_rows([line.sku for line in lines]),
        reasons_of=_reasons_of,
        why=read_reasons(request.form),
    )


def _reasons_of(difference: int) -> list[tuple[str, str]]:
    """What may explain that so many were found, or are missing; first that nobody knows."""
    fitting = [word for word, way in inventory.EDIT_REASONS.items() if way * difference > 0]
    return [("counted", "Not known"), *((word, stock_reason(word)) for word in fitting)]


def _page_url(count_id: int, page: int) -> str:
    return f"{shop_url('staff_count', id=count_id)}?page={page}"


def register(shop: Blueprint) -> None:
    """Adds the stock-takes."""
    where, one = "/staff/stock-takes", f"/staff/stock-takes/{NUMBER}"
    for address, view, method in (
        (where, staff_counts, "GET"),
        (where, staff_start_count, "POST"),
        (one, staff_count, "GET"),
        (one, staff_enter_count, "POST"),
        (f"{one}/sheet", staff_count_sheet, "GET"),
        (f"{one}/differences", staff_count_differences, "GET"),
        (f"{one}/book", staff_book_count, "POST"),
        (f"{one}/cancel", staff_cancel_count, "POST"),
        (f"{one}/undo", staff_undo_count, "POST"),
    ):
        shop.add_url_rule(address, view.__name__, view, methods=[method])
