"""Comments in the back office over HTTP."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, comments
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER, with_query
from ..desk import render_desk
from ..gate import who

_SHOWN = {"waiting": "Waiting", "shown": "Shown", "refused": "Refused", "withdrawn": "Taken down"}
#: Button → the state that it leads to.
_DEEDS = {"show": "shown", "refuse": "refused", "take_down": "withdrawn", "wait": "waiting"}
_MOST = 100


def staff_comments() -> Response:
    """Comments in one state, the waiting ones first of all."""
    return _page(said=request.args.get("said", ""), undo=_numbers(request.args.get("undo", "")))


def staff_decide_comments() -> AnyResponse:
    """Shows, refuses or takes down what was ticked; says which of them may not be shown."""
    state = request.form.get("state", "")
    wanted = _DEEDS.get(request.form.get("deed", ""), "")
    ids = _numbers(" ".join(request.form.getlist("id")))
    if not Form().validate():
        return _page(error=STALE, status=422)
    if not wanted or not ids:
        return _page(error="Please tick the comments first.", status=422)
    done, refusals = _decide(ids, wanted)
    if refusals:
        return _page(error=" ".join(refusals), status=422)
    back = " ".join(map(str, done))
    address = with_query(shop_url("staff_comments"), state=state, undo=back, was=state,
                         said=f"comments_{wanted}" if done else "comments_before")  # fmt: skip
    return redirect(address, 303)


def staff_close_comments(id: int) -> AnyResponse:
    """Closes the comments of a guide, or opens them again."""
    is_open = request.form.get("open") == "1"
    if not Form().validate():
        return _page(error=STALE, status=422)
    known = {guide.id: guide.title for guide in comments.guides_with_comments()}
    if id not in known:
        raise NotFound("There is no guide with this number.")
    with transaction():
        if comments.close(id, is_open=is_open):
            deed = "comments opened" if is_open else "comments closed"
            audit.record(who(), deed, f"guide {known[id]}"[:200])
    said = "comments_opened" if is_open else "comments_closed"
    return redirect(f"{shop_url('staff_comments')}?said={said}#guides", 303)


def _decide(ids: list[int], state: str) -> tuple[list[int], list[str]]:
    """Which of them were moved, and a sentence for each that may not be shown."""
    done, refusals = [], []
    for number in ids:
        try:
            with transaction():
                if comments.decide(number, state, actor=who()):
                    done.append(number)
                    audit.record(who(), f"comment {state}", f"comment {number}")
        except Refusal as refusal:
            refusals.append(f"Comment {number} stays as it is. {refusal.sentence}")
    return done, refusals


def _page(
    *, status: int = 200, said: str = "", error: str = "", undo: list[int] | None = None
) -> Response:
    state = request.values.get("state", "")
    state = state if state in _SHOWN else "waiting"
    was = request.args.get("was", "")
    page = request.args.get("page", 1, type=int)
    found, page, pages = comments.comment_page(state, page)
    return render_desk(
        "comments/comments.html",
        status=status,
        said=said,
        error=error,
        found=found,
        state=state,
        states=_SHOWN,
        page=page,
        pages=pages,
        page_url=partial(_list_url, state),
        undo=undo or [],
        undo_deed=next((deed for deed, to in _DEEDS.items() if to == was), "wait"),
        guides=comments.guides_with_comments(),
    )


def _list_url(state: str, page: int) -> str:
    return with_query(shop_url("staff_comments"), state=state, page=page)


def _numbers(text: str) -> list[int]:
    words = text.split()[:_MOST]
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 10]


def register(shop: Blueprint) -> None:
    """Adds the comments."""
    where = "/staff/comments"
    shop.add_url_rule(where, "staff_comments", staff_comments)
    deeds = staff_decide_comments
    shop.add_url_rule(where, deeds.__name__, deeds, methods=["POST"])
    close = staff_close_comments
    shop.add_url_rule(f"{where}/guides/{NUMBER}", close.__name__, close, methods=["POST"])
