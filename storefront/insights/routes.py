"""A guide was really looked at: its page says so once, without cookie, name or address.

Pages come from a cache that runs nothing, so the script of the page (static/js/reading.js) sends
one small message when the reader leaves. Whoever reads without a script is not counted.
"""

import re

from flask import Blueprint, Response, request

from .. import guides
from ..bots import is_person
from ..database import transaction
from ..errors import NotFound
from ..limits import TooMany, limit
from ..local_time import today
from .operations import count_read

_VIEW = re.compile(r"[0-9a-f-]{36}")  # made up by the page for this one view of it


def guide_read(slug: str) -> Response:
    """Counts one reading of a guide and of the blocks that were seen; never twice for one view."""
    view = request.form.get("view", "")
    if not is_person(request.headers) or not _VIEW.fullmatch(view):
        return _nothing()
    try:
        limit("read a guide", "30/minute")  # by address: many readers may share one
        limit("this view of a guide", "1/hour", whose=f"{slug} {view}")
    except TooMany:
        return _nothing()
    place = guides.place_of(slug)
    if place is None:
        raise NotFound("There is no guide at this address.")
    seen = set(request.form.get("blocks", "").split()) & set(place.blocks)
    with transaction():
        count_read(today(), place.guide_id, seen)
    return _nothing()


def _nothing() -> Response:
    answer = Response(status=204)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def register(shop: Blueprint) -> None:
    """Adds the address that readings are sent to."""
    shop.add_url_rule("/guides/<slug>/read", "guide_read", guide_read, methods=["POST"])
