"""The back office: who gets in, how they get out, and that there is one gate."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import settings_for
from storefront import StaffPerson, Storefront, staff
from storefront.database import db
from storefront.staff.people import operations
from support.shop import Shop
from support.shopper import told

EMAIL, PASSWORD = "ida@shop.example", "right-password"
NO_MATCH = "This address and password do not belong together."


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def ida(shop: Shop) -> staff.StaffMember:
    """Somebody who runs the shop."""
    return shop.do(lambda: staff.add_member(EMAIL, PASSWORD))


def sign_in(
    client: FlaskClient, *, email: str = EMAIL, password: str = PASSWORD, query: str = ""
) -> TestResponse:
    form = {"email": email, "password": password}
    return client.post(f"/staff/sign-in{query}", data=form)


def signed_in(app: Flask) -> FlaskClient:
    """A browser that Ida has signed in with."""
    client = app.test_client()
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")
    assert is_inside(client)
    return client


def is_inside(client: FlaskClient, prefix: str = "") -> bool:
    answer = client.get(f"{prefix}/staff/")
    assert answer.status_code == 200 or answer.headers["Location"] == f"{prefix}/staff/sign-in"
    return answer.status_code == 200


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of everything below /staff/ that the app answers to."""
    for rule in app.url_map.iter_rules():
        if re.search(r"(^|/)staff(/|$)", rule.rule):
            path = re.sub(r"<[^>]+>", "1", rule.rule)
            yield from ((method, path) for method in sorted(rule.methods or ()))


def is_for_the_signed_out(path: str) -> bool:
    return path.startswith(("/staff/sign-in", "/staff/password", "/staff/invitation/"))


def test_every_address_below_staff_is_behind_the_gate(app: Flask, client: FlaskClient) -> None:
    """Fails for a page below /staff/ whose endpoint is not named staff_…, which the gate asks."""
    found = [pair for pair in addresses(app) if not is_for_the_signed_out(pair[1])]
    assert len({path for _, path in found}) >= 5
    for method, path in found:
        answer = client.open(path, method=method)
        assert (path, answer.status_code) == (path, 303)
        assert answer.headers["Location"] == "/staff/sign-in"


@pytest.mark.usefixtures("ida")
def test_nothing_of_the_back_office_is_stored_by_anybody(app: Flask) -> None:
    for client in (app.test_client(), signed_in(app)):
        for method, path in addresses(app):
            if path != "/staff/sign-out":
                answer = client.open(path, method=method)
                assert answer.headers["Cache-Control"] == "no-store, private", (method, path)
        answer = client.post("/staff/sign-out")
        assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.usefixtures("ida")
def test_signing_out_ends_every_session_of_that_person_and_of_nobody_else(
    app: Flask, shop: Shop
) -> None:
    """Forgetting the session of this browser alone would leave a copied cookie valid."""
    shop.do(lambda: staff.add_member("bo@shop.example", PASSWORD))
    bo = app.test_client()
    sign_in(bo, email="bo@shop.example")
    here, there = signed_in(app), signed_in(app)
    copied = here.get_cookie("shop_session")
    assert copied is not None
    answer = here.post("/staff/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    here.set_cookie("shop_session", copied.value)
    assert [is_inside(client) for client in (here, there, bo)] == [False, False, True]
    assert is_inside(signed_in(app))


@pytest.mark.usefixtures("ida")
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://e.vil"}])
def test_another_site_signs_nobody_out(app: Flask, headers: dict[str, str]) -> None:
    client = signed_in(app)
    assert client.post("/staff/sign-out", headers=headers).status_code == 403
    assert is_inside(client)


def test_whoever_is_switched_off_is_out_at_once_and_stays_out(
    app: Flask, shop: Shop, ida: staff.StaffMember
) -> None:
    client = signed_in(app)

    def switch_off() -> None:
        member = db.session.get(staff.StaffMember, ida.id)
        assert member is not None
        member.is_active = False

    shop.do(switch_off)
    assert is_inside(client) is False
    again = sign_in(client)
    assert (again.status_code, NO_MATCH in told(again.text)) == (401, True)


@pytest.mark.usefixtures("ida")
def test_staff_are_removed_and_added_again_by_a_command(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    client = signed_in(app)
    assert run(args=["shop", "remove-staff", EMAIL.upper()]).output == (
        "IDA@SHOP.EXAMPLE may not sign in any more.\n"
    )
    assert (is_inside(client), sign_in(client).status_code) == (False, 401)
    added = run(args=["shop", "add-staff", EMAIL, "--password", PASSWORD])
    assert added.output == "ida@shop.example may sign in.\n"
    assert is_inside(client) is False  # what was open before stays closed
    assert is_inside(signed_in(app))
    nobody = run(args=["shop", "remove-staff", "bo@shop.example"])
    assert (nobody.exit_code, nobody.output) == (
        1,
        "Error: bo@shop.example is nobody who may sign in.\n",
    )


@pytest.mark.usefixtures("ida")
def test_a_new_password_ends_the_sessions_opened_with_the_old_one(app: Flask, shop: Shop) -> None:
    client = signed_in(app)
    shop.do(lambda: staff.add_member(EMAIL, "another-password"))
    assert is_inside(client) is False
    assert sign_in(client).status_code == 401


def test_a_password_that_is_given_and_made_up_at_once_is_neither(app: Flask, shop: Shop) -> None:
    result = app.test_cli_runner().invoke(
        args=["shop", "add-staff", EMAIL, "--password", PASSWORD, "--generate"]
    )
    assert result.exit_code == 2
    assert result.output.endswith("Error: Give --password or --generate, not both.\n")
    assert shop.count(staff.StaffMember) == 0


def test_a_short_password_is_refused_and_the_old_one_stays(app: Flask, shop: Shop) -> None:
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    result = app.test_cli_runner().invoke(args=["shop", "add-staff", EMAIL, "--password", "short"])
    assert (result.exit_code, result.output) == (
        1,
        "Error: Please choose a password of at least 12 characters.\n",
    )
    assert is_inside(signed_in(app))


class CountingHasher(PasswordHasher):
    """Counts how often a password was compared, which is what an answer's time depends on."""

    compared = 0

    def verify(self, *args: Any, **more: Any) -> Any:
        self.compared += 1
        return super().verify(*args, **more)


def test_a_wrong_password_an_unknown_address_and_one_switched_off_answer_alike(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In words, and in the one comparison that each takes the time for."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    shop.do(lambda: staff.add_member("off@shop.example", PASSWORD))
    shop.do(lambda: operations.switch_off("off@shop.example"))
    hasher = CountingHasher()
    monkeypatch.setattr(operations, "_hasher", hasher)
    answers = set()
    for email, password in (
        (EMAIL, "wrong-password"),
        ("nobody@shop.example", PASSWORD),
        ("off@shop.example", PASSWORD),
    ):
        hasher.compared = 0
        answer = sign_in(app.test_client(), email=email, password=password)
        assert hasher.compared == 1
        answers.add((answer.status_code, answer.text.replace(email, "…")))
    assert len(answers) == 1
    ((status, page),) = answers
    assert (status, NO_MATCH in told(page)) == (401, True)


@pytest.mark.parametrize("email", [EMAIL.upper(), f"  {EMAIL} "])
def test_an_address_is_the_same_however_it_is_typed(app: Flask, shop: Shop, email: str) -> None:
    shop.do(lambda: staff.add_member(email, PASSWORD))
    assert is_inside(signed_in(app))
    assert sign_in(app.test_client(), email=email).status_code == 303


@pytest.mark.usefixtures("ida")
def test_a_session_from_before_the_sign_in_is_not_carried_over(app: Flask) -> None:
    """Whoever planted it would know what is in it, the token of the forms included."""
    client = app.test_client()
    with client.session_transaction() as planted:
        planted["csrf_token"] = "known"
        planted["shop_staff"] = {"id": 1, "stamp": "known"}
    assert is_inside(client) is False
    sign_in(client)
    with client.session_transaction() as now:
        assert set(now) == {"shop_staff", "_permanent"}
        assert now["shop_staff"]["stamp"] != "known"


@pytest.mark.usefixtures("ida")
@pytest.mark.parametrize(
    "query", ["?next=https://evil.example/", "?next=//evil.example", "?next=/products/", "?next="]
)
def test_signing_in_leads_to_the_back_office_and_nowhere_else(app: Flask, query: str) -> None:
    assert sign_in(app.test_client(), query=query).headers["Location"] == "/staff/"


@contextmanager
def a_host(config: dict[str, object], **how: Any) -> Iterator[Flask]:
    """A site that keeps a visitor of its own in the session, with the shop under /shop."""
    host = Flask("host")
    host.config.update(config, SESSION_COOKIE_NAME="host_session")
    Storefront(host, url_prefix="/shop", **how)

    @host.post("/hello")
    def hello() -> str:
        session.update(user="bo", csrf_token="the host's")
        return "hello"

    yield host
    with host.app_context():
        host.extensions["storefront"].engine.dispose()


@pytest.fixture
def host(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with a_host(settings_for(database_url, tmp_path / "instance")) as found:
        yield found


def test_in_a_host_signing_in_and_out_leaves_the_hosts_session_as_it_was(host: Flask) -> None:
    Shop(host).do(lambda: staff.add_member(EMAIL, PASSWORD))
    client = host.test_client()
    client.post("/hello")
    with client.session_transaction() as now:
        before = dict(now)
    form = {"email": EMAIL, "password": PASSWORD}
    answer = client.post("/shop/staff/sign-in", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/shop/staff/")
    assert is_inside(client, "/shop")
    with client.session_transaction() as now:
        assert {key: now[key] for key in before} == before
        assert set(now) - set(before) == {"shop_staff"}
    client.post("/shop/staff/sign-out")
    assert is_inside(client, "/shop") is False
    with client.session_transaction() as now:
        assert dict(now) == before


@pytest.mark.parametrize("is_admin", [True, False])
def test_a_host_with_users_of_its_own_says_who_runs_the_shop(
    database_url: str, tmp_path: Path, is_admin: bool
) -> None:
    config = settings_for(database_url, tmp_path / "instance")
    with a_host(config, staff_person=lambda: StaffPerson("bo") if is_admin else None) as host:
        client = host.test_client()
        assert client.get("/shop/staff/letters").status_code == (200 if is_admin else 403)
        answers = [(*pair, client.open(pair[1], method=pair[0])) for pair in addresses(host)]
    for method, path, answer in answers:
        assert answer.headers["Cache-Control"] == "no-store, private"
        is_the_sites = re.search("/staff/(sign-|password|invitation|account|people)", path)
        if is_the_sites and method != "OPTIONS":
            assert (path, answer.status_code) == (path, 404)
        if not is_admin:
            assert answer.status_code in {403, 404}
