"""Link health in the back office over HTTP: the one list, and what is mended with one press."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, guides
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER, with_query
from ..desk import render_desk
from ..gate import who
from ..windows import asked_window
from .checks import fact_label
from .routes import sheet_of

_GONE = "This was mended or changed meanwhile, so nothing was written."


def staff_links() -> Response:
    """What guides lead to and show that is not there, and what could be better."""
    kind = request.args.get("kind", "")
    kind = kind if kind in guides.LINK_KINDS else ""
    guide_id = request.args.get("guide", 0, type=int)
    everything = guides.find_ills()
    titles = {ill.guide_id: ill.guide for ill in everything.all if ill.guide_id}
    guide_id = guide_id if guide_id in titles else 0
    shown = everything.of(kind=kind, guide_id=guide_id)
    place = asked_window(len(shown.all))
    window = guides.Ills(tuple(place.of(shown.all)))
    return render_desk(
        "guides/links.html",
        said=request.args.get("said", ""),
        everything=everything,
        groups=[(name, guides.LINK_KINDS[name], count, window.of(kind=name).all)
                for name, count in shown.counts.items() if name in window.counts],
        kinds=[(name, f"{guides.LINK_KINDS[name].words} ({count})")
               for name, count in everything.counts.items()],
        guides=[(str(id_), title) for id_, title in sorted(titles.items(), key=lambda one: one[1])],
        kind=kind,
        guide_id=str(guide_id or ""),
        texts=guides.LINK_TEXTS,
        fact_label=fact_label,
        editor_url=_editor_url,
        swaps=guides.swaps(guide_id=guide_id or None) if place.page == place.pages else [],
        page=place.page,
        pages=place.pages,
        page_url=partial(_list_url, kind, str(guide_id or "")),
    )  # fmt: skip


def staff_mend_link(id: int) -> AnyResponse:
    """Puts into the newest text of a guide what one finding proposes; publishing shows it.

    Only where the finding is still there: its place and words come from the page that was seen.
    """
    if not Form().validate():
        raise Refusal(STALE)
    sheet = sheet_of(id)
    sent = (request.form.get("kind", ""), request.form.get("start", -1, type=int),
            request.form.get("instead", ""))  # fmt: skip
    there = guides.ills_of_guide(id).all
    ill = next((i for i in there if i.instead and (i.kind, i.start, i.instead) == sent), None)
    if ill is None:
        raise Refusal(_GONE)
    source = sheet.source[: ill.start] + ill.instead + sheet.source[ill.end :]
    with transaction():
        guides.save_draft(id, source, seen=sheet.newest, by=who(), note=ill.message)
        before, after = sheet.source[ill.start : ill.end], ill.instead
        audit.record(who(), "link mended", f"guide {id}",
                     before={"words": before}, after={"words": after})  # fmt: skip
    back = with_query(
        shop_url("staff_links"), kind=request.form.get("show_kind", ""),
        guide=request.form.get("show_guide", ""), said="link_mended",
    )  # fmt: skip
    return redirect(back, 303)


def _editor_url(ill: guides.Ill) -> str:
    """The editor of a guide at a line of its text, or at the field of a fact."""
    at = f"line-{ill.editor_line}" if ill.editor_line else ill.fact
    line = ill.editor_line or None
    return shop_url("staff_guide", id=ill.guide_id, checked=1, line=line, _anchor=at)


def _list_url(kind: str, guide_id: str, page: int) -> str:
    return with_query(shop_url("staff_links"), kind=kind, guide=guide_id, page=page)


def register(shop: Blueprint) -> None:
    """Adds link health."""
    shop.add_url_rule("/staff/guides/links", "staff_links", staff_links)
    shop.add_url_rule(
        f"/staff/guides/{NUMBER}/mend", "staff_mend_link", staff_mend_link, methods=["POST"]
    )
