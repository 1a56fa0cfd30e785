"""Tables of the stock over HTTP: written out, handed in, looked at, and booked once."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, inventory
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from .booking import CannotBook, book_stock
from .tables import csv_answer
from .words import stock_reason

_NO_FILE = "Choose a file that ends in .csv."
_NOT_TEXT = "This file is not UTF-8 text. Save it again as CSV with the encoding UTF-8."
_FIRST_CHANGES = 100


def staff_stock_csv() -> Response:
    """The whole stock, or what the filters let through, as CSV."""
    rows = catalog.whole_stock(catalog.read_stock_filters(request.args))
    return csv_answer(catalog.stock_table(rows), "stock.csv")


def staff_stock_file() -> Response:
    """Where a table of the stock is handed in."""
    return _hand_in(said=request.args.get("said", ""))


def staff_read_stock_file() -> AnyResponse:
    """Reads a table: tells every mistake at once, or keeps it and shows what it would change."""
    if not Form().validate():
        return _hand_in(error=STALE, status=422)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _hand_in(error=_NO_FILE, status=422)
    try:
        text = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return _hand_in(error=_NOT_TEXT, status=422)
    if "\0" in text:
        return _hand_in(error=_NOT_TEXT, status=422)
    reading = catalog.read_stock_file(text)
    if reading.problems:
        return _hand_in(name=upload.filename[:200], reading=reading, status=422)
    with transaction():
        kept = inventory.keep_file(upload.filename, text, actor=who())
    return redirect(shop_url("staff_stock_plan", id=kept), 303)


def staff_stock_plan(id: int) -> Response:
    """What a table would change in the stock as it is now."""
    return _plan(_file(id))


def staff_book_stock_file(id: int) -> AnyResponse:
    """Books a table, once."""
    file = _file(id)
    if not Form().validate():
        return _plan(file, error=STALE, status=422)
    reading = catalog.read_stock_file(file.text)
    if reading.problems:
        return _plan(file, status=409)
    try:
        with transaction():
            is_first = inventory.claim_file(id)
            if is_first:
                book_stock(reading, reference=f"file-{id}", name=file.name, actor=who())
    except CannotBook as refusal:
        return _plan(file, error=refusal.sentence, status=refusal.status)
    return _booked_now(id, "stock_file" if is_first else "stock_file_before")


def staff_undo_stock_file(id: int) -> AnyResponse:
    """Takes a booked table back as a whole, once."""
    file = _file(id)
    if not Form().validate():
        return _plan(file, error=STALE, status=422)
    try:
        with transaction():
            skus = inventory.undo_booking(f"file-{id}", actor=who())
            audit.record(
                who(), "stock file undone", f"file {file.name}"[:400], after={"SKUs": skus}
            )
    except inventory.CannotUndo:
        return _booked_now(id, "booking_undone_before")
    except inventory.CannotGoBack as refusal:
        return _booked(file, error=refusal.sentence, status=refusal.status)
    return _booked_now(id, "booking_undone")


def _booked_now(id: int, said: str) -> AnyResponse:
    return redirect(f"{shop_url('staff_stock_plan', id=id)}?said={said}", 303)


def _file(file_id: int) -> inventory.StockFile:
    found = inventory.stock_file(file_id)
    if found is None:
        raise NotFound("There is no such file any more. Please hand it in again.")
    return found


def _hand_in(
    *,
    name: str = "",
    reading: catalog.StockReading | None = None,
    error: str = "",
    said: str = "",
    status: int = 200,
) -> Response:
    return render_desk(
        "stock/stock_file.html", status=status, said=said, name=name, reading=reading, error=error
    )


def _plan(file: inventory.StockFile, *, error: str = "", status: int = 200) -> Response:
    if file.booked_at is not None:
        return _booked(file, said=request.args.get("said", ""), error=error, status=status)
    reading = catalog.read_stock_file(file.text)
    shown = reading.changes[:_FIRST_CHANGES]
    return render_desk(
        "stock/stock_plan.html",
        status=status,
        file=file,
        reading=reading,
        shown=shown,
        rows=catalog.stock_rows([one.sku for one in shown]),
        more=sum(max(one.change, 0) for one in reading.changes),
        fewer=-sum(min(one.change, 0) for one in reading.changes),
        reason_words=stock_reason,
        error=error,
    )


def _booked(
    file: inventory.StockFile, *, said: str = "", error: str = "", status: int = 200
) -> Response:
    """What a table has changed, with the way back."""
    booking = inventory.booking(f"file-{file.id}")
    shown = booking.lines[:_FIRST_CHANGES]
    return render_desk(
        "stock/stock_booked.html",
        status=status,
        said=said,
        error=error,
        file=file,
        booking=booking,
        shown=shown,
        rows=catalog.stock_rows([line.sku for line in shown]),
        reason_words=stock_reason,
    )


def register(shop: Blueprint) -> None:
    """Adds the tables of the stock."""
    where, one = "/staff/stock-file", f"/staff/stock-file/{NUMBER}"
    shop.add_url_rule("/staff/stock.csv", "staff_stock_csv", staff_stock_csv)
    shop.add_url_rule(where, "staff_stock_file", staff_stock_file)
    shop.add_url_rule(where, "staff_read_stock_file", staff_read_stock_file, methods=["POST"])
    shop.add_url_rule(one, "staff_stock_plan", staff_stock_plan)
    shop.add_url_rule(one, "staff_book_stock_file", staff_book_stock_file, methods=["POST"])
    undo = staff_undo_stock_file
    shop.add_url_rule(f"{one}/undo", undo.__name__, undo, methods=["POST"])
