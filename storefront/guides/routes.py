"""Public pages of the guides, and their feed; the same for everybody."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..pages import PUBLIC, public_page, public_url, render_public, settings, shop_url
from . import queries
from .feed import atom_feed


def register(shop: Blueprint) -> None:
    """Adds the guides to the shop's blueprint."""
    shop.add_url_rule("/guides/", "guides", show_guides)
    shop.add_url_rule("/guides/feed.atom", "guides_feed", show_feed)
    shop.add_url_rule("/guides/<slug>", "guide", show_guide)


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
    return render_public("storefront/guides/guide.html", guide=page.guide, more=page.more)


def show_feed() -> Response:
    """The newest guides as an Atom feed."""
    body = atom_feed(
        queries.feed_entries(),
        name=settings().STOREFRONT_NAME,
        home=public_url("guides"),
        own=public_url("guides_feed"),
        guide_url=lambda slug: public_url("guide", slug=slug),
    )
    answer = Response(body, content_type="application/atom+xml; charset=utf-8")
    answer.headers["Cache-Control"] = PUBLIC
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _lead_on(slug: str) -> ResponseReturnValue:
    present = queries.present_slug(slug)
    if present is None or present == slug:
        raise NotFound("There is no guide at this address. It may have moved; see all our guides.")
    answer = redirect(shop_url("guide", slug=present), 301)
    # Asked again each time: a guide renamed there and back must not trap a browser in a loop.
    answer.headers["Cache-Control"] = "no-cache"
    return answer
