"""Public pages of the guides, and their feed; the same for everybody."""

from flask import Blueprint, Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

from ..atom import atom_answer
from ..display import show_moment
from ..errors import NotFound
from ..pages import (
    keep_in_time,
    public_page,
    public_url,
    render_private,
    render_public,
    shop_url,
)
from . import queries
from .feed import feed_entries
from .publishing import preview
from .publishing.schedule import next_due
from .routines.choice import query_of, read_choice
from .routines.views import routine_of
from .source.problems import BrokenGuide
from .tasks import publish_guides


def register(shop: Blueprint) -> None:
    """Adds the guides to the shop's blueprint, and their clock before all pages."""
    shop.before_request(keep_guides_in_time)
    shop.add_url_rule("/guides/", "guides", show_guides)
    shop.add_url_rule("/guides/feed.atom", "guides_feed", show_feed)
    shop.add_url_rule("/guides/<slug>", "guide", show_guide)
    shop.add_url_rule("/guides/<slug>/routine", "guide_routine", show_routine)
    shop.add_url_rule("/guides/preview/<token>", "guide_preview", show_preview)


def keep_guides_in_time() -> None:
    """Publishes guides at their moment, even when the worker is late."""
    keep_in_time(current_app.extensions["storefront"].pages.guides, next_due, publish_guides)


@public_page
def show_guides() -> Response:
    """All published guides."""
    return render_public("storefront/guides/list.html", guides=queries.guide_list())


@public_page
def show_guide(slug: str) -> ResponseReturnValue:
    """One guide; a former address leads to the present one, drafts are not found."""
    page = queries.guide_page(slug)
    if page is None:
        return _lead_on(slug)
    return render_public(
        "storefront/guides/guide.html", guide=page.guide, more=page.more, pairings=page.pairings
    )


@public_page
def show_routine(slug: str) -> ResponseReturnValue:
    """A guide's steps as a routine, as the query string has it chosen; printed, it is a card."""
    page = queries.guide_page(slug)
    if page is None:
        return _lead_on(slug, "guide_routine")
    routine = routine_of(page.guide, read_choice(request.args))
    if routine is None:
        raise NotFound("There is no routine in this guide. It may have had one; see its steps.")
    return render_public("storefront/guides/routine.html", guide=page.guide, routine=routine)


def show_preview(token: str) -> Response:
    """The newest text of a guide for somebody whom staff gave the link, also without an account."""
    found = preview.by_token(token)
    if found is None:
        raise NotFound("This preview is over. Ask whoever gave you the link for another one.")
    try:
        page = preview.preview_page(found.source, guide_id=found.id)
    except BrokenGuide:
        raise NotFound("This guide is being rewritten. Please try again a little later.") from None
    answer = render_private(
        "storefront/guides/guide.html",
        guide=page.guide,
        more=(),
        pairings=page.pairings,
        preview_line=f"A preview, as it was saved on {show_moment(found.saved_at)}. Please do not"
        " pass the link on: it shows what is not published yet.",
    )
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is the key
    return answer


def show_feed() -> Response:
    """The newest guides as an Atom feed."""
    own, page = public_url("guides_feed"), public_url("guides")
    return atom_answer("guides", "guides", feed_entries(), own=own, page=page)


def _lead_on(slug: str, endpoint: str = "guide") -> ResponseReturnValue:
    present = queries.present_slug(slug)
    if present is None or present == slug:
        raise NotFound("There is no guide at this address. It may have moved; see all our guides.")
    chosen = query_of(request.args) if endpoint == "guide_routine" else ""
    answer = redirect(shop_url(endpoint, slug=present) + chosen, 301)
    # Asked again each time: a guide renamed there and back must not trap a browser in a loop.
    answer.headers["Cache-Control"] = "no-cache"
    return answer
