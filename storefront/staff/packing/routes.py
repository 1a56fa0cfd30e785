"""Packing over HTTP: what is to be packed, lists and slips to print, and parcels made in bulk."""

import secrets
from collections.abc import Collection, Sequence
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from ... import audit, fulfilment, inventory, orders
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..desk import render_desk
from ..gate import who
from .slips_pdf import notes_cut_short, pick_list_pdf, slips_pdf
from .views import Slip, order_slips, pack_rows, parcel_slips, pick_list

MOST_AT_ONCE = 200
_NONE_CHOSEN = "Please choose the orders first."


class TokenForm(Form):
    """What one press does, once."""

    token = HiddenField(validators=[InputRequired(STALE), Length(max=64, message=STALE)])


def staff_packing() -> Response:
    """Paid orders of which something waits for a parcel, oldest first."""
    return _page(chosen=_numbers(request.args.getlist("order")))


def staff_pack() -> AnyResponse:
    """Prints for the chosen orders, or puts what waits of each into a parcel, once."""
    form = TokenForm()
    found = _chosen(request.form.getlist("order"))
    if not form.validate():
        return _page(chosen={o.id for o in found}, status=422, error=STALE)
    if not found:
        return _page(status=422, error=_NONE_CHOSEN)
    step = request.form.get("step")
    if step in {"pick_list", "slips"}:
        return redirect(_url(f"staff_{step}", order=[order.number for order in found]), 303)
    refused = [sentence for order in found if (sentence := _pack(order, form.token.data))]
    if refused:
        return _page(status=409, refused=refused, done_token=form.token.data)
    return redirect(_url("staff_shipping", packed=form.token.data), 303)


def staff_unpack() -> AnyResponse:
    """Takes apart what one press packed, or one parcel, as far as it has not left."""
    form = TokenForm()
    if not form.validate():
        raise Refusal(STALE)
    parcel_id = request.form.get("parcel", 0, type=int)
    parcels = [p for p in fulfilment.packed_with(form.token.data) if parcel_id in {0, p.id}]
    for parcel in parcels:
        with transaction():
            if fulfilment.unpack(parcel.id, actor=who()):
                audit.record(who(), "parcel unpacked", f"order {orders.number_of(parcel.order_id)}")
    reference = request.form.get("on_order", "")
    said = "unpacked" if parcels else "too_late"
    if reference:
        return redirect(shop_url("staff_order", reference=reference, said=said), 303)
    return redirect(_url("staff_packing", said=[said]), 303)


def staff_pick_list() -> Response:
    """What to fetch for the chosen orders, to print."""
    found = _to_print()
    return render_desk(
        "packing/pick_list.html",
        rows=pick_list(found),
        orders=found,
        pdf_url=_url("staff_pick_list_pdf", order=[order.number for order in found]),
        back_url=_url("staff_packing", order=[order.number for order in found]),
    )


def staff_pick_list_pdf() -> Response:
    """The same as a PDF."""
    return _pdf(pick_list_pdf(pick_list(_to_print())), "pick-list")


def staff_slips() -> Response:
    """Packing slips of the chosen orders or parcels, one to a page, as often as they are wanted."""
    numbers, parcels = request.args.getlist("order"), request.args.getlist("parcel")
    slips = _slips()
    return render_desk(
        "packing/slips.html",
        slips=slips,
        cut_short=notes_cut_short(slips),
        pdf_url=_url("staff_slips_pdf", order=numbers, parcel=parcels),
        back_url=_url("staff_packing", order=numbers) if numbers else shop_url("staff_shipping"),
    )


def staff_slips_pdf() -> Response:
    """The same as a PDF."""
    return _pdf(slips_pdf(_slips()), "packing-slips")


def _pack(order: orders.Order, token: str) -> str:
    """Packs an order in a transaction of its own; why not, or '' when it is packed."""
    try:
        with transaction():
            if fulfilment.pack(order.id, token=token, actor=who()) is not None:
                audit.record(who(), "order packed", f"order {order.number}")
    except inventory.NoUsableLot as refusal:
        return f"Order {order.number} was not packed. {refusal.sentence}"
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _slips() -> tuple[Slip, ...]:
    texts = request.args.getlist("parcel")[:MOST_AT_ONCE]
    ids = [int(text) for text in texts if text.isdecimal() and len(text) < 10]
    parcels = fulfilment.parcels(ids) if ids else []
    found = _chosen(request.args.getlist("order"))
    if not (found or parcels):
        raise NotFound("There is nothing to print. Please choose the orders first.")
    return (*order_slips(found), *parcel_slips(parcels))


def _to_print() -> Sequence[orders.Order]:
    found = _chosen(request.args.getlist("order"))
    if not found:
        raise NotFound("There is nothing to print. Please choose the orders first.")
    return found


def _chosen(numbers: Sequence[str]) -> Sequence[orders.Order]:
    return orders.by_ids(_numbers(numbers)) if numbers else ()


def _numbers(texts: Sequence[str]) -> set[int]:
    """The ids of the orders with these numbers."""
    found = (orders.id_of(text) for text in texts[:MOST_AT_ONCE])
    return {order_id for order_id in found if order_id is not None and order_id > 0}


def _page(
    *,
    chosen: Collection[int] = (),
    status: int = 200,
    error: str = "",
    refused: Sequence[str] = (),
    done_token: str = "",
) -> Response:
    page = request.args.get("page", 1, type=int)
    found = orders.to_pack(page=page)
    form = TokenForm(formdata=None)
    form.token.data = secrets.token_urlsafe(18)
    return render_desk(
        "packing/packing.html",
        status=status,
        said=request.args.get("said", ""),
        form=form,
        found=found,
        rows=pack_rows(found.orders),
        chosen=chosen,
        is_all=request.args.get("all") == "1",
        all_url=_url("staff_packing", all=["1"], page=[str(found.page)]),
        waiting=fulfilment.count_waiting(),
        error=error,
        refused=refused,
        done_token=done_token,
        done=len(fulfilment.packed_with(done_token)) if done_token else 0,
        page_url=partial(_page_url, "staff_packing"),
    )


def _page_url(endpoint: str, page: int) -> str:
    return _url(endpoint, page=[str(page)] if page > 1 else [])


def _url(endpoint: str, **values: Sequence[str] | str) -> str:
    query = urlencode(values, doseq=True)
    return f"{shop_url(endpoint)}{'?' if query else ''}{query}"


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def register(shop: Blueprint) -> None:
    """Adds the packing table and what is printed for it."""
    shop.add_url_rule("/staff/packing", "staff_packing", staff_packing)
    shop.add_url_rule("/staff/packing", "staff_pack", staff_pack, methods=["POST"])
    shop.add_url_rule("/staff/packing/unpack", "staff_unpack", staff_unpack, methods=["POST"])
    for name, page, pdf in (
        ("pick-list", staff_pick_list, staff_pick_list_pdf),
        ("slips", staff_slips, staff_slips_pdf),
    ):
        shop.add_url_rule(f"/staff/packing/{name}", page.__name__, page)
        shop.add_url_rule(f"/staff/packing/{name}.pdf", pdf.__name__, pdf)
