"""Articles of another site over HTTP: handed in, looked at, imported as drafts by the worker."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import guides
from ...database import db
from ...forms import STALE, Form
from ...pages import shop_url
from ...tasks import hand_over
from .. import tasks
from ..desk import render_desk
from ..gate import who

_PAGE, _ONE = "/staff/guides/import", "/staff/guides/import/<token>"
_FIRST = 300  # articles shown on one page; the report as JSON holds all of them
_NO_FILE = f"Please choose from 1 to {guides.importing.MOST_FILES} files."


def staff_articles() -> Response:
    """Where exports, feeds, pages and texts are handed in."""
    return _hand_in()


def staff_read_articles() -> AnyResponse:
    """Keeps what was handed in, reads it, and leads to what an import would do."""
    if not Form().validate():
        return _hand_in(error=STALE, status=422)
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files or len(files) > guides.importing.MOST_FILES:
        return _hand_in(error=_NO_FILE, status=422)
    kept = guides.importing.keep((file.filename or "", file.stream) for file in files)
    with guides.importing.unpacking_place() as place:
        report = guides.importing.examine(kept.files, into=Path(place))
    db.session.rollback()
    kept.note("plan", guides.importing.told_of(report, kept.folder / "files"))
    return redirect(shop_url("staff_articles_plan", token=kept.token), 303)


def staff_articles_plan(token: str) -> Response:
    """What an import would do, how far it is, or what it did."""
    return _plan(guides.importing.kept_files(token))


def staff_import_articles(token: str) -> AnyResponse:
    """Has the articles imported by the worker; without one, in this request."""
    kept = guides.importing.kept_files(token)
    if not Form().validate():
        return _plan(kept, error=STALE, status=422)
    if kept.read("done") is None and not kept.is_at_work():
        kept.note("progress", {"done": 0, "of": 0, "by": who()})
        if not hand_over("import_articles", token, who()):
            tasks.import_articles(token, who())
    return redirect(shop_url("staff_articles_plan", token=token), 303)


def _hand_in(*, error: str = "", status: int = 200) -> Response:
    return render_desk("guides/articles.html", status=status, error=error)


def _plan(kept: guides.importing.Kept, *, error: str = "", status: int = 200) -> Response:
    done = kept.read("done")
    told: dict[str, Any] = done or kept.read("plan") or guides.importing.Report().as_json()
    articles = told.get("guides", [])
    return render_desk(
        "guides/articles_plan.html",
        status=status,
        error=error,
        token=kept.token,
        is_done=done is not None,
        progress=kept.read("progress") if kept.is_at_work() else None,
        told=told,
        articles=articles[:_FIRST],
        more=len(articles) - _FIRST,
        statuses=guides.importing.STATUSES,
        weight=guides.importing.weight,
    )


def register(shop: Blueprint) -> None:
    """Adds the pages on which articles come in."""
    shop.add_url_rule(_PAGE, "staff_articles", staff_articles)
    shop.add_url_rule(_PAGE, "staff_read_articles", staff_read_articles, methods=["POST"])
    shop.add_url_rule(_ONE, "staff_articles_plan", staff_articles_plan)
    shop.add_url_rule(_ONE, "staff_import_articles", staff_import_articles, methods=["POST"])
