"""One's own account: passwords, the second step, recovery codes, and the letter that helps."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import Starter
from storefront import audit, staff
from storefront.database import db, now
from storefront.staff import gate
from storefront.staff.people import second_factor
from support.people import (
    PASSWORD,
    add,
    browser_of,
    code,
    deeds,
    is_inside,
    letters,
    link_in,
    member,
    set_up,
    sign_in,
)
from support.settings import PRODUCTION
from support.shop import Shop
from support.shopper import told

IDA, NEW = "ida@shop.example", "another-password"
MISFIT = "This code does not fit, or was used before."
CODES = re.compile(r"<li>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</li>")


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def ida(app: Flask) -> FlaskClient:
    """A browser that Ida has signed in with, by her password alone."""
    add(app, IDA)
    return browser_of(app, IDA)


def second_step(app: Flask, typed: str) -> tuple[FlaskClient, TestResponse]:
    """Signs in with the right password and types something as the code."""
    client = app.test_client()
    assert sign_in(client, IDA).headers["Location"] == "/staff/sign-in/code"
    assert is_inside(client) is False
    return client, client.post("/staff/sign-in/code", data={"code": typed})


def test_a_new_password_asks_for_the_old_one_and_ends_all_other_sessions(
    app: Flask, ida: FlaskClient
) -> None:
    elsewhere = browser_of(app, IDA)
    for form, words in (
        ({"old": "wrong-password", "password": NEW}, "This is not your password."),
        ({"old": PASSWORD, "password": "short"}, "at least 12 characters."),
        ({"password": NEW}, "Please give the password that you have now."),
    ):
        answer = ida.post("/staff/account/password", data=form)
        assert (answer.status_code, words in told(answer.text)) == (422, True)
        assert is_inside(elsewhere)
    answer = ida.post("/staff/account/password", data={"old": PASSWORD, "password": NEW})
    assert answer.headers["Location"] == "/staff/account?said=own_password"
    assert [is_inside(ida), is_inside(elsewhere)] == [True, False]
    assert [sign_in(app.test_client(), IDA, p).status_code for p in (PASSWORD, NEW)] == [401, 303]
    assert (IDA, "password changed", IDA) in deeds(app)


def test_setting_up_shows_a_picture_takes_a_code_and_shows_ten_codes_once(
    app: Flask, ida: FlaskClient
) -> None:
    elsewhere = browser_of(app, IDA)
    page = ida.get("/staff/account/second-step")
    secret = re.search(r'secret">([A-Z2-7 ]+)<', page.text)
    assert secret is not None
    assert 'src="data:image/svg+xml' in page.text
    totp = second_factor.pyotp.TOTP(secret[1].replace(" ", ""))
    wrong = ida.post("/staff/account/second-step", data={"code": "000000x"})
    assert (wrong.status_code, MISFIT in told(wrong.text)) == (422, True)
    assert secret[1] in wrong.text  # the same: the app need not read it again
    assert member(app, IDA).has_second_factor is False
    answer = ida.post("/staff/account/second-step", data={"code": totp.now()})
    assert len(set(CODES.findall(answer.text))) == 10
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert [is_inside(ida), is_inside(elsewhere)] == [True, False]
    again = ida.post("/staff/account/second-step", data={"code": totp.now()})
    assert again.headers["Location"] == "/staff/account"
    assert not CODES.findall(ida.get("/staff/account").text)
    assert (IDA, "second step set up", IDA) in deeds(app)


def test_the_database_alone_gives_no_code_and_no_recovery_code(app: Flask, shop: Shop) -> None:
    add(app, IDA)
    codes = set_up(app, IDA)
    found = member(app, IDA)
    with app.app_context():
        secret = second_factor.secret_of(found, found.second_factor_salt)
    rows = shop.ask(
        lambda: [
            str(row)
            for table in db.Model.metadata.sorted_tables
            for row in db.session.execute(table.select())
        ]
    )
    text = "\n".join(rows)
    assert found.second_factor_salt in text
    for one in (secret, *codes, *(c.replace("-", "").upper() for c in codes)):
        assert one not in text


def test_a_code_lets_in_once_and_one_before_it_never_after(app: Flask) -> None:
    add(app, IDA)
    set_up(app, IDA)
    right = code(app, IDA)
    client, answer = second_step(app, f" {right[:3]} {right[3:]} ")
    assert (answer.headers["Location"], is_inside(client)) == ("/staff/", True)
    for typed in (right, code(app, IDA, later=-1)):
        client, answer = second_step(app, typed)
        assert (answer.status_code, MISFIT in told(answer.text)) == (401, True)
        assert is_inside(client) is False
    client, answer = second_step(app, code(app, IDA, later=1))
    assert is_inside(client)
    assert deeds(app)[-1] == (IDA, "signed in", IDA)


@pytest.mark.parametrize(
    "typed", ["", "000000", "123", "１２３４５６", "a" * 16, "\u0000", "-" * 41]
)
def test_a_code_that_is_none_lets_nobody_in(app: Flask, typed: str) -> None:
    add(app, IDA)
    set_up(app, IDA)
    client, answer = second_step(app, typed)
    assert answer.status_code in {400, 401, 422}
    assert is_inside(client) is False


def test_a_recovery_code_lets_in_once_however_it_is_typed(app: Flask) -> None:
    add(app, IDA)
    codes = set_up(app, IDA)
    client, _ = second_step(app, codes[3].upper().replace("-", " "))
    assert is_inside(client)
    assert "9 of 10 recovery codes are left" in client.get("/staff/account").text
    client, answer = second_step(app, codes[3])
    assert (answer.status_code, is_inside(client)) == (401, False)


def test_new_recovery_codes_take_the_place_of_the_old_ones(app: Flask) -> None:
    add(app, IDA)
    codes = set_up(app, IDA)
    client, _ = second_step(app, codes[0])
    path = "/staff/account/recovery-codes"
    assert client.post(path, data={"fresh_code": "1"}).status_code == 422
    fresh = CODES.findall(client.post(path, data={"fresh_code": codes[1]}).text)
    assert len(fresh) == 10
    assert set(fresh).isdisjoint(codes)
    assert [is_inside(second_step(app, c)[0]) for c in (codes[2], fresh[0])] == [False, True]


def test_turning_it_off_asks_for_password_and_code(app: Flask) -> None:
    add(app, IDA)
    codes = set_up(app, IDA)
    client, _ = second_step(app, codes[0])
    path = "/staff/account/second-step/off"
    for form in (
        {"off_password": "wrong-password", "off_code": codes[1]},
        {"off_password": PASSWORD, "off_code": codes[0]},
        {"off_password": PASSWORD},
    ):
        assert client.post(path, data=form).status_code == 422
        assert member(app, IDA).has_second_factor
    answer = client.post(path, data={"off_password": PASSWORD, "off_code": codes[1]})
    assert answer.headers["Location"] == "/staff/account?said=second_factor_off"
    assert is_inside(client)
    assert is_inside(browser_of(app, IDA))
    assert (IDA, "second step turned off", IDA) in deeds(app)


def test_an_owner_turns_the_second_step_of_somebody_off(app: Flask, ida: FlaskClient) -> None:
    number = add(app, "bo@shop.example", "stock")
    set_up(app, "bo@shop.example")
    assert ida.post(f"/staff/people/{number}/second-step").status_code == 303
    assert is_inside(browser_of(app, "bo@shop.example"))
    assert (IDA, "second step reset", "bo@shop.example") in deeds(app)


def test_the_command_line_turns_it_off_for_an_owner_who_is_locked_out(app: Flask) -> None:
    add(app, IDA)
    set_up(app, IDA)
    add_staff = ["shop", "add-staff", IDA, "--password", PASSWORD]
    app.test_cli_runner().invoke(args=add_staff)
    assert member(app, IDA).has_second_factor
    app.test_cli_runner().invoke(args=[*add_staff, "--reset-second-step"])
    assert is_inside(browser_of(app, IDA))


def test_the_password_alone_opens_the_second_step_for_ten_minutes_and_nothing_else(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(app, IDA)
    set_up(app, IDA)
    assert app.test_client().get("/staff/sign-in/code").headers["Location"] == "/staff/sign-in"
    client = app.test_client()
    sign_in(client, IDA)
    assert client.get("/staff/sign-in/code").status_code == 200
    later = now() + timedelta(seconds=601)
    monkeypatch.setattr(gate, "now", lambda: later)
    answer = client.post("/staff/sign-in/code", data={"code": code(app, IDA)})
    assert answer.headers["Location"] == "/staff/sign-in"


def test_a_password_that_changed_meanwhile_closes_the_second_step(app: Flask) -> None:
    add(app, IDA)
    set_up(app, IDA)
    client = app.test_client()
    sign_in(client, IDA)
    Shop(app).do(lambda: staff.add_member(IDA, NEW))
    answer = client.post("/staff/sign-in/code", data={"code": code(app, IDA)})
    assert answer.headers["Location"] == "/staff/sign-in"


def test_in_a_real_shop_an_owner_sets_up_a_second_step_before_anything_else(
    config: dict[str, object], start_shop: Starter
) -> None:
    app = start_shop(config | PRODUCTION | {"DATABASE_URL": config["DATABASE_URL"],
                     "STRIPE_API_BASE": ""})  # fmt: skip
    add(app, IDA)
    add(app, "bo@shop.example", "orders", "stock", "writer")
    site = "https://shop.example"
    for email, status in ((IDA, 303), ("bo@shop.example", 200)):
        client = app.test_client()
        form = {"email": email, "password": PASSWORD}
        client.post("/staff/sign-in", data=form, base_url=site)
        for path in ("/staff/", "/staff/orders", "/staff/account"):
            answer = client.get(path, base_url=site)
            assert (path, answer.status_code) == (path, status)
            if status == 303:
                assert answer.headers["Location"] == "/staff/account/second-step"
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": IDA, "password": PASSWORD}, base_url=site)
    page = client.get("/staff/account/second-step", base_url=site)
    assert "Owners of a shop with real customers need one before anything else." in page.text
    assert client.post("/staff/sign-out", base_url=site).headers["Location"] == "/"


def test_a_forgotten_password_is_set_by_a_letter_once_and_ends_all_sessions(
    app: Flask, ida: FlaskClient
) -> None:
    asked = app.test_client().post("/staff/password", data={"email": IDA.upper()})
    path = link_in(letters(app, "staff_password")[0])
    client = app.test_client()
    assert client.post(path, data={"password": "short"}).status_code == 422
    assert is_inside(ida)
    answer = client.post(path, data={"password": NEW})
    assert answer.headers["Location"] == "/staff/sign-in?said=password"
    assert [is_inside(one) for one in (client, ida)] == [False, False]
    assert client.post(path, data={"password": PASSWORD}).status_code == 404
    assert sign_in(app.test_client(), IDA, NEW).status_code == 303
    unknown = app.test_client().post("/staff/password", data={"email": "nobody@shop.example"})
    assert (unknown.status_code, unknown.headers["Location"], unknown.text) == (
        asked.status_code,
        asked.headers["Location"],
        asked.text,
    )
    assert len(letters(app, "staff_password")) == 1


def test_the_second_letter_makes_the_first_worthless_and_the_second_step_stays(app: Flask) -> None:
    add(app, IDA)
    set_up(app, IDA)
    for _ in range(2):
        app.test_client().post("/staff/password", data={"email": IDA})
    first, second = (link_in(letter) for letter in letters(app, "staff_password"))
    assert app.test_client().post(first, data={"password": NEW}).status_code == 404
    assert app.test_client().post(second, data={"password": NEW}).status_code == 303
    answer = sign_in(app.test_client(), IDA, NEW)
    assert answer.headers["Location"] == "/staff/sign-in/code"


def test_failures_are_written_down_without_what_was_typed(app: Flask, shop: Shop) -> None:
    add(app, IDA)
    set_up(app, IDA)
    sign_in(app.test_client(), IDA, "my-secret-typed")
    sign_in(app.test_client(), "my-secret-typed@shop.example", "my-secret-typed")
    second_step(app, "999999")
    failed = ("somebody", "sign-in failed")
    assert deeds(app) == [(*failed, IDA), (*failed, "an address of nobody"), (*failed, IDA)]
    entries = shop.ask(lambda: audit.entries().entries)
    for entry in entries:
        assert "typed" not in repr(vars(entry))
        assert "999999" not in repr(vars(entry))


@pytest.mark.parametrize(
    ("path", "form", "tries"),
    [
        ("/staff/password", {"email": IDA}, 5),
        ("/staff/sign-in/code", {"code": "000000"}, 10),
        ("/staff/invitation/x", {"password": NEW}, 30),
    ],
)
def test_guessing_is_slowed_down(
    config: dict[str, object], start_shop: Starter, path: str, form: dict[str, str], tries: int
) -> None:
    app = start_shop(config | {"STOREFRONT_RATE_LIMITS": True})
    add(app, IDA)
    set_up(app, IDA)
    client = app.test_client()
    sign_in(client, IDA)
    answers = [client.post(path, data=form).status_code for _ in range(tries + 1)]
    assert 429 not in answers[:-1]
    assert answers[-1] == 429
