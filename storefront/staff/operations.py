"""Verbs about staff.

Passwords are argon2id hashes, and a wrong address takes as long as a wrong password.
"""

import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from ..database import db, require_transaction
from ..errors import Refusal
from .models import StaffMember, new_stamp
from .people import StaffPerson

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))
SHORTEST_PASSWORD = 12


class WrongPassword(Refusal):
    """Address and password do not belong together; which one is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("This address and password do not belong together.")


class PasswordTooShort(Refusal):
    """The password is easy to guess."""

    def __init__(self) -> None:
        super().__init__(f"Please choose a password of at least {SHORTEST_PASSWORD} characters.")


class NoSuchMember(Refusal):
    """Nobody with this address runs the shop."""

    status = 404

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is nobody who may sign in.")


def add_member(email: str, password: str, *, roles: Iterable[str] = ("owner",)) -> StaffMember:
    """Adds a person, or sets password and roles of one that is there and ends their sessions.

    Raises PasswordTooShort; ValueError for a role that there is none of.
    """
    person = StaffPerson(email.strip().lower(), roles)
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    session = require_transaction()
    member = _by_email(email)
    if member is None:
        member = StaffMember(email=person.name)
        session.add(member)
    member.password_hash = _hasher.hash(password)
    member.roles = " ".join(sorted(person.roles))
    member.is_active = True
    member.stamp = new_stamp()
    session.flush()
    return member


def switch_off(email: str) -> None:
    """Takes a person's access away, from their open sessions too; raises NoSuchMember."""
    require_transaction()
    member = _by_email(email)
    if member is None:
        raise NoSuchMember(email)
    member.is_active = False


def end_sessions(member_id: int) -> None:
    """Signs a person out everywhere."""
    require_transaction().execute(
        update(StaffMember).where(StaffMember.id == member_id).values(stamp=new_stamp())
    )


def sign_in(email: str, password: str) -> StaffMember:
    """The member with this address and password; raises WrongPassword."""
    member = _by_email(email)
    known = member is not None and member.is_active
    expected = member.password_hash if member is not None and known else _NOBODY
    try:
        _hasher.verify(expected, password)
    except (VerificationError, InvalidHashError):
        raise WrongPassword from None
    if member is None or not known:
        raise WrongPassword
    return member


def _by_email(email: str) -> StaffMember | None:
    return db.session.execute(
        select(StaffMember).where(StaffMember.email == email.strip().lower())
    ).scalar_one_or_none()
