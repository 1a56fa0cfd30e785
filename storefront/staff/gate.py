"""The one gate in front of the back office.

The shop keeps its staff in a session of its own, so that a host's Flask-Login is left alone. A
host with own users says who is at the desk: Storefront(app, staff_person=…).
"""

import hmac
import logging
from typing import Any

from flask import Response, abort, current_app, g, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ..database import db, now
from ..pages import settings, shop_url
from .people.models import StaffMember
from .people.person import StaffPerson
from .people.queries import active_owners
from .rights import ABOUT_OWN_STAFF, NEEDS, SIGNED_OUT, may_open

log = logging.getLogger("storefront")

_KEY = "shop_staff"
_FIRST_STEP = "shop_staff_first"  # the password was right, the code is still to come
_FIRST_STEP_SECONDS = 600
_WAYS_TO_A_SECOND_FACTOR = {"staff_second_factor", "staff_logout"}
_NOT_YOURS = "Your role does not include this."


def person() -> StaffPerson | None:
    """Who is at the desk in this request, or None for a visitor who does not run the shop."""
    if "shop_person" not in g:
        g.shop_person = _find_person()
    found: StaffPerson | None = g.shop_person
    return found


def who() -> str:
    """The name that stands beside what is done here."""
    found = person()
    return found.name if found else ""


def guard() -> AnyResponse | None:
    """Stands before every request of the shop; lets only staff into /staff/, each by their role."""
    endpoint = wanted_endpoint()
    if endpoint is None:
        return None
    site_has_users = current_app.extensions["storefront"].staff_person is not None
    if site_has_users and _is_about_own_staff(endpoint):
        abort(404)  # the site looks after its users
    if endpoint in SIGNED_OUT:
        return None
    found = person()
    if found is None and site_has_users:
        abort(403, "This part is for the people who run the shop.")
    if found is None:
        return redirect(shop_url("staff_login"), 303)
    if not may_open(found.roles, endpoint):
        abort(403, f"{_NOT_YOURS} {_who_can_change_that(site_has_users)}")
    if needs_second_factor() and endpoint not in _WAYS_TO_A_SECOND_FACTOR:
        return redirect(shop_url("staff_second_factor"), 303)
    return None


def needs_second_factor() -> bool:
    """Whether this is an owner of a real shop whom a password alone lets in: that comes first."""
    member = signed_in() if settings().STOREFRONT_PRODUCTION else None
    return member is not None and member.is_owner and not member.has_second_factor


def wanted_endpoint() -> str | None:
    """The endpoint of the back office that was asked for, without 'shop.'; else None."""
    name = (request.endpoint or "").removeprefix("shop.")
    return name if name.startswith("staff_") else None


def keep_private(response: Response) -> Response:
    """No answer of the back office is stored by anybody, not even a redirect."""
    if wanted_endpoint() is not None:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def remember(member: StaffMember) -> None:
    """Signs a member in, in a fresh session; what a host keeps in the same session stays."""
    if current_app.extensions["storefront"].is_standalone:
        session.clear()
        session.permanent = True
    session.pop(_FIRST_STEP, None)
    g.pop("shop_person", None)
    session[_KEY] = {"id": member.id, "stamp": member.stamp}


def expect_code(member: StaffMember) -> None:
    """Remembers, for ten minutes, that this visitor knows the password of a member."""
    if current_app.extensions["storefront"].is_standalone:
        session.clear()
    until = int(now().timestamp()) + _FIRST_STEP_SECONDS
    session[_FIRST_STEP] = {"id": member.id, "stamp": member.stamp, "until": until}


def expected() -> StaffMember | None:
    """Whose code is still to come, if the password was right ten minutes ago at most."""
    kept: Any = session.get(_FIRST_STEP)
    if not isinstance(kept, dict) or int(kept.get("until", 0)) < now().timestamp():
        return None
    return _member_of(kept)


def forget() -> StaffMember | None:
    """Signs the visitor out and returns who it was."""
    member = signed_in()
    session.pop(_KEY, None)
    session.pop(_FIRST_STEP, None)
    g.pop("shop_person", None)
    return member


def signed_in() -> StaffMember | None:
    """The member of the shop's own staff whose valid session this is."""
    kept: Any = session.get(_KEY)
    return _member_of(kept) if isinstance(kept, dict) else None


def _member_of(kept: dict[str, Any]) -> StaffMember | None:
    member = db.session.get(StaffMember, kept.get("id"))
    if member is None or not member.is_active:
        return None
    return member if hmac.compare_digest(member.stamp, str(kept.get("stamp"))) else None


def _is_about_own_staff(endpoint: str) -> bool:
    is_signing = endpoint in SIGNED_OUT or endpoint == "staff_logout"
    return is_signing or NEEDS.get(endpoint) in ABOUT_OWN_STAFF


def _who_can_change_that(site_has_users: bool) -> str:
    if site_has_users:
        return "Whoever looks after the users of this site can change that."
    owners = active_owners()
    return f"{' or '.join(owners) if owners else 'Somebody with the role Owner'} can change that."


def _find_person() -> StaffPerson | None:
    ask_host = current_app.extensions["storefront"].staff_person
    if ask_host is None:
        member = signed_in()
        return StaffPerson(member.email, member.roles.split()) if member else None
    try:
        found: StaffPerson | None = ask_host()
    except AttributeError:  # a visitor of Flask-Login's who has not signed in has no is_admin
        log.warning("staff_person could not tell who this is, so it is nobody", exc_info=True)
        return None
    return found
