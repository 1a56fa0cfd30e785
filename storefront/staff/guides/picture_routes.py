"""Pictures for guides over HTTP: handed in with words; the answer is the line that shows one."""

import re

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.datastructures import FileStorage

from ... import audit, catalog, guides
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...pages import settings
from ..desk import render_desk
from ..gate import who

_PAGE = "/staff/guides/pictures"
LONGEST_WORDS = 2000


class NoPicture(Refusal):
    """What was sent lacks a picture, or the words for those who do not see it."""


def staff_guide_pictures() -> Response:
    """A form for one picture, for whoever writes without the editor's own."""
    return _page()


def staff_add_guide_picture() -> Response:
    """Takes one picture in, and answers with the line of Markdown that shows it."""
    try:
        line = _take_in()
    except Refusal as refusal:
        return _answer({"error": refusal.sentence}, refusal.status)
    return _answer({"markdown": line}, 200)


def _take_in() -> str:
    if not Form().validate():
        raise NoPicture(STALE)
    file, alt = request.files.get("files"), request.form.get("alt", "").strip()
    if file is None or not file.filename:
        raise NoPicture("Please choose a picture.")
    if not alt:
        raise NoPicture("Please write what the picture shows, for those who do not see it.")
    caption = request.form.get("caption", "")
    if max(len(alt), len(caption)) > LONGEST_WORDS:
        raise NoPicture(f"Please keep the words to {LONGEST_WORDS} characters.")
    good, bad = catalog.take_in_uploads(
        [(file.read(), _file_name(file))], settings().instance / "media"
    )
    if bad:
        raise bad[0]
    with transaction():
        name = guides.keep_picture(good[0])
        audit.record(who(), "picture handed in", f"picture {name}", after={"alt": alt})
    return guides.picture_line(name, alt=alt, caption=caption)


def _answer(told: dict[str, str], status: int) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(told), status)
    return _page(status=status, **told)


def _page(*, status: int = 200, markdown: str = "", error: str = "") -> Response:
    return render_desk("guides/pictures.html", status=status, markdown=markdown, error=error,
                       alt=request.form.get("alt", "") if error else "",
                       caption=request.form.get("caption", "") if error else "")  # fmt: skip


def _file_name(file: FileStorage) -> str:
    """The last part of what the file was called, without what no file is called."""
    last = re.split(r"[\\/]", file.filename or "")[-1]
    return re.sub(r"[^\w.() -]+", "-", last).strip(" -.")[-120:] or "picture"


def register(shop: Blueprint) -> None:
    """Adds the pictures of guides."""
    shop.add_url_rule(_PAGE, "staff_guide_pictures", staff_guide_pictures)
    shop.add_url_rule(_PAGE, "staff_add_guide_picture", staff_add_guide_picture, methods=["POST"])
