"""Reviews in the back office over HTTP. Stars stand on none of these pages."""

import re
from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, reviews
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form, first_error
from ...pages import shop_url
from ..addresses import NUMBER, with_query
from ..desk import render_desk
from ..gate import who
from .form import AnswerForm

_STATES = {"waiting": "Waiting", "shown": "Shown", "withheld": "Withheld"}
#: Button → the state that it leads to.
_DEEDS = {"show": "shown", "withhold": "withheld", "wait": "waiting"}
_SEEN = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})", re.ASCII)  # a review, and the text that was read
_MOST = 100
Seen = tuple[int, int]


def staff_reviews() -> Response:
    """Reviews in one state, the waiting ones first of all."""
    undo = _numbers(request.args.get("undo", "").split())
    return _page(said=request.args.get("said", ""), undo=undo)


def staff_decide_reviews() -> AnyResponse:
    """Shows or withholds what was ticked; says which of them may not be shown."""
    state = request.form.get("state", "")
    wanted = _DEEDS.get(request.form.get("deed", ""), "")
    reason = request.form.get("reason", "") if wanted == "withheld" else ""
    ticked = _numbers(request.form.getlist("id"))
    if not Form().validate():
        return _page(error=STALE, status=422)
    if not wanted or not ticked:
        return _page(error="Please tick the reviews first.", status=422)
    if wanted == "withheld" and reason not in reviews.REASONS:
        return _page(error="Please choose the reason first.", status=422)
    done, refusals = _decide(ticked, wanted, reason)
    if refusals:
        return _page(error=" ".join(refusals), status=422)
    back = " ".join(f"{number}.{version}" for number, version in done)
    address = with_query(shop_url("staff_reviews"), state=state, undo=back,
                         said=f"reviews_{wanted}" if done else "reviews_before")  # fmt: skip
    return redirect(address, 303)


def staff_answer_review(id: int) -> AnyResponse:
    """Writes the shop's answer below a review, or takes it away."""
    form = AnswerForm()
    seen = _numbers([f"{id}.{request.form.get('seen', '')}"])
    if not form.validate():
        return _page(error=first_error(form), status=422, typed=(id, form.answer.data or ""))
    text = form.answer.data
    try:
        with transaction():
            is_done = bool(seen) and reviews.answer(id, text, seen=seen[0][1], actor=who())
            if is_done:
                deed = "review answered" if text else "answer taken away"
                audit.record(who(), deed, f"review {id}")
    except Refusal as refusal:
        return _page(error=refusal.sentence, status=422, typed=(id, text))
    said = "reviews_answered" if is_done else "reviews_before"
    address = with_query(shop_url("staff_reviews"), state="shown", said=said)
    return redirect(f"{address}#review-{id}", 303)


def _decide(ticked: list[Seen], state: str, reason: str) -> tuple[list[Seen], list[str]]:
    """Which of them were moved, and a sentence for each that may not be shown."""
    done, refusals = [], []
    for number, version in ticked:
        try:
            with transaction():
                if reviews.decide(number, state, seen=version, actor=who(), reason=reason):
                    done.append((number, version))
                    words = f"{state}: {reviews.REASON_WORDS[reason]}" if reason else state
                    audit.record(who(), f"review {state}", f"review {number}, {words}"[:200])
        except Refusal as refusal:
            refusals.append(f"Review {number} stays as it is. {refusal.sentence}")
    return done, refusals


def _page(
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
    undo: list[Seen] | None = None,
    typed: tuple[int, str] = (0, ""),
) -> Response:
    state = "shown" if typed[0] else request.values.get("state", "")
    state = state if state in _STATES else "waiting"
    found, page, pages = reviews.review_page(state, request.args.get("page", 1, type=int))
    return render_desk(
        "reviews/reviews.html",
        status=status,
        said=said,
        error=error,
        found=found,
        state=state,
        states=_STATES,
        reasons=reviews.REASON_WORDS,
        page=page,
        pages=pages,
        page_url=partial(_list_url, state),
        undo=[f"{number}.{version}" for number, version in undo or ()],
        typed=dict([typed]),
    )


def _list_url(state: str, page: int) -> str:
    return with_query(shop_url("staff_reviews"), state=state, page=page)


def _numbers(words: list[str]) -> list[Seen]:
    found = (_SEEN.fullmatch(word) for word in words[:_MOST])
    return [(int(one[1]), int(one[2])) for one in found if one]


def register(shop: Blueprint) -> None:
    """Adds the reviews."""
    where = "/staff/reviews"
    shop.add_url_rule(where, "staff_reviews", staff_reviews)
    shop.add_url_rule(where, "staff_decide_reviews", staff_decide_reviews, methods=["POST"])
    answer = staff_answer_review
    shop.add_url_rule(f"{where}/{NUMBER}/answer", answer.__name__, answer, methods=["POST"])
