"""Guides in the back office over HTTP: the list, a new one, and the page of each."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, guides
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER, number_of, searched, with_query
from ..desk import render_desk
from ..gate import who
from .checks import Told, take_fix, told_about
from .form import GuideForm, form_of, read_sent
from .words import MOVED, STATES, state_line

ONE = f"/staff/guides/{NUMBER}"
_LONGEST_LINE = 160  # of the words that tell which line is meant


def staff_guides() -> Response:
    """The list of guides, what was edited last first."""
    text = searched()
    shown = request.args.get("show", "")
    shown = shown if shown in guides.SHOWN else ""
    found = guides.find_guides(text, shown=shown, page=request.args.get("page", 1, type=int))
    return render_desk(
        "guides/guides.html",
        found=found,
        lines={one.id: state_line(one) for one in found.guides},
        states=STATES,
        text=text,
        shown=shown,
        choices=guides.SHOWN,
        page_url=partial(_list_url, text, shown),
    )


def staff_new_guide() -> AnyResponse:
    """Asks for a title and an author, and leads to the page of the draft that comes of it."""
    sent, error = request.form, ""
    if request.method == "POST":
        try:
            return _create(sent.get("title", ""), sent.get("author", ""))
        except Refusal as refusal:
            error = refusal.sentence
    return render_desk(
        "guides/new.html",
        status=422 if error else 200,
        error=error,
        title_written=sent.get("title", ""),
        author=sent.get("author", ""),
    )


def staff_guide(id: int) -> Response:
    """The page on which a guide is written."""
    sheet = sheet_of(id)
    form = form_of(sheet.source, seen=sheet.newest, guide_id=id)
    wants_checks = request.args.get("checked") == "1"
    told = told_about(form) if wants_checks else None
    led_to = _line(form, request.args.get("line", 0, type=int))
    return guide_page(sheet, form, said=request.args.get("said", ""), told=told, led_to=led_to)


def staff_save_guide(id: int) -> AnyResponse:
    """Keeps what was written as a revision, or only says what there is to say about it."""
    sheet = sheet_of(id)
    form = read_sent(request.form, base=_base(sheet), guide_id=id)
    if not Form().validate():
        return guide_page(sheet, form, status=422, error=STALE)
    then = request.form.get("then", "")
    if then == "check" or "take" in request.form:
        form = take_fix(form, request.form.get("take", ""))
        return guide_page(sheet, form, told=told_about(form))
    if len(form.source.encode("utf-8", "replace")) > guides.LONGEST_FILE:
        return guide_page(sheet, form, status=422, error="This is too long for one guide.")
    try:
        is_new = save(sheet, form)
    except guides.ChangedMeanwhile:
        return _told_apart(id, form)
    if then == "publish":
        return redirect(shop_url("staff_guide_gate", id=id), 303)
    said = "guide_saved" if is_new else "guide_same"
    return redirect(shop_url("staff_guide", id=id, said=said), 303)


def staff_move_guide(id: int) -> AnyResponse:
    """Takes a guide out of the shop, archives it, or brings it back as a draft."""
    state = request.form.get("state", "")
    sheet = sheet_of(id)
    if not Form().validate():
        form = form_of(sheet.source, seen=sheet.newest)
        return guide_page(sheet, form, status=422, error=STALE)
    if state not in MOVED:
        raise Refusal("This cannot be done with a guide. Please choose one of the buttons.")
    with transaction():
        if guides.move_guide(id, state):
            before, after = {"state": sheet.state}, {"state": state}
            audit.record(
                who(), f"guide {MOVED[state]}", subject_of(sheet), before=before, after=after
            )
    return redirect(shop_url("staff_guide", id=id, said=f"guide_{state}"), 303)


def sheet_of(id: int) -> guides.Sheet:
    """The guide with this number; raises NotFound."""
    sheet = guides.guide_sheet(id)
    if sheet is None:
        raise NotFound("There is no guide with this number.")
    return sheet


def subject_of(sheet: guides.Sheet) -> str:
    """What the log calls a guide."""
    return f"guide {sheet.slug}"


def save(sheet: guides.Sheet, form: GuideForm) -> bool:
    """Keeps a form as a revision and writes that down; False when it says what is there."""
    with transaction():
        kept = guides.save_draft(sheet.id, form.source, seen=form.seen, by=who())
        is_new = kept != sheet.newest
        if is_new:
            audit.record(who(), "guide saved", subject_of(sheet), after={"revision": kept})
    return is_new


def guide_page(
    sheet: guides.Sheet,
    form: GuideForm,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    told: list[Told] | None = None,
    led_to: tuple[int, str] | None = None,
) -> Response:
    """The page of a guide around a form; told are its checks, None where nobody asked.

    led_to is the line of the text that a link led to, and its words.
    """
    return render_desk(
        "guides/guide.html",
        status=status,
        said=said,
        error=error,
        sheet=sheet,
        guide=form,
        told=told,
        led_to=led_to,
        is_sent=request.method == "POST",
        states=STATES,
        line=state_line(sheet),
    )


def _line(form: GuideForm, number: int) -> tuple[int, str] | None:
    """A line of the text with how it begins; None where the text has no such line."""
    lines = form.text.split("\n")
    if not 1 <= number <= len(lines):
        return None
    words = lines[number - 1].strip()
    return number, words if len(words) <= _LONGEST_LINE else f"{words[:_LONGEST_LINE]} …"


def _create(title: str, author: str) -> AnyResponse:
    if not Form().validate():
        raise Refusal(STALE)
    with transaction():
        id_ = guides.create_guide(title, author=" ".join(author.split())[:200], by=who())
        audit.record(who(), "guide created", subject_of(sheet_of(id_)))
    return redirect(shop_url("staff_guide", id=id_, said="guide_created"), 303)


def _base(sheet: guides.Sheet) -> str:
    """The source that the sent form was made of."""
    seen = number_of(request.form.get("seen", ""))
    found = guides.revision(sheet.id, seen) if seen != sheet.newest else None
    return found.source if found else sheet.source


def _told_apart(id: int, form: GuideForm) -> Response:
    """Somebody else saved since: both texts, and the difference between them."""
    now = sheet_of(id)
    return render_desk(
        "guides/conflict.html",
        status=409,
        sheet=now,
        guide=form,
        lines=guides.difference(now.source, form.source),
    )


def _list_url(text: str, shown: str, page: int) -> str:
    return with_query(shop_url("staff_guides"), q=text, show=shown, page=page)


def register(shop: Blueprint) -> None:
    """Adds the guides of the back office."""
    post, both = ["POST"], ["GET", "POST"]
    shop.add_url_rule("/staff/guides", "staff_guides", staff_guides)
    shop.add_url_rule("/staff/guides/new", "staff_new_guide", staff_new_guide, methods=both)
    shop.add_url_rule(ONE, "staff_guide", staff_guide)
    shop.add_url_rule(ONE, "staff_save_guide", staff_save_guide, methods=post)
    shop.add_url_rule(f"{ONE}/state", "staff_move_guide", staff_move_guide, methods=post)
