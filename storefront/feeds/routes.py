"""Site map, product feed, llms.txt and robots.txt over HTTP; the same for everybody."""

import hashlib
import time

from flask import Blueprint, Response, current_app, request, stream_with_context

from .. import catalog
from ..errors import NotFound
from ..limits import limit
from ..pages import PUBLIC, public_file, public_page, public_url, settings
from . import sitemap
from .google import google_feed
from .llms import llms_text
from .xml import CONTENT_TYPE

_TEXT = "text/plain; charset=utf-8"
_TOLD = (
    "STOREFRONT_PUBLIC_URL", "STOREFRONT_NAME", "STOREFRONT_TAGLINE", "STOREFRONT_BRAND",
    "STOREFRONT_COUNTRIES", "STOREFRONT_DELIVERY_CENTS", "STOREFRONT_DELIVERY_CENTS_TO",
    "STOREFRONT_FREE_DELIVERY_FROM_CENTS",
)  # fmt: skip
_LONGEST_UNSEEN_SECONDS = 3600


def register(shop: Blueprint) -> None:
    """Adds what crawlers ask for."""
    shop.add_url_rule("/robots.txt", "robots", show_robots)
    shop.add_url_rule("/llms.txt", "llms", show_llms)
    shop.add_url_rule("/sitemap.xml", "sitemap", show_sitemap)
    shop.add_url_rule("/sitemap-pages.xml", "sitemap_pages", show_pages)
    shop.add_url_rule("/sitemap-guides.xml", "sitemap_guides", show_guides)
    shop.add_url_rule(
        "/sitemap-products-<int(max=999999):number>.xml", "sitemap_products", show_products
    )
    shop.add_url_rule("/feeds/google.xml", "google_feed", show_google)


def show_robots() -> Response:
    """Crawlers may read what everybody may read; a host has a robots.txt of its own."""
    if not current_app.extensions["storefront"].is_standalone:
        raise NotFound("This site has its own robots.txt.")
    private = ("cart", "checkout", "orders", "staff")
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}/{name}" for name in private)]
    lines += ["", f"Sitemap: {public_url('sitemap')}"]
    response = Response("\n".join(lines) + "\n", content_type=_TEXT)
    response.headers["Cache-Control"] = "no-store"
    return response


@public_page
def show_llms() -> Response:
    """The shop in a page of Markdown."""
    return public_file(llms_text().encode(), _TEXT)


@public_page
def show_sitemap() -> Response:
    """The index of the site map."""
    return public_file(sitemap.index().encode(), CONTENT_TYPE)


@public_page
def show_pages() -> Response:
    """The part with front page, lists and shelves."""
    return public_file(sitemap.pages().encode(), CONTENT_TYPE)


@public_page
def show_guides() -> Response:
    """The part with the guides."""
    return public_file(sitemap.guide_pages().encode(), CONTENT_TYPE)


@public_page
def show_products(number: int) -> Response:
    """A part with products."""
    found = sitemap.product_pages(number)
    if found is None:
        raise NotFound("The site map has no such part.")
    return public_file(found.encode(), CONTENT_TYPE)


def show_google() -> Response:
    """The product feed: kept like a page while it is small, else made as it is sent."""
    tag = _tag()
    if tag in request.if_none_match:
        return _with_tag(Response(status=304), tag)
    stretches = catalog.stretches()
    if len(stretches) <= 1:
        return public_file(b"".join(google_feed(stretches)), CONTENT_TYPE)
    limit("feed", "60/hour")
    body = stream_with_context(google_feed(stretches))
    return _with_tag(Response(body, content_type=CONTENT_TYPE), tag)


def _tag() -> str:
    """The tag of a feed that nobody holds whole: another one when anything public changed.

    And after an hour, should something have changed that no process was told of.
    """
    state = current_app.extensions["storefront"]
    told = [getattr(settings(), name) for name in _TOLD]
    hour = int(time.time() // _LONGEST_UNSEEN_SECONDS)
    said = repr((state.pages.stamp.current(), told, hour))
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _with_tag(answer: Response, tag: str) -> Response:
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = PUBLIC
    return answer
