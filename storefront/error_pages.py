"""Refusals, wrong addresses and mistakes of ours: each answered with the one error page."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn, cast

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, default_exceptions

from .errors import Refusal
from .pages import error_page
from .safety import UNSAFE, set_headers

log = logging.getLogger("storefront")


def register(shop: Blueprint, *, has_prefix: bool) -> None:
    """Gives the shop's pages their error page, whatever handlers the host has."""
    shop.register_error_handler(Refusal, cast(Any, show_refusal))
    # By each code too: a host's handler for 404 would come before ours for all of them.
    kinds: list[type[Exception] | int] = [HTTPException, *default_exceptions]
    for kind in kinds:
        shop.register_error_handler(kind, cast(Any, show_http_error))
    shop.register_error_handler(Exception, cast(Any, show_crash))
    if has_prefix:  # at the root of a site, other addresses are the site's
        methods = ["GET", "OPTIONS", *UNSAFE]
        shop.add_url_rule("/<path:unknown>", "unknown", show_unknown, methods=methods,
                          provide_automatic_options=False)  # fmt: skip


def register_for_all(app: Flask, *, moved_to: Callable[[str], str | None]) -> None:
    """Gives the whole app the shop's error pages; only where the app is nothing but the shop.

    moved_to tells of a path where nothing is found, where that page is now.
    """

    def show(error: HTTPException) -> ResponseReturnValue:
        is_asked = error.code == 404 and request.method in {"GET", "HEAD"}
        address = moved_to(request.path) if is_asked else None
        if address is None:
            return show_http_error(error)
        answer = redirect(address, 301)
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    app.register_error_handler(HTTPException, cast(Any, show))
    app.after_request(set_headers)  # also where no page of the shop was found


def show_refusal(refusal: Refusal) -> Response:
    """The error page of a named refusal, with its own sentence."""
    return error_page(refusal.status, refusal.sentence)


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """The error page of a plain HTTP error; redirects pass."""
    if error.code is None or error.code < 400:
        return error
    own = {
        404: "There is no page at this address. It may have moved, or the link has a typing error.",
        405: "This address does not answer to that kind of request.",
        413: "That was more than we can take in at once.",
    }
    page = error_page(error.code, own.get(error.code, error.description or "That did not work."))
    page.headers.extend(h for h in error.get_headers() if h[0] not in {"Content-Type", "Allow"})
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        page.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return page


def show_crash(error: Exception) -> Response:
    """The page for a mistake of ours; the details go to the log, never to the visitor."""
    log.exception("a request failed: %s %s", request.method, request.endpoint)
    return error_page(
        500,
        "Something went wrong on our side. Nothing you entered is lost; "
        "please try again in a moment.",
    )


def show_unknown(unknown: str) -> NoReturn:
    """An address below the shop's prefix that is no page of it, or not by this method."""
    site = current_app.create_url_adapter(request)
    assert site is not None
    known = []
    for method in ("GET", "POST"):
        with suppress(HTTPException):
            endpoint, _ = site.match(method=method)
            known += [method] if endpoint != "shop.unknown" else []
    if known:
        raise MethodNotAllowed(known)
    abort(404)
