"""Owners invite people, give roles, switch off; somebody always keeps the keys."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import mail, staff
from storefront.database import db
from storefront.staff import rights
from storefront.staff.people import operations, queries
from storefront.staff.people.models import StaffLink
from support.desk import browser_of_ida
from support.people import (
    PASSWORD,
    add,
    browser_of,
    deeds,
    is_inside,
    letters,
    link_in,
    member,
    sign_in,
)
from support.shop import Shop
from support.shopper import told

IDA, BO = "ida@shop.example", "bo@shop.example"
INVITE = {"email": f" {BO.upper()} ", "roles": ["orders", "stock"]}


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


def test_an_invitation_lets_its_reader_in_once_with_the_roles_it_names(app: Flask) -> None:
    ida = browser_of_ida(app)
    answer = ida.post("/staff/people", data=INVITE)
    assert answer.headers["Location"] == "/staff/people?said=invited"
    assert f"<strong>{BO}</strong>: Orders, Stock" in ida.get("/staff/people").text
    (letter,) = letters(app, "staff_invitation")
    assert letter.recipient == BO
    path, bo = link_in(letter), app.test_client()
    assert f"You come in as {BO}." in told(bo.get(path).text)
    short = bo.post(path, data={"password": "short"})
    assert (short.status_code, "at least 12 characters" in short.text) == (422, True)
    assert bo.post(path, data={"password": PASSWORD}).headers["Location"] == "/staff/"
    assert is_inside(bo)
    assert member(app, BO).roles == "orders stock"
    again = app.test_client().post(path, data={"password": "another-password"})
    assert (again.status_code, "This link is over" in again.text) == (404, True)
    assert sign_in(app.test_client(), BO).status_code == 303
    assert deeds(app) == [
        (IDA, "person invited", BO),
        (BO, "invitation accepted", BO),
        (BO, "signed in", BO),
        (BO, "signed in", BO),
    ]


def test_the_table_keeps_a_hash_and_the_outbox_forgets_the_link_when_it_has_gone(
    app: Flask, shop: Shop
) -> None:
    ida = browser_of_ida(app)
    ida.post("/staff/people", data=INVITE)
    (letter,) = letters(app, "staff_invitation")
    token = link_in(letter).rpartition("/")[2]
    assert len(token) == 43  # 256 bits
    (link,) = shop.ask(lambda: list(queries.invitations()))
    assert token not in repr(vars(link))
    page = ida.get(f"/staff/letters/{letter.id}").text
    assert "nobody else sees it" in page
    assert token not in page
    assert ida.get(f"/staff/letters/{letter.id}/body").status_code == 404
    shop.ask(lambda: mail.send_waiting(app.extensions["storefront"].settings))
    (sent,) = letters(app, "staff_invitation")
    assert (sent.state, sent.text, sent.html) == ("sent", "", "")
    (file,) = (app.extensions["storefront"].settings.instance / "letters").iterdir()
    assert token in file.read_bytes().decode().replace("=\n", "")


def test_an_invitation_sent_again_has_another_link_and_goes_out_once_for_each_page(
    app: Flask, shop: Shop
) -> None:
    ida = browser_of_ida(app)
    ida.post("/staff/people", data=INVITE)
    (link,) = shop.ask(lambda: list(queries.invitations()))
    path = f"/staff/people/invitations/{link.id}"
    said = [ida.post(f"{path}/again", data={"seen": "1"}).headers["Location"] for _ in range(2)]
    assert [word.partition("=")[2] for word in said] == ["invited", "invitation_gone"]
    first, second = (link_in(letter) for letter in letters(app, "staff_invitation"))
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200
    said = [ida.post(f"{path}/withdraw").headers["Location"] for _ in range(2)]
    assert [word.partition("=")[2] for word in said] == ["withdrawn", "invitation_gone"]
    assert app.test_client().get(second).status_code == 404
    assert [deed for _, deed, _ in deeds(app)] == [
        "person invited",
        "invitation sent again",
        "invitation withdrawn",
    ]


def test_an_invitation_is_good_for_72_hours(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser_of_ida(app).post("/staff/people", data=INVITE)
    path = link_in(letters(app, "staff_invitation")[0])
    (link,) = shop.ask(lambda: list(queries.invitations()))
    for seconds, status in ((-1, 200), (1, 404)):
        moment = link.valid_until + timedelta(seconds=seconds)
        monkeypatch.setattr(queries, "now", lambda m=moment: m)
        assert app.test_client().get(path).status_code == status


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"email": IDA, "roles": ["stock"]}, f"{IDA} may sign in already."),
        ({"email": "off@shop.example", "roles": ["stock"]}, "is switched off; switch them on"),
        ({"email": "eve@shop.example", "roles": ["stock"]}, "is invited already. Send it again"),
        ({"email": BO}, "Please choose one role or more."),
        ({"email": BO, "roles": ["captain"]}, "'captain' is not a valid choice"),
        ({"email": "bo", "roles": ["stock"]}, "Please check this address"),
        ({"email": f"{BO}\nBcc: x@y.example", "roles": ["stock"]}, "Please check this address"),
        ({"roles": ["stock"]}, "Please give an e-mail address."),
    ],
)
def test_an_invitation_that_cannot_be_is_told_beside_its_field(
    app: Flask, form: dict[str, object], words: str
) -> None:
    ida = browser_of_ida(app)
    ida.post("/staff/people", data={"email": "eve@shop.example", "roles": ["stock"]})
    add(app, "off@shop.example", "stock")
    Shop(app).do(lambda: operations.switch_off("off@shop.example"))
    answer = ida.post("/staff/people", data=form)
    assert answer.status_code == 422
    assert words in told(answer.text)
    assert answer.text.count("autofocus") == 1
    assert str(form.get("email", "")).split("\n")[0] in answer.text
    assert len(letters(app, "staff_invitation")) == 1


def test_new_roles_are_saved_written_down_and_sign_the_person_out(app: Flask) -> None:
    ida, number = browser_of_ida(app), add(app, BO, "stock")
    bo = browser_of(app, BO)
    form = {"roles": ["orders", "writer"], "seen": "stock"}
    answer = ida.post(f"/staff/people/{number}/roles", data=form)
    assert answer.headers["Location"] == f"/staff/people/{number}?said=roles"
    assert (member(app, BO).roles, is_inside(bo)) == ("orders writer", False)
    page = ida.get("/staff/audit?action=roles+changed").text
    assert "roles: stock → orders writer" in page


def test_whoever_saves_over_a_change_of_somebody_else_is_told(app: Flask) -> None:
    ida, number = browser_of_ida(app), add(app, BO, "stock")
    for roles, status in ((["orders"], 303), (["writer"], 409)):
        form = {"roles": roles, "seen": "stock"}
        answer = ida.post(f"/staff/people/{number}/roles", data=form)
        assert answer.status_code == status
    assert "Somebody else has just changed what bo@shop.example may do." in answer.text
    assert 'value="orders" checked' in answer.text
    assert member(app, BO).roles == "orders"


def test_saving_the_same_roles_signs_nobody_out(app: Flask) -> None:
    ida, number = browser_of_ida(app), add(app, BO, "stock")
    bo = browser_of(app, BO)
    ida.post(f"/staff/people/{number}/roles", data={"roles": ["stock"], "seen": "stock"})
    assert is_inside(bo)
    assert "roles changed" not in {deed for _, deed, _ in deeds(app)}


@pytest.mark.parametrize(
    ("deed", "form"),
    [("roles", {"roles": ["stock"], "seen": "owner"}), ("access", {})],
)
def test_the_last_owner_keeps_the_keys(app: Flask, deed: str, form: dict[str, object]) -> None:
    """An owner who is switched off, and somebody without the role, are no other owner."""
    ida = browser_of_ida(app)
    add(app, BO, "orders", "stock")
    add(app, "off@shop.example")
    Shop(app).do(lambda: operations.switch_off("off@shop.example"))
    number = member(app, IDA).id
    answer = ida.post(f"/staff/people/{number}/{deed}", data=form)
    assert answer.status_code == 422
    assert f"{IDA} is the only owner who may sign in." in told(answer.text)
    assert is_inside(ida)
    add(app, "second@shop.example")
    assert ida.post(f"/staff/people/{number}/{deed}", data=form).status_code == 303
    assert is_inside(ida) is False


def test_switching_off_ends_sessions_and_links_and_switching_on_revives_neither(
    app: Flask, shop: Shop
) -> None:
    ida, number = browser_of_ida(app), add(app, BO, "stock")
    bo = browser_of(app, BO)
    app.test_client().post("/staff/password", data={"email": BO})
    assert shop.count(StaffLink) == 1
    for form, said in (({}, "off"), ({}, "off"), ({"is_active": "1"}, "on")):
        answer = ida.post(f"/staff/people/{number}/access", data=form)
        assert answer.headers["Location"] == f"/staff/people/{number}?said={said}"
        assert is_inside(bo) is False
        assert shop.count(StaffLink) == 0
    assert is_inside(browser_of(app, BO))
    names = [deed for _, deed, _ in deeds(app) if deed.startswith("person switched")]
    assert names == ["person switched off", "person switched on"]


def test_an_owner_ends_all_sessions_of_a_person(app: Flask) -> None:
    ida, number = browser_of_ida(app), add(app, BO, "stock")
    here, there = browser_of(app, BO), browser_of(app, BO)
    ida.post(f"/staff/people/{number}/sessions")
    assert [is_inside(one) for one in (here, there, ida)] == [False, False, True]
    assert deeds(app)[-1] == (IDA, "sessions ended", BO)


def test_the_list_finds_people_by_address_or_role_and_asks_the_same_however_many(
    app: Flask, shop: Shop
) -> None:
    ida = browser_of_ida(app)

    def crowd() -> None:
        for n in range(120):
            one = staff.StaffMember(
                email=f"p{n:03}@shop.example", password_hash="-", roles="writer"
            )
            operations.require_transaction().add(one)

    shop.do(crowd)
    page = ida.get("/staff/people?page=3")
    assert "121 people, page 3 of 3" in page.text
    assert "p119@shop.example" in page.text
    assert "1 person<" in ida.get("/staff/people?q=OWNER").text
    assert "10 people" in ida.get("/staff/people?q=p11").text
    assert "Nobody fits." in ida.get("/staff/people?q=%25").text


def test_everybody_reads_what_each_role_may_do(app: Flask) -> None:
    add(app, BO, "writer")
    page = told(browser_of(app, BO).get("/staff/roles").text)
    assert "What each role may do" in page
    for right in rights.RIGHTS.values():
        assert right.words in page


def test_the_command_line_is_written_down_and_invites_by_letter(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    run(args=["shop", "add-staff", IDA, "--password", PASSWORD])
    invited = run(args=["shop", "add-staff", BO, "--invite", "--role", "stock"])
    assert invited.exit_code == 0
    assert invited.output.startswith(f"{BO} is invited by letter, until ")
    assert "--role" not in invited.output
    assert len(letters(app, "staff_invitation")) == 1
    assert run(args=["shop", "add-staff", IDA, "--invite"]).output == (
        f"Error: {IDA} may sign in already.\n"
    )
    both = run(args=["shop", "add-staff", BO, "--invite", "--generate"])
    assert both.exit_code == 2
    run(args=["shop", "remove-staff", IDA])
    assert deeds(app) == [
        ("command line", "person added", IDA),
        ("command line", "person invited", BO),
        ("command line", "person switched off", IDA),
    ]


def test_ones_own_second_step_is_turned_off_with_password_and_code_only(
    app: Flask, shop: Shop
) -> None:
    """Fails without the refusal: an open session would do, on the page of another's lost phone."""
    office, salt = browser_of_ida(app), {"second_factor_salt": "ab" * 16}
    shop.do(lambda: db.session.execute(sa.update(staff.StaffMember).values(salt)))
    answer = office.post("/staff/people/1/second-step")
    assert answer.status_code == 422
    assert "in your account, with password and code" in told(answer.text)
    assert shop.ask(lambda: db.session.get_one(staff.StaffMember, 1).has_second_factor)
