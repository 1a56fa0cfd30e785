"""Files that a browser asks for: style, scripts and fonts, pictures."""

from flask import Blueprint, Response, abort, current_app, request, send_from_directory

from .assets import takes_brotli
from .pages import FOR_EVER, settings

# A file that is opened by itself loads nothing; the pages' policy would be most of a small picture.
_ALONE = {"Content-Security-Policy": "default-src 'none'"}


def register(shop: Blueprint) -> None:
    """Adds the addresses of files."""
    shop.add_url_rule("/static/<path:path>", "asset", asset)
    shop.add_url_rule("/media/<path:file>", "media", media)


def asset(path: str) -> Response:
    """A static file; for ever under its version, checked again without."""
    found = current_app.extensions["storefront"].assets.get(path)
    if found is None:
        abort(404)
    is_versioned = request.args.get("v") == found.version
    accepted = request.headers.get("Accept-Encoding", "")
    compressed = found.compressed if takes_brotli(accepted) else None
    response = Response(compressed or found.body, content_type=found.content_type, headers=_ALONE)
    response.headers["Cache-Control"] = FOR_EVER if is_versioned else "public, max-age=300"
    response.headers["Vary"] = "Accept-Encoding"
    if compressed:
        response.headers["Content-Encoding"] = "br"
    response.set_etag(f"{found.version}-br" if compressed else found.version)
    response.make_conditional(request)
    return response


def media(file: str) -> Response:
    """A rendered picture; its name is the hash of its content, so it never changes."""
    response = send_from_directory(settings().instance / "media", file, conditional=True)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers.update(_ALONE)
    return response
