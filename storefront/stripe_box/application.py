"""The box as a WSGI application: the routes, and the guards in front of all of them."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException

from .api import http as api
from .box import Box
from .controls import money_routes as control_money
from .controls import routes as control_routes
from .pages import dashboard, pay_page
from .settings import is_loopback

_FOREIGN = "This address of the Stripe box only takes forms from its own pages."


def create_application(box: Box) -> Flask:
    """Return the WSGI application of a box that is or will be started."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = 2 * 1024 * 1024
    app.extensions["stripe_box"] = box
    app.jinja_env.filters["box_time"] = dashboard.clock_time
    app.jinja_env.filters["box_minute"] = dashboard.clock_minute
    app.jinja_env.filters["box_money"] = dashboard.money
    app.before_request(_only_this_machine)
    app.before_request(_only_own_forms)
    app.after_request(_headers)
    for module in (api, pay_page, control_routes, control_money, dashboard):
        app.register_blueprint(module.routes)
    app.register_error_handler(HTTPException, _plain_error)
    return app


def _only_this_machine() -> None:
    """Refuse other host names, so that no web page can reach the box through DNS tricks."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if not is_loopback(host):
        abort(403, "The Stripe box only answers on this machine: use http://127.0.0.1.")


def _only_own_forms() -> None:
    """Refuse forms that another site sends to the pages and controls."""
    if request.method != "POST" or request.path.startswith("/v1/"):
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    is_own_origin = origin in ("", request.host_url.rstrip("/"))
    if site in ("same-origin", "none") or (not site and is_own_origin):
        return
    abort(403, _FOREIGN)


def _headers(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _plain_error(error: HTTPException) -> Response:
    text = f"{error.code} {error.name}\n\n{error.description}\n\nStripe box, TEST only.\n"
    return Response(text, status=error.code, content_type="text/plain; charset=utf-8")
