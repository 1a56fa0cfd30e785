"""The second step of signing in: codes of an app (TOTP, RFC 6238) and recovery codes.

The secret that an app and the shop share stands nowhere. It is worked out from SECRET_KEY and a
random salt beside the person (RFC 4226, 7.5), so that a copy of the database opens nothing. Why,
and what that costs: docs/decisions/0009-second-factor.md.
"""

import base64
import hashlib
import hmac
import secrets

import pyotp
from sqlalchemy import func, select, update

from ...database import db, now, require_transaction, was_changed
from ...pages import settings
from .models import RecoveryCode, StaffMember, new_stamp
from .refusals import SetUpAlready, WrongCode

_STEP_SECONDS = 30
_CLOCKS_DIFFER_BY = 1  # steps; the phone's clock is not ours
_SECRET_BYTES = 20
_RECOVERY_CODES = 10
_RECOVERY_BYTES = 10  # 80 bits each: nobody finds one from its hash


def new_salt() -> str:
    """What makes the secret of one person and one set-up unlike every other."""
    return secrets.token_hex(16)


def secret_of(member: StaffMember, salt: str) -> str:
    """The secret that the app is given, as letters and digits that a person can type."""
    key = settings().SECRET_KEY.encode()
    facts = f"second factor|{member.id}|{salt}".encode()
    digest = hmac.new(key, facts, hashlib.sha256).digest()[:_SECRET_BYTES]
    return base64.b32encode(digest).decode()


def app_address(member: StaffMember, salt: str) -> str:
    """What the picture says to the app that reads it."""
    totp = pyotp.TOTP(secret_of(member, salt))
    return totp.provisioning_uri(name=member.email, issuer_name=settings().STOREFRONT_NAME)


def set_up(member: StaffMember, salt: str, code: str) -> list[str]:
    """Turns the second step on for whoever shows that their app knows the secret.

    Ends their sessions and returns recovery codes, which nobody can be shown again. Raises
    WrongCode; SetUpAlready when another tab was faster.
    """
    step = _step_of(secret_of(member, salt), code)
    if step is None:
        raise WrongCode
    was_first = _update(
        member.id,
        StaffMember.second_factor_salt == "",
        second_factor_salt=salt,
        second_factor_step=step,
        stamp=new_stamp(),
    )
    if not was_first:
        raise SetUpAlready
    return _make_recovery_codes(member.id)


def use_code(member: StaffMember, typed: str) -> str:
    """Takes a code of the app or a recovery code, which then never works again.

    Returns which it was, in words; raises WrongCode. The database decides: of two who type the
    same code at the same moment, one is in.
    """
    text = "".join(typed.split()).replace("-", "").upper()
    if text.isascii() and text.isdigit():
        step = _step_of(secret_of(member, member.second_factor_salt), text)
        is_new = step is not None and _update(
            member.id,
            StaffMember.second_factor_salt == member.second_factor_salt,
            StaffMember.second_factor_step < step,
            second_factor_step=step,
        )
        if not is_new:
            raise WrongCode
        return "code of the app"
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.member_id == member.id,
            RecoveryCode.code_hash == _hash(text),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
    )
    if not was_changed(require_transaction().execute(used)):
        raise WrongCode
    return "recovery code"


def turn_off(member: StaffMember) -> bool:
    """Lets a password alone open the back office again; ends their sessions.

    False when it did so already.
    """
    was_on = _update(
        member.id,
        StaffMember.second_factor_salt != "",
        second_factor_salt="",
        stamp=new_stamp(),
    )
    _forget_recovery_codes(member.id)
    return was_on


def new_recovery_codes(member: StaffMember) -> list[str]:
    """Other recovery codes; those before them work no more."""
    return _make_recovery_codes(member.id)


def recovery_codes_left(member_id: int) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).select_from(RecoveryCode)
    unused = query.where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    return db.session.execute(unused).scalar_one()


def _step_of(secret: str, code: str) -> int | None:
    """The half minute that a code belongs to, if it is about now."""
    totp = pyotp.TOTP(secret, interval=_STEP_SECONDS)
    current = int(now().timestamp()) // _STEP_SECONDS
    typed = "".join(code.split()).encode()
    for step in range(current - _CLOCKS_DIFFER_BY, current + _CLOCKS_DIFFER_BY + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            return step
    return None


def _make_recovery_codes(member_id: int) -> list[str]:
    session = require_transaction()
    _forget_recovery_codes(member_id)
    codes = []
    for _ in range(_RECOVERY_CODES):
        code = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
        session.add(RecoveryCode(member_id=member_id, code_hash=_hash(code)))
        codes.append("-".join(code[i : i + 4] for i in range(0, len(code), 4)).lower())
    session.flush()
    return codes


def _forget_recovery_codes(member_id: int) -> None:
    require_transaction().query(RecoveryCode).filter_by(member_id=member_id).delete()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def _update(member_id: int, *where: object, **values: object) -> bool:
    statement = update(StaffMember).where(StaffMember.id == member_id, *where)  # type: ignore[arg-type]
    return was_changed(require_transaction().execute(statement.values(**values)))
