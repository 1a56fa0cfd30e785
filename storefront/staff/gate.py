"""The one gate in front of the back office.

The shop keeps its staff in a session of its own, so that a host's Flask-Login is left alone. A
host with own users says who is staff: Storefront(app, is_staff=lambda: current_user.is_admin).
"""

import hmac
import logging
from typing import Any

from flask import Response, abort, current_app, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ..database import db
from ..pages import shop_url
from .models import StaffMember

log = logging.getLogger("storefront")

_KEY = "shop_staff"
_SIGNING = {"shop.staff_login", "shop.staff_logout"}


def is_staff() -> bool:
    """Whether the visitor runs the shop."""
    ask_host = current_app.extensions["storefront"].is_staff
    if ask_host is None:
        return _member() is not None
    try:
        return bool(ask_host())
    except AttributeError:  # a visitor of Flask-Login's who has not signed in has no is_admin
        log.warning("is_staff could not tell who this is, so the answer is no", exc_info=True)
        return False


def who() -> str:
    """Whose name stands beside what is done here; 'staff' for whoever a host lets in."""
    member = _member()
    return member.email if member else "staff"


def guard() -> AnyResponse | None:
    """Stands before every request of the shop; lets only staff into /staff/."""
    if not _is_back_office():
        return None
    site_has_users = current_app.extensions["storefront"].is_staff is not None
    if request.endpoint in _SIGNING and site_has_users:
        abort(404)  # people sign in and out where the site says
    if request.endpoint == "shop.staff_login" or is_staff():
        return None
    if site_has_users:
        abort(403, "This part is for the people who run the shop.")
    return redirect(shop_url("staff_login"), 303)


def keep_private(response: Response) -> Response:
    """No answer of the back office is stored by anybody, not even a redirect."""
    if _is_back_office():
        response.headers["Cache-Control"] = "no-store, private"
    return response


def remember(member: StaffMember) -> None:
    """Signs a member in, in a fresh session; what a host keeps in the same session stays."""
    if current_app.extensions["storefront"].is_standalone:
        session.clear()
        session.permanent = True
    session[_KEY] = {"id": member.id, "stamp": member.stamp}


def forget() -> StaffMember | None:
    """Signs the visitor out and returns who it was."""
    member = _member()
    session.pop(_KEY, None)
    return member


def _is_back_office() -> bool:
    return (request.endpoint or "").startswith("shop.staff_")


def _member() -> StaffMember | None:
    kept: Any = session.get(_KEY)
    if not isinstance(kept, dict):
        return None
    member = db.session.get(StaffMember, kept.get("id"))
    if member is None or not member.is_active:
        return None
    return member if hmac.compare_digest(member.stamp, str(kept.get("stamp"))) else None
