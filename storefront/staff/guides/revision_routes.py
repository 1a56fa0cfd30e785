"""Revisions of a guide over HTTP: all of them, what one changed, and back to one."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, guides
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import number_of, with_query
from ..desk import render_desk
from ..gate import who
from .routes import ONE, sheet_of, subject_of

_REVISION = f"{ONE}/revisions/<int(max=2147483647):number>"


def staff_guide_revisions(id: int) -> Response:
    """All revisions of a guide, the newest first."""
    sheet = sheet_of(id)
    found, page, pages = guides.revisions(id, page=request.args.get("page", 1, type=int))
    return render_desk(
        "guides/revisions.html",
        said=request.args.get("said", ""),
        sheet=sheet,
        found=found,
        page=page,
        pages=pages,
        page_url=partial(_list_url, id),
    )


def staff_guide_revision(id: int, number: int) -> Response:
    """What one revision changed, or how it differs from another; and its text."""
    return _page(sheet_of(id), number)


def staff_restore_guide(id: int, number: int) -> AnyResponse:
    """Makes the text of an old revision the newest one; what readers see stays."""
    sheet = sheet_of(id)
    if not Form().validate():
        return _page(sheet, number, status=422, error=STALE)
    seen = number_of(request.form.get("seen", ""))
    try:
        with transaction():
            kept = guides.restore_revision(id, number, seen=seen, by=who())
            if kept != sheet.newest:
                after = {"revision": kept, "restored": number}
                audit.record(who(), "guide restored", subject_of(sheet), after=after)
    except guides.ChangedMeanwhile as refusal:
        return _page(sheet_of(id), number, status=409, error=refusal.sentence)
    return redirect(shop_url("staff_guide", id=id, said="guide_restored"), 303)


def _page(sheet: guides.Sheet, chosen: int, *, status: int = 200, error: str = "") -> Response:
    found = guides.revision(sheet.id, chosen)
    if found is None:
        raise NotFound("This guide has no revision of this number.")
    against = number_of(request.args.get("against", ""))
    against = against if against > 0 else max(chosen - 1, 0)
    other = guides.revision(sheet.id, against)
    return render_desk(
        "guides/revision.html",
        status=status,
        error=error,
        sheet=sheet,
        one=found,
        other=other,
        lines=guides.difference(other.source if other else "", found.source),
    )


def _list_url(id: int, page: int) -> str:
    return with_query(shop_url("staff_guide_revisions", id=id), page=page)


def register(shop: Blueprint) -> None:
    """Adds the revisions of guides."""
    shop.add_url_rule(f"{ONE}/revisions", "staff_guide_revisions", staff_guide_revisions)
    shop.add_url_rule(_REVISION, "staff_guide_revision", staff_guide_revision)
    shop.add_url_rule(_REVISION, "staff_restore_guide", staff_restore_guide, methods=["POST"])
