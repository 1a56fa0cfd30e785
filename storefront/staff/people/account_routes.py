"""One's own account, over HTTP: password, second step, where one is signed in."""

from flask import Blueprint, Response, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from ... import audit
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE
from ...limits import limit
from ...pages import shop_url
from ..desk import render_desk
from ..gate import needs_second_factor, remember, signed_in
from ..rights import ROLES
from . import operations, queries, second_factor
from .forms import ChangePasswordForm, CodeForm, FreshCodesForm, TurnOffForm
from .models import StaffMember
from .qr_code import qr_code
from .refusals import PasswordTooShort, SetUpAlready, WrongCode, WrongPassword

_SALT = "shop_staff_salt"  # of a second step that is being set up; alone it opens nothing


def staff_account() -> Response:
    """Who one is here, and what keeps others from being it."""
    return _page(said=request.args.get("said", ""))


def staff_change_password() -> AnyResponse:
    """Sets another password for whoever knows the old one; other devices are signed out."""
    form = ChangePasswordForm()
    if not form.validate():
        return _page(password_form=form, status=422)
    member = _me()
    limit("change password", "10/hour", whose=str(member.id))
    try:
        with transaction():
            member = operations.change_password(
                member.id, old=form.old.data, new=form.password.data
            )
            audit.record(member.email, "password changed", member.email)
    except WrongPassword as wrong:
        form.old.errors = [wrong.sentence]
        return _page(password_form=form, status=422)
    except PasswordTooShort as short:
        form.password.errors = [short.sentence]
        return _page(password_form=form, status=422)
    return _stay(member.id, "own_password")


def staff_second_factor() -> AnyResponse:
    """Shows the secret as a picture and turns the second step on when a code of it fits."""
    member = _me()
    if member.has_second_factor:
        return redirect(shop_url("staff_account"), 303)
    form = CodeForm()
    salt = session.setdefault(_SALT, second_factor.new_salt())
    if not form.validate_on_submit():
        return _set_up_page(member, salt, form, status=422 if form.is_submitted() else 200)
    limit("set up", "20/hour", whose=str(member.id))
    try:
        with transaction():
            codes = second_factor.set_up(member, salt, form.code.data)
            audit.record(member.email, "second step set up", member.email)
    except WrongCode as wrong:
        form.code.errors = [wrong.sentence]
        return _set_up_page(member, salt, form, status=422)
    except SetUpAlready:
        return redirect(shop_url("staff_account"), 303)
    return _show(codes, member.id)


def staff_turn_off_second_factor() -> AnyResponse:
    """Turns the second step off for whoever shows password and code."""
    member, form = _me(), TurnOffForm()
    if not form.validate():
        return _page(off_form=form, status=422)
    limit("turn off", "10/hour", whose=str(member.id))
    if not operations.is_password_of(member, form.off_password.data):
        form.off_password.errors = ["This is not your password."]
        return _page(off_form=form, status=422)
    try:
        with transaction():
            second_factor.use_code(member, form.off_code.data)
            second_factor.turn_off(member)
            audit.record(member.email, "second step turned off", member.email)
    except WrongCode as wrong:
        form.off_code.errors = [wrong.sentence]
        return _page(off_form=form, status=422)
    return _stay(member.id, "second_factor_off")


def staff_recovery_codes() -> AnyResponse:
    """Makes new recovery codes for whoever shows a code; those before work no more."""
    member, form = _me(), FreshCodesForm()
    if not form.validate():
        return _page(codes_form=form, status=422)
    limit("recovery codes", "10/hour", whose=str(member.id))
    try:
        with transaction():
            second_factor.use_code(member, form.fresh_code.data)
            codes = second_factor.new_recovery_codes(member)
            audit.record(member.email, "recovery codes made anew", member.email)
    except WrongCode as wrong:
        form.fresh_code.errors = [wrong.sentence]
        return _page(codes_form=form, status=422)
    return _show(codes, member.id)


def _me() -> StaffMember:
    member = signed_in()
    if member is None:
        raise NotFound("This account is looked after elsewhere.")
    return member


def _stay(member_id: int, said: str) -> AnyResponse:
    """The change has ended every session of this person; this one goes on."""
    _remember(member_id)
    return redirect(shop_url("staff_account", said=said), 303)


def _show(codes: list[str], member_id: int) -> Response:
    _remember(member_id)
    session.pop(_SALT, None)
    return render_desk("people/recovery_codes.html", codes=codes)


def _remember(member_id: int) -> None:
    member = queries.member(member_id)
    assert member is not None
    remember(member)


def _set_up_page(member: StaffMember, salt: str, form: CodeForm, *, status: int) -> Response:
    secret = second_factor.secret_of(member, salt)
    return render_desk(
        "people/second_factor.html",
        status=status,
        form=form,
        error=STALE if form.is_stale else "",
        is_needed=needs_second_factor(),
        picture=qr_code(second_factor.app_address(member, salt)),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )


def _page(
    *,
    status: int = 200,
    said: str = "",
    password_form: ChangePasswordForm | None = None,
    off_form: TurnOffForm | None = None,
    codes_form: FreshCodesForm | None = None,
) -> Response:
    sent = password_form or off_form or codes_form
    member = _me()
    return render_desk(
        "people/account.html",
        status=status,
        said=said,
        error=STALE if sent is not None and sent.is_stale else "",
        member=member,
        roles=[ROLES[role] for role in member.roles.split()],
        codes_left=second_factor.recovery_codes_left(member.id),
        password_form=password_form or ChangePasswordForm(),
        off_form=off_form or TurnOffForm(),
        codes_form=codes_form or FreshCodesForm(),
        open_fold="off" if off_form else "codes" if codes_form else "",
        shortest=operations.SHORTEST_PASSWORD,
    )


def register(shop: Blueprint) -> None:
    """Adds the account of whoever is at the desk."""
    own = "/staff/account"
    shop.add_url_rule(own, "staff_account", staff_account)
    for word, view, methods in (
        ("password", staff_change_password, ["POST"]),
        ("second-step", staff_second_factor, ["GET", "POST"]),
        ("second-step/off", staff_turn_off_second_factor, ["POST"]),
        ("recovery-codes", staff_recovery_codes, ["POST"]),
    ):
        shop.add_url_rule(f"{own}/{word}", view.__name__, view, methods=methods)
