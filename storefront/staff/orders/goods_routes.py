"""The goods of one order over HTTP: packed in part, addressed anew, written about, remarked on."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, fulfilment, inventory, mail, orders
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from .label_form import LabelForm, NoteForm
from .pack_form import PartForm, chosen_lots, written_units
from .refund_form import refund_form
from .routes import order_page
from .views import letters_of, order_desk

_NO_UNITS = "Please write how many units of each line are in this parcel."
_NO_LOT = "Please choose a lot from the list, and write how many units you take from it."


def staff_pack_part(reference: str) -> AnyResponse:
    """Packs the units of each line that somebody wrote, once."""
    desk, form = order_desk(reference), PartForm()
    if not form.validate():
        return order_page(refund_form(desk), status=422, error=STALE)
    units, chosen = written_units(desk), chosen_lots(desk)
    if units is None or chosen is None:
        error = _NO_UNITS if units is None else _NO_LOT
        return order_page(refund_form(desk), status=422, error=error)
    token = form.parcel_token.data
    try:
        with transaction():
            is_new = fulfilment.pack(desk.id, token=token, actor=who(), units=units, chosen=chosen)
            if is_new is not None:
                audit.record(who(), "order packed", f"order {desk.order.number}")
    except inventory.NotFromThisLot as refusal:
        refused = refund_form(order_desk(reference))
        return order_page(
            refused, status=refusal.status, error=refusal.sentence, wrong_lot=refusal.sku
        )
    except Refusal as refusal:
        refused = refund_form(order_desk(reference))
        return order_page(refused, status=refusal.status, error=refusal.sentence)
    return _order(reference, said="packed")


def staff_note_order(reference: str) -> AnyResponse:
    """Adds a note for colleagues to the history."""
    desk, form = order_desk(reference), NoteForm()
    if not form.validate():
        return order_page(refund_form(desk), status=422, note_form=form)
    with transaction():
        orders.lock(desk.id)
        orders.write_note(desk.id, form.text.data.strip(), actor=who())
    return _order(reference, said="noted")


def staff_change_label(reference: str) -> AnyResponse:
    """Writes another address, unless somebody else did since this form was opened."""
    desk, form = order_desk(reference), LabelForm.for_shop()
    if not form.validate():
        return order_page(refund_form(desk), status=422, label_form=form)
    try:
        with transaction():
            orders.lock(desk.id)
            is_ours = orders.change_label(desk.id, form.ship_to(), version=form.version.data)
            if is_ours:
                orders.note(desk.id, "address", actor=who())
                audit.record(who(), "address changed", f"order {desk.order.number}")
    except orders.LabelIsOut as refusal:
        return order_page(refund_form(desk), status=409, error=refusal.sentence)
    if is_ours:
        return _order(reference, said="address")
    now = order_desk(reference)
    if form.says_the_same_as(now.label):
        return _order(reference, said="address")
    return render_desk("orders/label_conflict.html", status=409, form=form, desk=now)


def staff_letter_again(reference: str, id: int) -> AnyResponse:
    """Sends a letter of this order once more, to the address that it was written to."""
    desk = order_desk(reference)
    if id not in {letter.id for letter in letters_of(desk.id, reference)}:
        raise NotFound("This order has no such letter.")
    if not Form().validate():
        return order_page(refund_form(desk), status=422, error=STALE)
    with transaction():
        is_due = mail.send_again(id)
        if is_due:
            audit.record(who(), "letter sent again", f"order {desk.order.number}, letter {id}")
    return _order(reference, said="letter_again" if is_due else "letter_waits")


def _order(reference: str, *, said: str) -> AnyResponse:
    return redirect(shop_url("staff_order", reference=reference, said=said), 303)


def register(shop: Blueprint) -> None:
    """Adds what is done to the goods of one order."""
    one = "/staff/orders/<reference>"
    for path, view in (
        ("pack", staff_pack_part),
        ("note", staff_note_order),
        ("label", staff_change_label),
        (f"letters/{NUMBER}", staff_letter_again),
    ):
        shop.add_url_rule(f"{one}/{path}", view.__name__, view, methods=["POST"])
