"""A recall over HTTP: the notice is written, looked at as its readers will, sent once, followed."""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from ... import audit, inventory, orders, recalls
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE, Form
from ...pages import settings, shop_url
from ..addresses import NUMBER
from ..deliveries.routes import names_of
from ..desk import render_desk
from ..gate import who

_FIELDS = ("product", "hazard", "action", "contact")


def _needed(words: str, most: int) -> list[Any]:
    return [InputRequired(words), Length(max=most, message=f"Please write {most} signs at most.")]


class RecallForm(Form):
    """What a recall tells."""

    product = StringField("Product", validators=_needed("Please name the product.", 200))
    hazard = TextAreaField(
        "The danger", validators=_needed("Please say what is dangerous, and how it may harm.", 2000)
    )
    action = TextAreaField(
        "What the reader must do now", validators=_needed("Please say what to do now.", 2000)
    )
    remedies = SelectMultipleField("What the reader gets", choices=list(recalls.REMEDIES))
    has_only_one_remedy = BooleanField()
    contact = TextAreaField(
        "Whom to ask", validators=_needed("Please say whom to ask, and how to reach them.", 1000)
    )

    @property
    def first_wrong(self) -> str:
        """The name of the first field that has to be mended, '' if none."""
        names = ("product", "hazard", "action", "remedies", "contact")
        return next((name for name in names if self[name].errors), "")

    def notice(self) -> recalls.Notice:
        """What was written."""
        return recalls.Notice(
            **{name: (self[name].data or "").strip() for name in _FIELDS},
            remedies=tuple(self.remedies.data or ()),
            has_only_one_remedy=bool(self.has_only_one_remedy.data),
        )

    def is_good(self) -> bool:
        """Whether it may be sent; the fields say what must be mended."""
        is_whole: bool = self.validate()
        try:
            self.notice().check()
        except recalls.PlayedDown as soft:
            self[soft.field].errors = [soft.sentence]
            return False
        except recalls.TooFewRemedies as few:
            self.remedies.errors = [few.sentence]
            return False
        return is_whole


def staff_recall(id: int) -> AnyResponse:
    """The notice to write; or, once it is sent, how far its letters have come."""
    lot = _lot(id)
    sent = recalls.recall_of(id)
    if sent is not None:
        return _progress_page(lot, sent, said=request.args.get("said", ""))
    form = RecallForm(data=_suggested(lot))
    return _form_page(lot, form)


def staff_send_recall(id: int) -> AnyResponse:
    """Shows the letter and asks once; then writes it to everybody who got the lot."""
    lot, form = _lot(id), RecallForm()
    sent = recalls.recall_of(id)
    step = request.form.get("step")
    if sent is None and step == "change":
        return _form_page(lot, form)
    if sent is None and not form.is_good():
        return _form_page(lot, form, status=422, error=STALE if form.is_stale else "")
    if sent is not None and not Form().validate():
        return _progress_page(lot, sent, status=422, error=STALE)
    if sent is None and step != "send":
        return _preview_page(lot, form)
    with transaction():
        written = recalls.recall(id, form.notice(), actor=who())
        if sent is None or written:
            subject = f"SKU {lot.sku}, lot {lot.code}"
            audit.record(who(), "lot recalled", subject, after={"letters": written})
    return redirect(shop_url("staff_recall", id=id, said="recalled" if written else "told"), 303)


def _lot(id: int) -> inventory.Lot:
    found = inventory.lot(id)
    if found is None or not found.code:
        raise NotFound("There is no lot with this number.")
    return found


def _suggested(lot: inventory.Lot) -> dict[str, Any]:
    found = settings()
    mail_to = found.STOREFRONT_SUPPORT_EMAIL
    return {
        "product": names_of({lot.sku}).get(lot.sku, lot.sku),
        "action": "Stop using it at once, keep it away from others, and do not pass it on."
        f"\nWrite to {mail_to} with your order number; we tell you how to send it back for free.",
        "remedies": ["refund", "replacement"],
        "contact": f"{found.STOREFRONT_NAME}, {found.STOREFRONT_ADDRESS}\n{mail_to}",
    }


def _form_page(
    lot: inventory.Lot, form: RecallForm, *, status: int = 200, error: str = ""
) -> Response:
    return render_desk(
        "lots/recall.html",
        status=status,
        error=error,
        form=form,
        lot=lot,
        told=recalls.told(lot.id),
        remedies=recalls.REMEDIES,
    )


def _preview_page(lot: inventory.Lot, form: RecallForm) -> Response:
    told, notice = recalls.told(lot.id), form.notice()
    draft = recalls.Recall(
        lot_id=lot.id,
        product=notice.product,
        hazard=notice.hazard,
        action=notice.action,
        remedies=notice.remedy_words,
        contact=notice.contact,
    )
    first = next((one for one in told if one.has_email), None)
    order = orders.by_reference(first.order_reference) if first else None
    units = first.units if first else 1
    picture = recalls.picture_url(lot.sku)
    letter = recalls.letter(draft, lot, order, units=units, picture=picture) if order else None
    return render_desk(
        "lots/recall_preview.html",
        form=form,
        lot=lot,
        told=told,
        letter=letter,
        notice=notice,
        reachable=sum(one.has_email for one in told),
    )


def _progress_page(
    lot: inventory.Lot,
    sent: recalls.Recall,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    told = recalls.told(lot.id)
    counts = Counter(one.state for one in told if one.has_email)
    return render_desk(
        "lots/recall_sent.html",
        status=status,
        said=said,
        error=error,
        lot=lot,
        sent=sent,
        told=told,
        done=counts["sent"],
        waiting=counts["waiting"] + counts["sending"],
        failed=counts["failed"],
        unwritten=counts[""],
        by_post=[one for one in told if not one.has_email],
    )


def register(shop: Blueprint) -> None:
    """Adds recalls to the back office."""
    path = f"/staff/lots/{NUMBER}/recall"
    shop.add_url_rule(path, "staff_recall", staff_recall)
    shop.add_url_rule(path, "staff_send_recall", staff_send_recall, methods=["POST"])
