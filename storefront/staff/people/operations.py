"""Verbs about staff: who there is, what they may do, and their passwords.

Passwords are argon2id hashes, and a wrong address takes as long as a wrong password.
"""

import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update
from sqlalchemy.orm import aliased

from ...database import db, now, require_transaction, was_changed
from .models import StaffLink, StaffMember, new_stamp
from .person import StaffPerson
from .queries import is_owner
from .refusals import ChangedMeanwhile, LastOwner, NoSuchMember, PasswordTooShort, WrongPassword

_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))
SHORTEST_PASSWORD = 12


def add_member(email: str, password: str, *, roles: Iterable[str] = ("owner",)) -> StaffMember:
    """Adds a person, or sets password and roles of one that is there and ends their sessions.

    Raises PasswordTooShort; ValueError for a role that there is none of.
    """
    person = StaffPerson(email.strip().lower(), roles)
    check_password(password)
    session = require_transaction()
    member = by_email(email)
    if member is None:
        member = StaffMember(email=person.name)
        session.add(member)
    member.password_hash = _hasher.hash(password)
    member.roles = joined(person.roles)
    member.is_active = True
    member.stamp = new_stamp()
    session.flush()
    return member


def check_password(password: str) -> None:
    """Raises PasswordTooShort."""
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(SHORTEST_PASSWORD)


def joined(roles: Iterable[str]) -> str:
    """Roles as the table keeps them."""
    return " ".join(sorted(set(roles)))


def set_roles(member_id: int, roles: Iterable[str], *, seen: str) -> StaffMember:
    """Gives a person these roles in the place of those that somebody has seen.

    Ends their sessions when that changes anything.
    Raises LastOwner, ChangedMeanwhile, NoSuchMember; ValueError for a role that there is none of.
    """
    person = StaffPerson("", roles)
    allowed = [StaffMember.id == member_id, StaffMember.roles == seen]
    if "owner" not in person.roles:
        allowed.append(_leaves_an_owner(member_id))
    stamp = StaffMember.stamp if joined(person.roles) == seen else new_stamp()
    changed = _update(allowed, roles=joined(person.roles), stamp=stamp)
    member = _member(member_id)
    if changed:
        return member
    if member.roles != seen:
        raise ChangedMeanwhile(member.email)
    raise LastOwner(member.email)


def switch(member_id: int, *, is_active: bool) -> bool:
    """Lets a person in again, or takes their access away, links in letters included.

    Ends their sessions; False when it was so already. Raises LastOwner, NoSuchMember.
    """
    allowed = [StaffMember.id == member_id, StaffMember.is_active.is_(not is_active)]
    if not is_active:
        allowed.append(_leaves_an_owner(member_id))
    changed = _update(allowed, is_active=is_active)
    member = _member(member_id)
    if changed:
        _forget_links(member.email)
        return True
    if member.is_active == is_active:
        return False
    raise LastOwner(member.email)


def switch_off(email: str) -> None:
    """Takes a person's access away, the last owner's too: for the command line, which may add one.

    Raises NoSuchMember.
    """
    session = require_transaction()
    member = by_email(email)
    if member is None:
        raise NoSuchMember(email)
    member.is_active = False
    member.stamp = new_stamp()
    session.flush()
    _forget_links(member.email)


def end_sessions(member_id: int) -> None:
    """Signs a person out everywhere."""
    _update([StaffMember.id == member_id], stamp=new_stamp())


def sign_in(email: str, password: str) -> StaffMember:
    """The member with this address and password; raises WrongPassword."""
    member = by_email(email)
    known = member is not None and member.is_active
    expected = member.password_hash if member is not None and known else _NOBODY
    is_right = _fits(expected, password)
    if member is None or not known or not is_right:
        raise WrongPassword(member.email if member else "")
    return member


def note_sign_in(member_id: int) -> None:
    """Remembers that a person has just come in."""
    require_transaction().execute(
        update(StaffMember).where(StaffMember.id == member_id).values(signed_in_at=now())
    )


def change_password(member_id: int, *, old: str, new: str) -> StaffMember:
    """Sets another password for whoever knows the old one, and ends their sessions.

    Raises WrongPassword, PasswordTooShort.
    """
    member = _member(member_id)
    if not _fits(member.password_hash, old):
        raise WrongPassword(member.email, "This is not your password.")
    return set_password(member, new)


def set_password(member: StaffMember, password: str) -> StaffMember:
    """Sets a password and ends the sessions that the one before has opened."""
    check_password(password)
    session = require_transaction()
    member.password_hash = _hasher.hash(password)
    member.stamp = new_stamp()
    session.flush()
    return member


def is_password_of(member: StaffMember, password: str) -> bool:
    """Whether this is what the person signs in with."""
    return _fits(member.password_hash, password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _leaves_an_owner(member_id: int) -> ColumnElement[bool]:
    """Condition of a statement that takes somebody's keys: somebody else still has them.

    The owners are locked first, in the order of their ids: two who take each other's keys at the
    same moment would both still see the other.
    """
    owners = select(StaffMember.id).where(is_owner(StaffMember)).order_by(StaffMember.id)
    require_transaction().execute(owners.with_for_update()).all()
    other = aliased(StaffMember)
    return or_(
        not_(is_owner(StaffMember)), exists().where(and_(other.id != member_id, is_owner(other)))
    )


def _update(where: list[ColumnElement[bool]], **values: object) -> bool:
    values.setdefault("stamp", new_stamp())
    return was_changed(
        require_transaction().execute(
            update(StaffMember)
            .where(*where)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    )


def _member(member_id: int) -> StaffMember:
    found = require_transaction().get(StaffMember, member_id, populate_existing=True)
    if found is None:
        raise NoSuchMember
    return found


def _forget_links(email: str) -> None:
    require_transaction().execute(delete(StaffLink).where(StaffLink.email == email))


def by_email(email: str) -> StaffMember | None:
    """The person with this address, however it is typed."""
    return db.session.execute(
        select(StaffMember).where(StaffMember.email == email.strip().lower())
    ).scalar_one_or_none()
