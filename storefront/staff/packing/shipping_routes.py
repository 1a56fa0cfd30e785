"""Shipping over HTTP: packed parcels, their carriers and numbers, typed, pasted or from a file."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, fulfilment, orders, payments
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE
from ...pages import shop_url
from ..desk import render_desk
from ..gate import who
from .routes import TokenForm
from .views import Goods

_NONE_CHOSEN = "Please write a tracking number beside a parcel, or tick those that leave without."
_NO_FILE = "Please choose a file, or paste its lines."
_TOO_LONG = "A tracking number has 120 characters at most, a carrier's name 60."


@dataclass(frozen=True, slots=True)
class ShipLine:
    """A packed parcel, and what was typed beside it."""

    parcel: fulfilment.Parcel
    order: orders.Order
    goods: tuple[Goods, ...]
    is_paid: bool
    has_case: bool
    is_chosen: bool
    tracking: str


def staff_shipping() -> Response:
    """Parcels that wait for their carrier, oldest first."""
    return _page()


def staff_ship() -> AnyResponse:
    """Hands the chosen parcels to a carrier, each once."""
    form = TokenForm()
    if not form.validate():
        return _page(status=422, error=STALE)
    carrier = request.form.get("carrier", "").strip()
    rows = [fulfilment.ShipRow(i, carrier, number) for i, number in _typed().items()]
    if not rows:
        return _page(status=422, error=_NONE_CHOSEN)
    if len(carrier) > 60 or any(len(row.tracking) > 120 for row in rows):
        return _page(status=422, error=_TOO_LONG)
    return _ship_all(rows, form.token.data)


def staff_ship_file() -> AnyResponse:
    """Ships what a file of numbers names: all of it, or nothing and every mistake."""
    form = TokenForm()
    if not form.validate():
        return _page(status=422, error=STALE)
    upload = request.files.get("file")
    raw = upload.read() if upload else b""
    text = raw.decode("utf-8-sig", "replace") if raw else request.form.get("lines", "")
    if not text.strip():
        return _page(status=422, error=_NO_FILE, is_file_open=True)
    try:
        rows = fulfilment.read_tracking(text, carrier=fulfilment.latest_carrier())
    except fulfilment.FileMistakes as mistakes:
        return _page(
            status=422, error=mistakes.sentence, refused=mistakes.sentences, is_file_open=True
        )
    return _ship_all(rows, form.token.data)


def staff_undo_ship() -> AnyResponse:
    """Makes packed parcels again of what one press shipped, until their letters have gone."""
    form = TokenForm()
    if not form.validate():
        raise Refusal(STALE)
    refused = []
    for parcel in fulfilment.shipped_with(form.token.data):
        try:
            with transaction():
                if fulfilment.undo_ship(parcel.id, actor=who()):
                    audit.record(
                        who(), "shipping undone", f"order {orders.number_of(parcel.order_id)}"
                    )
        except fulfilment.TooLateToUndo as refusal:
            refused.append(refusal.sentence)
    if refused:
        return _page(status=409, error="Not all of it could be undone.", refused=refused)
    return redirect(f"{shop_url('staff_shipping')}?said=unshipped", 303)


def _ship_all(rows: Sequence[fulfilment.ShipRow], token: str) -> AnyResponse:
    refused = [sentence for row in rows if (sentence := _ship(row, token))]
    if refused:
        return _page(status=409, error="Not all parcels were shipped.", refused=refused)
    return redirect(f"{shop_url('staff_shipping')}?{urlencode({'shipped': token})}", 303)


def _ship(row: fulfilment.ShipRow, token: str) -> str:
    """Ships a parcel in a transaction of its own; why not, or '' when it has left."""
    try:
        with transaction():
            is_first = fulfilment.ship(
                row.parcel_id, carrier=row.carrier, tracking=row.tracking, token=token, actor=who()
            )
            parcel = fulfilment.parcel(row.parcel_id)
            if is_first and parcel is not None:
                audit.record(
                    who(),
                    "parcel shipped",
                    f"order {orders.number_of(parcel.order_id)}",
                    after={"carrier": parcel.carrier, "tracking": parcel.tracking},
                )
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _typed() -> dict[int, str]:
    """Parcel id → tracking number, for those with a number or a tick."""
    ticked = {text for text in request.form.getlist("parcel") if text.isdecimal()}
    found = {}
    for name, value in request.form.items():
        number = name.removeprefix("tracking_")
        is_parcel = number != name and number.isdecimal() and len(number) < 10
        if is_parcel and (value.strip() or number in ticked):
            found[int(number)] = value.strip()
    return found


def _page(
    *, status: int = 200, error: str = "", refused: Sequence[str] = (), is_file_open: bool = False
) -> Response:
    form = TokenForm(formdata=None)
    form.token.data = secrets.token_urlsafe(18)
    to_pack, total = fulfilment.count_both()
    pages = max(1, -(-total // fulfilment.PER_PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_desk(
        "packing/shipping.html",
        status=status,
        said=request.args.get("said", ""),
        form=form,
        rows=_rows(fulfilment.waiting(page=page)),
        total=total,
        page=page,
        pages=pages,
        page_url=_page_url,
        carrier=request.form.get("carrier", "").strip() or fulfilment.latest_carrier(),
        carriers=list(fulfilment.CARRIERS),
        packed=_done("packed", fulfilment.packed_with),
        shipped=_done("shipped", fulfilment.shipped_with),
        to_pack=to_pack,
        error=error,
        refused=refused,
        is_file_open=is_file_open,
        lines=request.form.get("lines", ""),
    )


def _done(name: str, find: Callable[[str], Sequence[fulfilment.Parcel]]) -> tuple[str, list[int]]:
    """The token of what was done just now, and its parcels."""
    token = request.args.get(name, "")[:64]
    return token, [parcel.id for parcel in find(token)]


def _rows(parcels: Sequence[fulfilment.Parcel]) -> tuple[ShipLine, ...]:
    inside = fulfilment.contents([parcel.id for parcel in parcels])
    by_id = {order.id: order for order in orders.by_ids({p.order_id for p in parcels})}
    waiting = payments.with_open_cases([order.reference for order in by_id.values()])
    typed = _typed()
    return tuple(
        ShipLine(
            parcel=parcel,
            order=(order := by_id[parcel.order_id]),
            goods=tuple(Goods(u.sku, u.name, u.variant, u.units) for u in inside[parcel.id]),
            is_paid=order.state == "paid",
            has_case=order.reference in waiting,
            is_chosen=parcel.id in typed,
            tracking=typed.get(parcel.id, ""),
        )
        for parcel in parcels
    )


def _page_url(page: int) -> str:
    return f"{shop_url('staff_shipping')}{f'?page={page}' if page > 1 else ''}"


def register(shop: Blueprint) -> None:
    """Adds the table of parcels that wait for their carrier."""
    shop.add_url_rule("/staff/shipping", "staff_shipping", staff_shipping)
    for path, view in (
        ("", staff_ship),
        ("/file", staff_ship_file),
        ("/undo", staff_undo_ship),
    ):
        shop.add_url_rule(f"/staff/shipping{path}", view.__name__, view, methods=["POST"])
