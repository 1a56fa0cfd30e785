"""What stands before and after every page: sizes, foreign forms, unreadable input, headers."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, request

from .config import Settings
from .page_cache import Headers

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_MOST_FORM_BYTES = 64 * 1024
#: What takes more: Stripe's events, which are far smaller; texts of a product; pictures of one.
_MOST_BYTES = {
    "shop.stripe_webhook": 2 * 1024 * 1024,
    "shop.staff_save_product": 1024 * 1024,
    "shop.staff_add_pictures": 64 * 1024 * 1024,
    "shop.staff_add_guide_picture": 32 * 1024 * 1024,
    "shop.staff_read_articles": 512 * 1024 * 1024,  # an export with its pictures
    **dict.fromkeys(
        ("shop.staff_save_guide", "shop.staff_check_guide", "shop.staff_preview_text"),
        4 * 1024 * 1024,  # a guide of a million bytes, as forms write it
    ),
}
_UPLOADS = {
    "shop.staff_add_pictures", "shop.staff_add_guide_picture", "shop.staff_read_articles",
}  # fmt: skip
#: Read by nobody before the gate has seen who sends it: an event as it came, pictures by size.
_READ_LATER = {"shop.stripe_webhook"} | _UPLOADS


def register(shop: Blueprint) -> None:
    """Puts the checks in front of the shop's pages and the headers behind them."""
    shop.url_value_preprocessor(_go_before_the_host)
    shop.before_request(_refuse_foreign_writes)
    shop.before_request(_refuse_unreadable)
    shop.after_request(set_headers)


def is_same_origin() -> bool:
    """Whether an unsafe request came from our own pages, by the browser's own word.

    Sec-Fetch-Site decides, else Origin; a request with neither comes from no browser of this
    decade, and so carries nobody's cookies against their will.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:  # no address at all, such as "http://["
        return False


def _go_before_the_host(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Runs before any before_request of the host, which may read the body of a form.

    The shop's sizes hold whatever the host's are. The host's CSRFProtect leaves the shop's forms
    alone: they carry what they need themselves, and public pages carry no token at all. Asked
    with each request, because a host may set it up after the shop.
    """
    request.max_content_length = _MOST_BYTES.get(endpoint or "", _MOST_FORM_BYTES)
    is_upload = endpoint in _UPLOADS
    # Files are read in parts of 64 KiB, to which what is left of the part before is added.
    most_in_memory = 2 * _MOST_FORM_BYTES
    request.max_form_memory_size = most_in_memory if is_upload else request.max_content_length
    hosts = current_app.extensions.get("csrf")
    if hosts is not None:
        hosts.exempt(current_app.blueprints["shop"])


def _refuse_foreign_writes() -> None:
    is_write = request.method in UNSAFE and request.endpoint != "shop.stripe_webhook"
    if is_write and not is_same_origin():
        abort(403, "This form was sent from another site, so we did not act on it.")


def _refuse_unreadable() -> None:
    """NUL bytes, which no database takes and no keyboard makes, and a query that is no text."""
    if request.endpoint in _READ_LATER:
        return
    try:
        query = request.query_string.decode()
    except UnicodeDecodeError:
        abort(404)
    if "\0" in request.path or "%00" in query:
        abort(404)
    if request.method in UNSAFE and any("\0" in text for text in request.form.values()):
        abort(400, "There is a character in this that we cannot read. Please type it once more.")


def set_headers(response: Response) -> Response:
    """Gives an answer the headers of safety that it lacks."""
    if response.location:
        # Routing corrects an address with the host that the visitor named: nobody shall keep that.
        response.headers.setdefault("Cache-Control", "no-cache")
        own = request.host_url.rstrip("/")
        response.headers["Location"] = response.location.removeprefix(own)
    if "X-Content-Type-Options" not in response.headers:  # public pages come with all of them
        for name, value in current_app.extensions["storefront"].safety_headers:
            response.headers.setdefault(name, value)
    return response


def safety_headers(settings: Settings, *, layout_is_ours: bool) -> Headers:
    """Headers of every answer. A host's layout may need other policies, so those are the host's."""
    headers = [("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin")]
    if layout_is_ours:
        headers.append(("Content-Security-Policy", content_security_policy(settings)))
        headers.append(("Cross-Origin-Opener-Policy", "same-origin"))
    if settings.STOREFRONT_PRODUCTION:
        headers.append(("Strict-Transport-Security", "max-age=31536000"))
    return headers


def content_security_policy(settings: Settings) -> str:
    """Nothing inline, nothing from elsewhere; forms may lead to the payment page."""
    pay = "https://checkout.stripe.com"
    if settings.uses_stripe_box:
        pay = f"http://127.0.0.1:* http://localhost:* {pay}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
        f"form-action 'self' {pay}; base-uri 'none'; frame-ancestors 'none'"
    )
