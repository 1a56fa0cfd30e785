"""How a page leaves the shop: its addresses, its parts, the page cache, and one error page."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from .config import Settings
from .database import after_commit
from .page_cache import STAMP, Clock, Headers, Page, make_page, page_key

_MOST_URLS = 20_000
_MOST_COMPONENTS = 5_000
_PATIENCE_SECONDS = 0.25
PUBLIC = "public, max-age=0, must-revalidate"
PUBLIC_HEADERS: Headers = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", PUBLIC),
    ("Vary", "Accept-Encoding"),
]
Work = Callable[[], object]
_TIMELESS = {"shop.asset", "shop.media", "shop.robots", "shop.healthz", "shop.readyz"}
FOR_EVER = "public, max-age=31536000, immutable"


def settings() -> Settings:
    """The settings of the current app's shop."""
    found: Settings = current_app.extensions["storefront"].settings
    return found


def shop_url(name: str, **values: Any) -> str:
    """The path of a page of the shop, below wherever it is mounted."""
    if values.get("_external") or values.get("_anchor"):
        return url_for(f"shop.{name}", **values)
    known = current_app.extensions["storefront"].urls
    key = (request.script_root, name, tuple(sorted(values.items())))
    url: str | None = known.get(key)
    if url is None:
        url = url_for(f"shop.{name}", **values)
        if len(known) >= _MOST_URLS:
            known.clear()
        known[key] = url
    return url


def public_url(name: str, **values: Any) -> str:
    """The absolute address of a page, for letters and for Stripe; needs no request."""
    state = current_app.extensions["storefront"]
    path: str = state.url_for(name, **values)
    base: str = state.settings.STOREFRONT_PUBLIC_URL
    return base + path


def shop_asset(path: str) -> str:
    """The address of a static file, with its version so that it may be cached for ever."""
    path = f"css/{path}" if path in {"shop.css", "staff.css"} else path
    version = current_app.extensions["storefront"].assets.version(path)
    return shop_url("asset", path=path, v=version)


def component(name: str, /, *values: Hashable, **options: Hashable) -> Markup:
    """Template function: the macro `name` of storefront/components/<name>.html for these values.

    Rendered once and remembered: a component shows nothing but the values it is given, so the
    values are the key, and a changed price or stock is another key.
    """
    state = current_app.extensions["storefront"]
    key = (request.script_root, name, values, tuple(options.items()))
    html: Markup | None = state.components.get(key)
    if html is None:
        template = current_app.jinja_env.get_template(f"storefront/components/{name}.html")
        macro = getattr(template.module, name)
        html = Markup(macro(*values, **options))  # noqa: S704 - a macro escapes what it is given
        if not state.is_standalone:
            return html  # a host may have put a component here that greets its visitor
        if len(state.components) >= _MOST_COMPONENTS:
            state.components.clear()
        state.components[key] = html
    return html


def public_page(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Decorator of a view that shows the same to everybody: makes one page at a time.

    Threads of one process share one interpreter, so pages made against each other take longer than
    pages made one after the other. And of all who wait for the same page only the first has it
    made. Whoever has waited a quarter of a second goes ahead, so that no slow page holds others up.
    """

    @wraps(view)
    def in_turn(**values: Any) -> ResponseReturnValue:
        state = current_app.extensions["storefront"]
        has_turn = state.page_turn.acquire(timeout=_PATIENCE_SECONDS)
        try:
            return _made_meanwhile() or view(**values)
        finally:
            if has_turn:
                state.page_turn.release()

    return in_turn


def _made_meanwhile() -> Response | None:
    if STAMP not in request.environ:
        return None
    pages = current_app.extensions["storefront"].pages
    page = pages.get(page_key(request.environ))
    return _answer(page) if page else None


def _answer(page: Page) -> Response:
    status, headers, body = page.answer(request.environ)
    return Response(body, status, headers)


def render_public(template: str, **context: Any) -> Response:
    """A page that is the same for everybody: cached here, and by proxies as long as it is true.

    Inside a host's layout it may know the visitor, so there it is for that visitor alone.
    """
    html = render_template(template, **context)
    state = current_app.extensions["storefront"]
    if not state.layout_is_ours:
        return _private(Response(html))
    return _kept(*_with_style(html, state.public_headers))


def public_file(body: bytes, content_type: str) -> Response:
    """A file that is the same for everybody, and that no layout is around: kept like a page."""
    headers = current_app.extensions["storefront"].public_headers
    return _kept(body, [("Content-Type", content_type), *headers[1:]])


def _with_style(html: str, headers: Headers) -> tuple[bytes, Headers]:
    """A page that brings its own style instead of the sheet, and the policy that lets just it in.

    So a visitor waits for nothing else before seeing it (docs/decisions/0024-style-in-the-page.md).
    """
    sheet = shop_asset("shop.css")
    style = current_app.extensions["storefront"].assets.page_style(html, shop_asset)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    link = f'<link rel="stylesheet" href="{sheet}">'
    page = html.replace(link, f'<style data-whole="{sheet}">{style}</style>', 1)
    own, allowed = "style-src 'self'", f"style-src 'self' 'sha256-{digest}'"
    return page.encode(), [(name, value.replace(own, allowed)) for name, value in headers]


def _kept(body: bytes, headers: Headers) -> Response:
    state = current_app.extensions["storefront"]
    stamp = request.environ.get(STAMP)
    if stamp is None:
        page = make_page(body, headers)
    else:
        page = state.pages.put(page_key(request.environ), body, headers=headers, stamp=stamp)
    return _answer(page)


def render_private(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page for one visitor: never stored by anybody, and in no search engine."""
    answer = _private(Response(render_template(template, **context), status=status))
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def drop_pages() -> None:
    """Makes cached pages stale once the current transaction is committed."""
    state = current_app.extensions["storefront"]
    after_commit(state.pages.stamp.bump)


def tell_price_clocks() -> None:
    """Has every process look anew for when the next price is due, once the commit is done."""
    state = current_app.extensions["storefront"]
    after_commit(state.pages.prices.bump)


def tell_guide_clocks() -> None:
    """The same for when the next guide is published by itself."""
    state = current_app.extensions["storefront"]
    after_commit(state.pages.guides.bump)


def keep_in_time(clock: Clock, next_due: Callable[[], datetime | None], due: Work) -> None:
    """Does what is due by a clock before a page shows the shop, also when no worker is there.

    Staff pages are left out: what staff write asks the clock itself.
    """
    endpoint = request.endpoint or ""
    if endpoint in _TIMELESS or endpoint.startswith("shop.staff_"):
        return
    if not clock.is_true():
        clock.look(next_due)
    if clock.is_due():
        due()
        clock.look(next_due)


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store, private"
    return response


def error_page(code: int, sentence: str) -> Response:
    """The one error page; of pages that only some may open, in the layout of those (desk.py)."""
    titles = {404: "We could not find that", 429: "One moment, please", 500: "That is our fault"}
    title = titles.get(code, "That did not work")
    if "shop_draws_errors" in g and code != 500:  # after a mistake of ours, as little as possible
        drawn: Response = g.shop_draws_errors(code, title=title, sentence=sentence)
        return drawn
    return render_private(
        "storefront/errors/error.html",
        status=code,
        code=code,
        title=title,
        sentence=sentence,
        action_url=shop_url("products"),
        action_label="See all products",
    )
