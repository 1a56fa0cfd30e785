"""People of the back office: browsers, letters and codes of a test."""

import re

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import audit, mail, staff
from storefront.database import db, now
from storefront.staff.people import operations, second_factor

from .shop import Shop

PASSWORD = "right-password"


def add(app: Flask, email: str, *roles: str) -> int:
    """Somebody who may sign in; returns their number."""
    return Shop(app).do(lambda: staff.add_member(email, PASSWORD, roles=roles or ("owner",)).id)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Sends the form of the first step."""
    return client.post("/staff/sign-in", data={"email": email, "password": password})


def browser_of(app: Flask, email: str) -> FlaskClient:
    """A browser in which this person has signed in."""
    client = app.test_client()
    assert sign_in(client, email).headers["Location"] == "/staff/"
    return client


def is_inside(client: FlaskClient) -> bool:
    """Whether the back office is open to this browser."""
    return client.get("/staff/").status_code == 200


def member(app: Flask, email: str) -> staff.StaffMember:
    """A person as the table has them."""
    query = sa.select(staff.StaffMember).where(staff.StaffMember.email == email)
    return Shop(app).ask(lambda: db.session.execute(query).scalar_one())


def letters(app: Flask, kind: str) -> list[mail.Letter]:
    """Letters of a kind, oldest first."""
    return sorted(Shop(app).letters(kind), key=lambda letter: letter.id)


def link_in(letter: mail.Letter) -> str:
    """The path that a letter leads to."""
    found = re.search(r"http://127\.0\.0\.1(/staff/\S+)", letter.text)
    assert found, "the letter has no link"
    return found[1]


def set_up(app: Flask, email: str) -> list[str]:
    """Gives a person a second step that no code was used of; returns the recovery codes."""

    def work() -> list[str]:
        found = operations.by_email(email)
        assert found is not None
        salt = second_factor.new_salt()
        codes = second_factor.set_up(found, salt, code_of(found, salt=salt))
        found.second_factor_step = 0
        return codes

    return Shop(app).do(work)


def code_of(person: staff.StaffMember, *, later: int = 0, salt: str = "") -> str:
    """What the app of this person shows, some half minutes later; needs an app context."""
    secret = second_factor.secret_of(person, salt or person.second_factor_salt)
    step = int(now().timestamp()) // 30 + later
    return str(second_factor.pyotp.TOTP(secret).generate_otp(step))


def code(app: Flask, email: str, *, later: int = 0) -> str:
    """The same from outside."""
    return Shop(app).ask(lambda: code_of(member_here(email), later=later))


def member_here(email: str) -> staff.StaffMember:
    """A person, inside an app context."""
    found = operations.by_email(email)
    assert found is not None
    return found


def deeds(app: Flask) -> list[tuple[str, str, str]]:
    """Who did what to whom, oldest first."""
    entries = Shop(app).ask(lambda: audit.entries().entries)
    return [(e.actor, e.action, e.subject) for e in reversed(entries)]
