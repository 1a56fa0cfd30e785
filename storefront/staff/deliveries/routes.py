"""Deliveries in the back office over HTTP: the list, one of them, and goods that come in."""

from datetime import date
from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, inventory
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...money import plain_money
from ...pages import settings, shop_url
from ..addresses import NUMBER, searched, with_query
from ..desk import render_desk
from ..gate import who
from .forms import ExpectForm, ReceiveForm, expect_form, receive_form

_SHOWN = {"": "Open first", "open": "Open", "closed": "Closed"}


def staff_deliveries() -> Response:
    """What is expected, the next to come on top, and what came."""
    text = searched()
    shown = request.args.get("shown", "")
    shown = shown if shown in _SHOWN else ""
    found = inventory.deliveries(text, shown=shown, page=request.args.get("page", 1, type=int))
    return render_desk(
        "deliveries/deliveries.html",
        said=request.args.get("said", ""),
        found=found,
        text=text,
        shown=shown,
        choices=_SHOWN,
        page_url=partial(_list_url, text, shown),
    )


def staff_new_delivery() -> AnyResponse:
    """Writes down what a supplier is to bring."""
    form = expect_form()
    if request.form.get("step") == "more":
        form.add_rows()
    elif form.is_submitted():
        goods, day = form.goods(), form.day()
        if form.is_stale or form.first_wrong:
            return _expect_page(form, 422, error=STALE if form.is_stale else "")
        return _expect(form, goods, day)
    return _expect_page(form)


def staff_receive() -> AnyResponse:
    """Takes in goods that nobody had written down before."""
    sku = request.args.get("sku", "").strip()[:64]
    form = receive_form(rows=[{"sku": sku}] if sku else [])
    if request.form.get("step") == "more":
        form.add_rows()
    elif form.is_submitted():
        return _take_in(form, None)
    return _receive_page(form)


def staff_delivery(id: int) -> Response:
    """One delivery: what lacks, the form that takes it in, and what was taken in."""
    delivery = _delivery(id)
    return _delivery_page(delivery, _form_of(delivery), said=request.args.get("said", ""))


def staff_receive_delivery(id: int) -> AnyResponse:
    """Takes in what came of an expected delivery, wholly or in part."""
    delivery = _delivery(id)
    form = receive_form()
    if request.form.get("step") == "more":
        form.add_rows()
        return _delivery_page(delivery, form)
    return _take_in(form, delivery)


def staff_undo_receipt(id: int) -> AnyResponse:
    """Takes back what one form took in."""
    if not Form().validate():
        raise Refusal(STALE)
    try:
        with transaction():
            delivery_id = inventory.undo_receipt(id, actor=who())
            if delivery_id is not None:
                audit.record(who(), "delivery taken back", f"delivery D-{delivery_id}")
    except (inventory.OutOfStock, inventory.LotShort) as short:
        raise Refusal(
            f"Some of these goods are sold or held already. {short.sentence}"
            " Correct the number in the stock instead."
        ) from None
    if delivery_id is None:
        return redirect(shop_url("staff_deliveries", said="undone_before"), 303)
    return _to(delivery_id, said="taken_back")


def staff_close_delivery(id: int) -> AnyResponse:
    """Expects no more of a delivery, or the rest of it again."""
    if not Form().validate():
        raise Refusal(STALE)
    _delivery(id)
    is_closing = request.form.get("choice") != "reopen"
    with transaction():
        verb = inventory.close_delivery if is_closing else inventory.reopen_delivery
        if verb(id):
            done = "delivery closed" if is_closing else "delivery reopened"
            audit.record(who(), done, f"delivery D-{id}")
    return _to(id, said="delivery_closed" if is_closing else "delivery_reopened")


def _expect(
    form: ExpectForm, goods: list[inventory.ExpectedGoods], day: date | None
) -> AnyResponse:
    with transaction():
        made = inventory.expect_delivery(
            goods,
            token=form.token.data or "",
            supplier=(form.supplier.data or "").strip(),
            expected_on=day,
            note=(form.note.data or "").strip(),
            actor=who(),
        )
        if made is not None:
            after = {"goods": ", ".join(f"{one.units} × {one.sku}" for one in goods), "day": day}
            audit.record(who(), "delivery expected", f"delivery D-{made}", after=after)
    if made is None:
        return redirect(shop_url("staff_deliveries", said="written_before"), 303)
    return _to(made, said="delivery_expected")


def _take_in(form: ReceiveForm, delivery: inventory.DeliveryView | None) -> AnyResponse:
    goods = form.goods()
    page = partial(_delivery_page, delivery, form) if delivery else partial(_receive_page, form)
    if form.is_stale or form.first_wrong:
        return page(status=422, error=STALE if form.is_stale else "")
    try:
        with transaction():
            found = inventory.receive(
                goods,
                token=form.token.data or "",
                delivery_id=delivery.id if delivery else None,
                seen=form.seen_steps(),
                supplier=(form.supplier.data or "").strip(),
                actor=who(),
            )
            if found is not None:
                came = ", ".join(_shown(one) for one in goods)
                audit.record(
                    who(), "delivery received", f"delivery D-{found}", after={"goods": came}
                )
    except inventory.ReceivedMeanwhile as late:
        assert delivery is not None
        fresh = _delivery(delivery.id)
        return _delivery_page(fresh, _refilled(fresh), status=409, error=late.sentence)
    except Refusal as refusal:
        error = "" if form.blame(refusal) else refusal.sentence
        return page(status=422, error=error)
    if found is None:
        where = {"id": delivery.id} if delivery else {}
        name = "staff_delivery" if delivery else "staff_deliveries"
        return redirect(shop_url(name, said="booked_before", **where), 303)
    return _to(found, said="received")


def _shown(goods: inventory.ArrivedGoods) -> str:
    return f"{goods.units} × {goods.sku}{f' in lot {goods.lot}' if goods.lot else ''}"


def _form_of(delivery: inventory.DeliveryView) -> ReceiveForm:
    return receive_form(rows=_rows_of(delivery), seen=str(delivery.seen))


def _refilled(delivery: inventory.DeliveryView) -> ReceiveForm:
    """What was typed, measured anew by what lacks now."""
    form = receive_form()
    form.seen.data = str(delivery.seen)
    return form


def _rows_of(delivery: inventory.DeliveryView) -> list[dict[str, str]]:
    currency = settings().STOREFRONT_CURRENCY
    return [
        {
            "sku": line.sku,
            "units": str(line.lacking),
            "cost": plain_money(line.cost_cents, currency) if line.cost_cents is not None else "",
            "is_expected": "1",
        }
        for line in delivery.lines
        if line.lacking
    ]


def _delivery(id: int) -> inventory.DeliveryView:
    found = inventory.delivery(id)
    if found is None:
        raise NotFound("There is no delivery with this number.")
    return found


def _expect_page(form: ExpectForm, status: int = 200, *, error: str = "") -> Response:
    return render_desk("deliveries/expect_delivery.html", status=status, form=form, error=error)


def _receive_page(form: ReceiveForm, *, status: int = 200, error: str = "") -> Response:
    return render_desk(
        "deliveries/receive.html", status=status, form=form, error=error, names=_names(form)
    )


def _delivery_page(
    delivery: inventory.DeliveryView,
    form: ReceiveForm,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    skus = {line.sku for line in delivery.lines}
    skus |= {line.sku for receipt in delivery.receipts for line in receipt.lines}
    return render_desk(
        "deliveries/delivery.html",
        status=status,
        said=said,
        error=error,
        form=form,
        delivery=delivery,
        names=names_of(skus),
    )


def names_of(skus: set[str]) -> dict[str, str]:
    """SKU → name of the product and its size; one that is not in the catalogue is left out."""
    found = catalog.variants_by_sku(skus)
    return {sku: f"{one.product_name}, {one.name}" for sku, one in found.items()}


def _names(form: ReceiveForm) -> dict[str, str]:
    return names_of({(row.form.sku.data or "").strip() for row in form.rows} - {""})


def _to(delivery_id: int, *, said: str) -> AnyResponse:
    return redirect(shop_url("staff_delivery", id=delivery_id, said=said), 303)


def _list_url(text: str, shown: str, page: int) -> str:
    return with_query(shop_url("staff_deliveries"), q=text, shown=shown, page=page)


def register(shop: Blueprint) -> None:
    """Adds deliveries to the back office."""
    all_, one = "/staff/deliveries", f"/staff/deliveries/{NUMBER}"
    both = ["GET", "POST"]
    shop.add_url_rule(all_, "staff_deliveries", staff_deliveries)
    shop.add_url_rule(f"{all_}/new", "staff_new_delivery", staff_new_delivery, methods=both)
    shop.add_url_rule(f"{all_}/receive", "staff_receive", staff_receive, methods=both)
    shop.add_url_rule(one, "staff_delivery", staff_delivery)
    for path, view in (
        (f"{one}/receive", staff_receive_delivery),
        (f"{one}/close", staff_close_delivery),
        (f"{all_}/receipts/{NUMBER}/undo", staff_undo_receipt),
    ):
        shop.add_url_rule(path, view.__name__, view, methods=["POST"])
