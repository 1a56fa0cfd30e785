"""Links in letters that work once: invitations, and the way to a new password.

A link holds 256 random bits; the table keeps their hash, and the letter forgets them when it has
been sent.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from ...database import db, now, require_transaction, was_changed
from . import letters, operations, queries
from .models import StaffLink, StaffMember
from .person import StaffPerson
from .refusals import AlreadyInside, AlreadyInvited, LinkIsOver

VALID = {"invitation": timedelta(hours=72), "password": timedelta(minutes=30)}


def invite(email: str, roles: Iterable[str], *, by: str) -> StaffLink:
    """Writes an invitation; raises AlreadyInside, AlreadyInvited, ValueError for unknown roles."""
    person = StaffPerson(email.strip().lower(), roles)
    there = operations.by_email(person.name)
    if there is not None:
        raise AlreadyInside(person.name, is_active=there.is_active)
    link = _new("invitation", person.name, roles=operations.joined(person.roles), by=by)
    if link is None:
        raise AlreadyInvited(person.name)
    return link


def invite_again(link_id: int, *, seen: int) -> StaffLink | None:
    """Writes the letter once more, with another link that is good for as long as the first was.

    seen is how often it had been sent when somebody asked; None when it was sent, used or
    withdrawn since.
    """
    token = secrets.token_urlsafe(32)
    is_this = (StaffLink.id == link_id, StaffLink.kind == "invitation")
    changed = require_transaction().execute(
        update(StaffLink)
        .where(*is_this, StaffLink.times_sent == seen)
        .values(
            token_hash=_hash(token),
            times_sent=StaffLink.times_sent + 1,
            valid_until=now() + VALID["invitation"],
        )
    )
    if not was_changed(changed):
        return None
    link = db.session.get_one(StaffLink, link_id, populate_existing=True)
    letters.write("invitation", link, token)
    return link


def withdraw(link_id: int) -> StaffLink | None:
    """Makes an invitation worthless; None when it is gone already."""
    link = db.session.get(StaffLink, link_id)
    if link is None or link.kind != "invitation":
        return None
    return link if _take(link) else None


def ask_new_password(email: str) -> bool:
    """Writes a letter with the way to a new password to whoever may sign in with this address.

    False for an address of nobody's, which takes as long: the letter is composed all the same.
    """
    name = email.strip().lower()[:320]
    there = operations.by_email(name)
    if there is None or not there.is_active:
        letters.compose("password", StaffLink(kind="password", email=name), "nobody's")
        return False
    require_transaction().execute(
        delete(StaffLink).where(StaffLink.kind == "password", StaffLink.email == name)
    )
    return _new("password", name) is not None


def opened(kind: str, token: str) -> StaffLink:
    """What a link is for; raises LinkIsOver."""
    link = queries.open_link(kind, _hash(token))
    if link is None:
        raise LinkIsOver
    return link


def accept(token: str, password: str) -> StaffMember:
    """Lets the person in who was invited; raises LinkIsOver, PasswordTooShort."""
    operations.check_password(password)
    link = opened("invitation", token)
    if not _take(link) or operations.by_email(link.email) is not None:
        raise LinkIsOver
    return operations.add_member(link.email, password, roles=link.roles.split())


def set_password(token: str, password: str) -> StaffMember:
    """Sets the password of whoever holds the letter, and ends their sessions.

    Raises LinkIsOver, PasswordTooShort.
    """
    operations.check_password(password)
    link = opened("password", token)
    member = operations.by_email(link.email)
    if not _take(link) or member is None or not member.is_active:
        raise LinkIsOver
    return operations.set_password(member, password)


def _new(kind: str, email: str, *, roles: str = "", by: str = "") -> StaffLink | None:
    """A link with its letter; None when there is one, which the database knows."""
    session = require_transaction()
    session.execute(
        delete(StaffLink).where(
            StaffLink.kind == kind, StaffLink.email == email, StaffLink.valid_until < now()
        )
    )
    token = secrets.token_urlsafe(32)
    link = StaffLink(
        kind=kind,
        email=email,
        roles=roles,
        token_hash=_hash(token),
        made_by=by,
        valid_until=now() + VALID[kind],
    )
    try:
        with session.begin_nested():
            session.add(link)
    except IntegrityError:
        return None
    letters.write(kind, link, token)
    return link


def _take(link: StaffLink) -> bool:
    """Uses a link up: of two who open it at the same moment, one has it."""
    return was_changed(
        require_transaction().execute(
            delete(StaffLink)
            .where(StaffLink.id == link.id, StaffLink.token_hash == link.token_hash)
            .execution_options(synchronize_session=False)
        )
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
