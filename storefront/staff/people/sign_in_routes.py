"""Into the back office and out of it, over HTTP: password, code, forgotten password, invitation."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit
from ...database import transaction
from ...forms import STALE, Form, first_error
from ...limits import limit
from ...pages import error_page, render_private, shop_url
from ..gate import expect_code, expected, forget, remember
from ..words import SAID
from . import links, operations, second_factor
from .forms import CodeForm, ForgottenForm, NewPasswordForm, SignInForm
from .models import StaffMember
from .operations import end_sessions, note_sign_in, sign_in
from .refusals import LinkIsOver, PasswordTooShort, WrongCode, WrongPassword

_NOBODY_YET = "somebody"


def staff_login() -> AnyResponse:
    """Asks for address and password; a member with a second step is asked for a code next."""
    form = SignInForm()
    if not form.validate_on_submit():
        return _page("people/login.html", form, said=request.args.get("said", ""))
    limit("sign in", "10/minute")
    limit("sign in as", "30/hour", whose=form.email.data.strip().lower())
    try:
        member = sign_in(form.email.data, form.password.data)
    except WrongPassword as wrong:
        _note_failure(wrong.email, "password")
        return _page("people/login.html", form, status=401, error=wrong.sentence)
    if member.has_second_factor:
        expect_code(member)
        return redirect(shop_url("staff_code"), 303)
    return _let_in(member, by="password")


def staff_code() -> AnyResponse:
    """The second step: a code of the app, or a recovery code."""
    member = expected()
    if member is None:
        return redirect(shop_url("staff_login"), 303)
    form = CodeForm()
    if not form.validate_on_submit():
        return _page("people/code.html", form)
    limit("code", "10/minute")
    limit("code of", "10/hour", whose=str(member.id))
    try:
        with transaction():
            kind = second_factor.use_code(member, form.code.data)
    except WrongCode as wrong:
        _note_failure(member.email, "code")
        form.code.errors = [wrong.sentence]
        return _page("people/code.html", form, status=401)
    return _let_in(member, by=f"password and {kind}")


def staff_logout() -> AnyResponse:
    """Signs a member out, here and on every other device."""
    form = Form()
    if not form.validate():
        return error_page(422, first_error(form))
    member = forget()
    if member is not None:
        with transaction():
            end_sessions(member.id)
            audit.record(member.email, "signed out", member.email)
    return redirect(shop_url("home"), 303)


def staff_forgotten() -> AnyResponse:
    """Sends the way to a new password; the answer is the same whoever asks."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return _page("people/forgotten.html", form)
    limit("new password", "10/hour")
    limit("new password of", "5/hour", whose=form.email.data.strip().lower())
    with transaction():
        if links.ask_new_password(form.email.data):
            email = form.email.data.strip().lower()
            audit.record(_NOBODY_YET, "new password asked for", email)
    return redirect(shop_url("staff_login", said="letter"), 303)


def staff_new_password(token: str) -> AnyResponse:
    """Sets a password by the link of a letter; the person then signs in with it."""
    return _by_link("password", token)


def staff_accept(token: str) -> AnyResponse:
    """Lets in who was invited, with a password of their choice."""
    return _by_link("invitation", token)


def _by_link(kind: str, token: str) -> AnyResponse:
    limit("link", "30/minute")
    template = "people/choose_password.html"
    form = NewPasswordForm()
    try:
        link = links.opened(kind, token)
        if not form.validate_on_submit():
            return _page(template, form, kind=kind, link=link)
        return _accept(token, form) if kind == "invitation" else _set_password(token, form)
    except PasswordTooShort as refusal:
        form.password.errors = [refusal.sentence]
        return _page(template, form, status=422, kind=kind, link=link)
    except LinkIsOver as over:
        return _page(
            "people/link_over.html", form, status=over.status, error=over.sentence, kind=kind
        )


def _accept(token: str, form: NewPasswordForm) -> AnyResponse:
    with transaction():
        member = links.accept(token, form.password.data)
        after = {"roles": member.roles}
        audit.record(member.email, "invitation accepted", member.email, after=after)
    return _let_in(member, by="invitation")


def _set_password(token: str, form: NewPasswordForm) -> AnyResponse:
    with transaction():
        member = links.set_password(token, form.password.data)
        audit.record(member.email, "password changed", member.email, after={"by": "letter"})
    return redirect(shop_url("staff_login", said="password"), 303)


def _let_in(member: StaffMember, *, by: str) -> AnyResponse:
    with transaction():
        note_sign_in(member.id)
        audit.record(member.email, "signed in", member.email, after={"with": by})
    remember(member)
    return redirect(shop_url("staff_home"), 303)


def _note_failure(email: str, wrong: str) -> None:
    """Whose account was tried, never what was typed: it may be a password in the wrong field."""
    with transaction():
        subject = email or "an address of nobody"
        audit.record(_NOBODY_YET, "sign-in failed", subject, after={"wrong": wrong})


def _page(
    template: str, form: Form, *, status: int = 0, error: str = "", said: str = "", **more: object
) -> Response:
    if not status:
        status = 422 if form.is_submitted() else 200
    return render_private(
        f"storefront/staff/{template}",
        status=status,
        form=form,
        error=error or (STALE if form.is_stale else ""),
        notice_sentence=SAID.get(said, ""),
        shortest=operations.SHORTEST_PASSWORD,
        **more,
    )


def register(shop: Blueprint) -> None:
    """Adds the ways in and out."""
    both = ["GET", "POST"]
    for rule, view, methods in (
        ("/staff/sign-in", staff_login, both),
        ("/staff/sign-in/code", staff_code, both),
        ("/staff/sign-out", staff_logout, ["POST"]),
        ("/staff/password", staff_forgotten, both),
        ("/staff/password/<token>", staff_new_password, both),
        ("/staff/invitation/<token>", staff_accept, both),
    ):
        shop.add_url_rule(rule, view.__name__, view, methods=methods)
