"""The people who run the shop, over HTTP: for owners."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form, first_error
from ...limits import limit
from ...pages import error_page, shop_url
from ..addresses import NUMBER, searched, with_query
from ..desk import render_desk
from ..gate import person, who
from ..rights import RIGHTS, ROLES
from . import links, operations, queries, second_factor
from .forms import AgainForm, InviteForm, RolesForm, SwitchForm
from .models import StaffMember
from .refusals import AlreadyInside, AlreadyInvited, ChangedMeanwhile, LastOwner


def staff_people() -> Response:
    """Everybody who may sign in or might once, and who was invited."""
    return _list(InviteForm(), said=request.args.get("said", ""))


def staff_invite() -> AnyResponse:
    """Sends somebody a letter with the way in."""
    form = InviteForm()
    if not form.validate():
        return _list(form, status=422)
    limit("invite", "60/hour")
    try:
        with transaction():
            link = links.invite(form.email.data, form.roles.data, by=who())
            audit.record(who(), "person invited", link.email, after={"roles": link.roles})
    except (AlreadyInside, AlreadyInvited) as refusal:
        form.email.errors = [refusal.sentence]
        return _list(form, status=422)
    return _people("invited")


def staff_invite_again(id: int) -> AnyResponse:
    """Sends an invitation once more, with another link."""
    form = AgainForm()
    if not form.validate():
        return error_page(422, first_error(form))
    limit("invite", "60/hour")
    with transaction():
        link = links.invite_again(id, seen=form.seen.data)
        if link is not None:
            audit.record(who(), "invitation sent again", link.email)
    return _people("invited" if link else "invitation_gone")


def staff_withdraw_invitation(id: int) -> AnyResponse:
    """Makes an invitation worthless."""
    _check(Form())
    with transaction():
        link = links.withdraw(id)
        if link is not None:
            audit.record(who(), "invitation withdrawn", link.email)
    return _people("withdrawn" if link else "invitation_gone")


def staff_person(id: int) -> Response:
    """One person, and what an owner may do about them."""
    return _page(_member(id), said=request.args.get("said", ""))


def staff_change_roles(id: int) -> AnyResponse:
    """Gives a person other roles."""
    form = RolesForm()
    member = _member(id)
    if not form.validate():
        return _page(member, form, status=422)
    try:
        with transaction():
            member = operations.set_roles(id, form.roles.data, seen=form.seen.data)
            changes = {"before": {"roles": form.seen.data}, "after": {"roles": member.roles}}
            if form.seen.data != member.roles:
                audit.record(who(), "roles changed", member.email, **changes)
    except LastOwner as refusal:
        form.roles.errors = [refusal.sentence]
        return _page(member, form, status=422)
    except ChangedMeanwhile as refusal:
        return _page(_member(id), status=409, error=refusal.sentence)
    return _person(id, "roles")


def staff_switch_person(id: int) -> AnyResponse:
    """Takes a person's access away, or gives it back."""
    form = SwitchForm()
    if not form.validate():
        return _page(_member(id), status=422, error=first_error(form))
    is_active = form.is_active.data
    try:
        with transaction():
            was_changed = operations.switch(id, is_active=is_active)
            if was_changed:
                done = "person switched on" if is_active else "person switched off"
                audit.record(who(), done, _member(id).email)
    except LastOwner as refusal:
        return _page(_member(id), status=422, error=refusal.sentence)
    return _person(id, "on" if is_active else "off")


def staff_end_sessions(id: int) -> AnyResponse:
    """Signs a person out on every device."""
    _check(Form())
    member = _member(id)
    with transaction():
        operations.end_sessions(id)
        audit.record(who(), "sessions ended", member.email)
    return _person(id, "sessions")


def staff_reset_second_factor(id: int) -> AnyResponse:
    """Turns the second step of somebody off who has lost phone and recovery codes."""
    _check(Form())
    with transaction():
        member = _member(id)
        if member.email == who():
            raise Refusal("Turn your own second step off in your account, with password and code.")
        if second_factor.turn_off(member):
            audit.record(who(), "second step reset", member.email)
    return _person(id, "second_factor_reset")


def _member(member_id: int) -> StaffMember:
    found = queries.member(member_id)
    if found is None:
        raise NotFound("There is nobody with this number.")
    return found


def _check(form: Form) -> None:
    if not form.validate():
        raise Refusal(STALE)


def _list(form: InviteForm, *, status: int = 200, said: str = "") -> Response:
    text = searched()
    found = queries.people(text, page=request.args.get("page", 1, type=int))
    return render_desk(
        "people/people.html",
        status=status,
        said=said,
        error=STALE if form.is_stale else "",
        form=form,
        found=found,
        text=text,
        roles=ROLES,
        invitations=queries.invitations(),
        page_url=partial(_list_url, text),
    )


def _page(
    member: StaffMember,
    form: RolesForm | None = None,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    reader = person()
    return render_desk(
        "people/person.html",
        status=status,
        said=said,
        error=error or (STALE if form is not None and form.is_stale else ""),
        form=form or RolesForm(),
        member=member,
        chosen=form.roles.data if form is not None else member.roles.split(),
        roles=ROLES,
        is_oneself=reader is not None and reader.name == member.email,
    )


def staff_roles() -> Response:
    """What each role may do, for everybody to read."""
    return render_desk("people/roles.html", rights=RIGHTS.values(), roles=ROLES)


def _people(said: str) -> AnyResponse:
    return redirect(shop_url("staff_people", said=said), 303)


def _person(member_id: int, said: str) -> AnyResponse:
    return redirect(f"{shop_url('staff_person', id=member_id)}?said={said}", 303)


def _list_url(text: str, page: int) -> str:
    return with_query(shop_url("staff_people"), q=text, page=page)


def register(shop: Blueprint) -> None:
    """Adds the people of the back office."""
    one, invited = f"/staff/people/{NUMBER}", f"/staff/people/invitations/{NUMBER}"
    shop.add_url_rule("/staff/people", "staff_people", staff_people)
    shop.add_url_rule("/staff/roles", "staff_roles", staff_roles)
    shop.add_url_rule(one, "staff_person", staff_person)
    for rule, view in (
        ("/staff/people", staff_invite),
        (f"{invited}/again", staff_invite_again),
        (f"{invited}/withdraw", staff_withdraw_invitation),
        (f"{one}/roles", staff_change_roles),
        (f"{one}/access", staff_switch_person),
        (f"{one}/sessions", staff_end_sessions),
        (f"{one}/second-step", staff_reset_second_factor),
    ):
        shop.add_url_rule(rule, view.__name__, view, methods=["POST"])
