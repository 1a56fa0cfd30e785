"""From a draft to readers, over HTTP: what stands in the way, now or at a moment, and previews."""

from datetime import datetime

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, guides
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...local_time import local, read_moment
from ...pages import public_url, settings, shop_url
from ..addresses import number_of
from ..desk import render_desk
from ..gate import who
from .checks import told_about
from .form import form_of
from .routes import ONE, sheet_of, subject_of
from .words import STATES, state_line

_NO_MOMENT = "Choose a day and a time."
_NOT_PLANNED = "A text with mistakes is not planned: mend what is named below first."
_NEWER = "Somebody saved this guide since you looked. Please look at it as it is now."


def staff_guide_gate(id: int) -> Response:
    """What stands between the newest text and its readers, and the ways to them."""
    return _page(sheet_of(id), said=request.args.get("said", ""))


def staff_publish_guide(id: int) -> AnyResponse:
    """Shows the newest text to readers, once, or says what stands in the way."""
    sheet = sheet_of(id)
    if not Form().validate():
        return _page(sheet, status=422, error=STALE)
    try:
        with transaction():
            is_new = guides.publish_newest(id, seen=number_of(request.form.get("seen", "")))
            if is_new:
                _record("guide published", sheet, revision=sheet.newest)
    except guides.ChangedMeanwhile:
        return _page(sheet_of(id), status=409, error=_NEWER)
    except (guides.BrokenGuide, guides.BlockedWording):
        error = "It is not published: what stands in the way is named below."
        return _page(sheet_of(id), status=422, error=error)
    said = "guide_published" if is_new else "guide_public"
    return redirect(shop_url("staff_guide", id=id, said=said), 303)


def staff_schedule_guide(id: int) -> AnyResponse:
    """Plans the moment at which the newest text goes public by itself, or takes it back."""
    sheet = sheet_of(id)
    if not Form().validate():
        return _page(sheet, status=422, error=STALE)
    if request.form.get("withdraw"):
        return _withdraw(sheet)
    written = request.form.get("publish_at", "").strip()
    try:
        moment = read_moment(written)
    except ValueError:
        return _page(sheet, status=422, wrong=_NO_MOMENT, written=written)
    try:
        _plan(sheet, moment)
    except (guides.ChangedMeanwhile, guides.BrokenGuide) as refusal:
        error = _NEWER if isinstance(refusal, guides.ChangedMeanwhile) else _NOT_PLANNED
        return _page(sheet_of(id), status=refusal.status, error=error, written=written)
    except Refusal as refusal:
        return _page(sheet_of(id), status=refusal.status, wrong=refusal.sentence, written=written)
    return redirect(shop_url("staff_guide_gate", id=id, said="guide_planned"), 303)


def staff_preview_link(id: int) -> AnyResponse:
    """Makes the link to a guide's preview, or makes it worthless."""
    sheet = sheet_of(id)
    if not Form().validate():
        return _page(sheet, status=422, error=STALE)
    is_ending = bool(request.form.get("end"))
    with transaction():
        if is_ending and guides.end_preview_link(id):
            _record("preview link ended", sheet)
        elif not is_ending:
            guides.make_preview_link(id)
            if not sheet.preview_token:
                _record("preview link made", sheet)
    said = "preview_ended" if is_ending else "preview_made"
    return redirect(f"{shop_url('staff_guide_gate', id=id, said=said)}#preview", 303)


def _plan(sheet: guides.Sheet, moment: datetime) -> None:
    seen = number_of(request.form.get("seen", ""))
    with transaction():
        guides.plan_publishing(sheet.id, moment, seen=seen, by=who())
        _record("guide planned", sheet, revision=seen, publish_at=moment.isoformat())


def _withdraw(sheet: guides.Sheet) -> AnyResponse:
    with transaction():
        was_there = guides.withdraw_publishing(sheet.id)
        if was_there:
            _record("guide planned no more", sheet)
    said = "guide_unplanned" if was_there else "guide_not_planned"
    return redirect(shop_url("staff_guide_gate", id=sheet.id, said=said), 303)


def _record(action: str, sheet: guides.Sheet, **after: object) -> None:
    audit.record(who(), action, subject_of(sheet), after=after)


def _page(
    sheet: guides.Sheet,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    wrong: str = "",
    written: str = "",
) -> Response:
    """wrong is what is wrong with the moment that was written."""
    planned = local(sheet.publish_at).strftime("%Y-%m-%dT%H:%M") if sheet.publish_at else ""
    gate = guides.gate_of(sheet.source, guide_id=sheet.id)
    form = form_of(sheet.source, seen=sheet.newest, guide_id=sheet.id)
    token = sheet.preview_token
    return render_desk(
        "guides/gate.html",
        status=status,
        said=said,
        error=error,
        wrong=wrong,
        written=written or planned,
        sheet=sheet,
        gate=gate,
        told=[one for one in told_about(form) if one.check.severity == "block"],
        can_be_planned=not gate.problems,
        line=state_line(sheet),
        states=STATES,
        time_zone=settings().STOREFRONT_TIME_ZONE,
        preview_url=public_url("guide_preview", token=token) if token else "",
    )


def register(shop: Blueprint) -> None:
    """Adds publishing, planning and links to previews."""
    post = ["POST"]
    at = f"{ONE}/publish"
    shop.add_url_rule(at, "staff_guide_gate", staff_guide_gate)
    shop.add_url_rule(at, "staff_publish_guide", staff_publish_guide, methods=post)
    shop.add_url_rule(f"{ONE}/schedule", "staff_schedule_guide", staff_schedule_guide, methods=post)
    shop.add_url_rule(f"{ONE}/preview-link", "staff_preview_link", staff_preview_link, methods=post)
