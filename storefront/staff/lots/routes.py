"""Lots in the back office over HTTP: found, quarantined, mended, and who got them."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, inventory
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, first_error
from ...local_time import local, today
from ...pages import shop_url
from ..addresses import NUMBER, searched, with_query
from ..deliveries.routes import names_of
from ..desk import render_desk
from ..gate import person, who
from ..rights import may
from ..stock.tables import Table, csv_answer
from .forms import OUT, BookOutForm, LotForm, MoveForm, QuarantineForm
from .views import holders, movements, state_words

_LONGEST_SEARCH = 100
SHOWN = {
    "here": "On the shelf",
    "expiring": "Expiring within 60 days",
    "blocked": "Not for sale",
    "undated": "Without an expiry date",
    "all": "All, empty ones too",
}
SORTS = {"expires": "By expiry date", "received": "Newest first", "sku": "By SKU", "units": "Most"}


def staff_lots() -> Response:
    """Lots by code or SKU, the first to expire on top."""
    text = searched()
    shown = request.args.get("shown", "")
    sort = request.args.get("sort", "")
    shown, sort = shown if shown in SHOWN else "here", sort if sort in SORTS else "expires"
    page = request.args.get("page", 1, type=int)
    found = inventory.lots(text, shown=shown, sort=sort, page=page)
    return render_desk(
        "lots/lots.html",
        said=request.args.get("said", ""),
        found=found,
        short=inventory.short_of_lots(),
        names=names_of({one.sku for one in found.lots}),
        state_words=partial(state_words, today=today()),
        text=text,
        shown=shown,
        sort=sort,
        choices=SHOWN,
        sorts=SORTS,
        is_narrowed=bool(text) or shown != "here",
        page_url=partial(_list_url, text, shown, sort),
    )


def staff_lot(id: int) -> Response:
    """One lot: what is left, who got it, its book, and what can be done."""
    return _lot_page(_lot(id), said=request.args.get("said", ""))


def staff_lot_csv(id: int) -> Response:
    """Who got a lot, as a table for a spreadsheet; addresses only for who may see orders."""
    lot, reader = _lot(id), person()
    has_emails = may(reader.roles if reader else (), "see_orders")
    return csv_answer(_holders_table(lot, has_emails=has_emails), f"lot-{lot.id}-orders.csv")


def staff_quarantine(id: int) -> AnyResponse:
    """Takes a lot out of sale, or puts it back on sale."""
    form, lot = QuarantineForm(), _lot(id)
    if not form.validate():
        return _lot_page(lot, status=422, error=first_error(form))
    is_out = form.choice.data != "release"
    with transaction():
        was_first = (
            inventory.quarantine(id, note=form.note.data or "")
            if is_out
            else inventory.release_lot(id)
        )
        if was_first:
            done = "lot quarantined" if is_out else "lot released"
            audit.record(who(), done, _named(lot), after={"why": form.note.data or ""})
    said = ("quarantined" if is_out else "released") if was_first else "lot_before"
    if form.is_on_list.data:
        return redirect(_same_list(said), 303)
    return redirect(shop_url("staff_lot", id=id, said=said), 303)


def staff_correct_lot(id: int) -> AnyResponse:
    """Mends the code or expiry date of a lot."""
    form, lot = LotForm(), _lot(id)
    before, named = {"code": lot.code, "expires": lot.expires_on}, _named(lot)
    if not form.validate():
        return _lot_page(lot, status=422, correct=form, error=STALE if form.is_stale else "")
    code = form.code.data.strip()
    try:
        with transaction():
            inventory.correct_lot(id, code=code, expires_on=form.day)
            after = {"code": code, "expires": form.day}
            audit.record(who(), "lot corrected", named, before=before, after=after)
    except inventory.LotTaken as taken:
        form.code.errors = [taken.sentence]
        return _lot_page(_lot(id), status=422, correct=form)
    return redirect(shop_url("staff_lot", id=id, said="lot_corrected"), 303)


def staff_book_out(id: int) -> AnyResponse:
    """Takes units of a lot off the shelf for good."""
    form, lot = BookOutForm(), _lot(id)
    named = _named(lot)
    if not form.validate():
        return _lot_page(lot, status=422, out=form, error=STALE if form.is_stale else "")
    try:
        with transaction():
            inventory.book_out(
                id, form.count, reason=form.reason.data, seen=form.seen_units, actor=who()
            )
            before = {"units": form.seen_units}
            after = {"units": form.seen_units - form.count, "why": OUT[form.reason.data]}
            audit.record(who(), "lot booked out", named, before=before, after=after)
    except inventory.LotChanged as late:
        return _lot_page(_lot(id), status=409, error=late.sentence)
    except (inventory.LotShort, inventory.OutOfStock) as short:
        form.units.errors = [_why_short(short)]
        return _lot_page(_lot(id), status=422, out=form)
    return redirect(shop_url("staff_lot", id=id, said="booked_out"), 303)


def staff_move_units(id: int) -> AnyResponse:
    """Says that units are of another lot than the books have them in."""
    form, lot = MoveForm(), _lot(id)
    if not form.validate():
        return _lot_page(lot, status=422, move=form, error=STALE if form.is_stale else "")
    code = form.code.data.strip()
    try:
        with transaction():
            other = inventory.open_lot(lot.sku, code, expires_on=form.day)
            inventory.move_units(id, other, form.count, seen=form.seen_units, actor=who())
            after = {"units": form.count, "to": code}
            audit.record(who(), "units moved to another lot", _named(lot), after=after)
    except inventory.LotChanged as late:
        return _lot_page(_lot(id), status=409, error=late.sentence)
    except inventory.OtherExpiry as other_day:
        form.expires_on.errors = [other_day.sentence]
        return _lot_page(_lot(id), status=422, move=form)
    except inventory.LotShort as short:
        form.units.errors = [short.sentence]
        return _lot_page(_lot(id), status=422, move=form)
    return redirect(shop_url("staff_lot", id=other, said="moved"), 303)


def _lot(id: int) -> inventory.Lot:
    found = inventory.lot(id)
    if found is None:
        raise NotFound("There is no lot with this number.")
    return found


def _named(lot: inventory.Lot) -> str:
    return f"SKU {lot.sku}, {inventory.lot_words(lot.code)}"


def _why_short(short: Refusal) -> str:
    if isinstance(short, inventory.OutOfStock):
        return f"Open payments hold the others, so at most {short.left} can go now."
    return short.sentence


def _holders_table(lot: inventory.Lot, *, has_emails: bool) -> Table:
    yield ["order", "packed", "sku", "lot", "units", "state", *["email"] * has_emails]
    for one in holders(lot.id):
        row = [one.number or one.reference, f"{local(one.packed_at):%Y-%m-%d}", lot.sku, lot.code]
        yield [*row, one.units, one.state, *[one.email] * has_emails]


def _same_list(said: str) -> str:
    """The address of what the list showed when a button in it was pressed."""
    q, shown, sort = (
        request.form.get(name, "")[:_LONGEST_SEARCH] for name in ("q", "shown", "sort")
    )
    return with_query(shop_url("staff_lots"), q=q, shown=shown, sort=sort, said=said)


def _lot_page(
    lot: inventory.Lot,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    correct: LotForm | None = None,
    out: BookOutForm | None = None,
    move: MoveForm | None = None,
) -> Response:
    return render_desk(
        "lots/lot.html",
        status=status,
        said=said,
        error=error,
        lot=lot,
        name=names_of({lot.sku}).get(lot.sku, ""),
        lot_state=state_words(lot, today=today()),
        holders=holders(lot.id),
        movements=movements(inventory.lot_book(lot.id)),
        correct=correct,
        out=out,
        move=move,
        reasons=OUT,
    )


def _list_url(text: str, shown: str, sort: str, page: int) -> str:
    return with_query(
        shop_url("staff_lots"),
        q=text,
        shown=shown if shown != "here" else "",
        sort=sort if sort != "expires" else "",
        page=page,
    )


def register(shop: Blueprint) -> None:
    """Adds lots to the back office."""
    one = f"/staff/lots/{NUMBER}"
    shop.add_url_rule("/staff/lots", "staff_lots", staff_lots)
    shop.add_url_rule(one, "staff_lot", staff_lot)
    shop.add_url_rule(f"{one}/orders.csv", "staff_lot_csv", staff_lot_csv)
    for word, view in (
        ("quarantine", staff_quarantine),
        ("correct", staff_correct_lot),
        ("out", staff_book_out),
        ("move", staff_move_units),
    ):
        shop.add_url_rule(f"{one}/{word}", view.__name__, view, methods=["POST"])
