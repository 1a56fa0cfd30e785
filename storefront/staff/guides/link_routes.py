"""Link health in the back office over HTTP: the one list, and what is mended with one press."""

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
from .routes import sheet_of

_GONE = "This was mended or changed meanwhile, so nothing was written."


def staff_links() -> Response:
    """What guides lead to and show that is not there, and what could be better."""
    kind = request.args.get("kind", "")
    kind = kind if kind in guides.LINK_KINDS else ""
    guide_id = request.args.get("guide", 0, type=int)
    everything = guides.find_ills()
    shown = everything.of(kind=kind, guide_id=guide_id)
    titles = {ill.guide_id: ill.guide for ill in everything.all if ill.guide_id}
    return render_desk(
        "guides/links.html",
        said=request.args.get("said", ""),
        everything=everything,
        groups=[(name, guides.LINK_KINDS[name], shown.of(kind=name).all) for name in shown.counts],
        kinds=[(name, f"{guides.LINK_KINDS[name].words} ({count})")
               for name, count in everything.counts.items()],
        guides=[(str(id_), title) for id_, title in sorted(titles.items(), key=lambda one: one[1])],
        kind=kind,
        guide_id=str(guide_id) if guide_id in titles else "",
        swaps=guides.swaps(guide_id=guide_id or None),
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
    there = guides.find_ills().of(guide_id=id).all
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


def register(shop: Blueprint) -> None:
    """Adds link health."""
    shop.add_url_rule("/staff/guides/links", "staff_links", staff_links)
    shop.add_url_rule(
        f"/staff/guides/{NUMBER}/mend", "staff_mend_link", staff_mend_link, methods=["POST"]
    )
