"""Every form of the back office, tried as somebody who means harm would: found by its pages.

Nothing here names a route: what is added to the back office is tried as well. Seen to fail with the
gate open for one page, with one form that asks for no token, and with one that writes what it was
sent into a column.
"""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import staff
from storefront.database import Model
from storefront.staff import rights
from support.back_office import PASSWORD, Office, Sent, furnish
from support.shop import Shop

NOT_YOURS = "Your role does not include this."
POISON, POISON_NUMBER, POISON_DAY = "poison-7f3a", 31337421, "1999-09-09"
REFUSED = {400, 403, 404, 409, 422}
GUESSED = ("0", "-1", "999999", "2147483647", "9" * 30, "1e3", "nobody", "..", "%25", "' OR 1=1")


@pytest.fixture
def config(config: dict[str, object], request: pytest.FixtureRequest) -> dict[str, object]:
    has_tokens = "token" in request.function.__name__
    return config | {"STOREFRONT_RATE_LIMITS": False, "WTF_CSRF_ENABLED": has_tokens}


@pytest.fixture
def office(app: Flask) -> Office:
    return furnish(app)


def post(office: Office, form: Sent, data: dict[str, list[str]], **headers: str) -> int:
    """Sends a form from a browser of the person who saw it; the answer's status."""
    client = office.app.test_client() if form.signed_out else office.browser()
    return client.post(form.path, data=data, headers=headers).status_code


def test_the_forms_of_the_back_office_are_found(office: Office) -> None:
    """Else the tests below would try nothing, and say so of nothing."""
    found = {office.endpoint_of(form) for form in office.forms()}
    assert found >= {
        *("staff_refund", "staff_change_roles", "staff_invite", "staff_withdraw_invitation"),
        *("staff_change_password", "staff_logout", "staff_login", "staff_accept"),
        *("staff_settle_case", "staff_new_password", "staff_change_stock", "staff_save_product"),
    }
    assert len(found) >= 30


@pytest.mark.parametrize("role", [*rights.ROLES, ""])
def test_with_real_things_behind_every_address_a_role_reaches_what_it_may(
    office: Office, role: str
) -> None:
    """What is denied answers 403 and changes nothing; what is granted never breaks."""
    reader, roles = "somebody@shop.example", (role,) if role else ()
    Shop(office.app).do(lambda: staff.add_member(reader, PASSWORD, roles=roles))
    client, before = office.browser(reader), office.rows()
    known = [r for r in office.routes() if r[0] not in rights.SIGNED_OUT and r[0] != "staff_logout"]
    denied = [route for route in known if not rights.may_open(roles, route[0])]
    for _, method, path in denied:
        answer = client.open(path, method=method)
        assert (path, answer.status_code, NOT_YOURS in answer.text) == (path, 403, True)
    assert office.rows() == before
    nobody = office.app.test_client()
    for _, method, path in known:
        assert nobody.open(path, method=method).headers["Location"] == "/staff/sign-in"
    assert office.rows() == before
    for _, method, path in (route for route in known if route not in denied):
        status = client.open(path, method=method).status_code
        assert status < 500, (method, path)
        assert status != 403, (method, path)


def test_a_guessed_number_finds_nothing_and_changes_nothing(office: Office) -> None:
    """Every address with a parameter, each with a form that would be right elsewhere."""
    before, client = office.rows(), office.browser()
    fields = {office.endpoint_of(form): form.bare for form in office.forms()}
    for rule in office.app.url_map.iter_rules():
        endpoint = rule.endpoint.removeprefix("shop.")
        if not endpoint.startswith("staff_") or not rule.arguments:
            continue
        for guess in GUESSED:
            path = re.sub(r"<[^>]+>", guess, rule.rule)
            for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                answer = client.open(path, method=method, data=fields.get(endpoint, {}))
                assert answer.status_code in {*REFUSED, 303, 405, 308}, (method, path)
    assert changed_tables(before, office.rows()) == set()


def test_what_a_form_does_not_have_is_not_written_anywhere(office: Office) -> None:
    """Mass assignment: the name of every column of every table, beside the form's own fields."""
    columns = [c for table in Model.metadata.sorted_tables for c in table.columns]
    extras = {column.name: poison(column) for column in columns}
    extras.pop("note")  # words that a form takes, whichever page shows it
    extras |= {"role": POISON, "price": POISON, "is_owner": "1", "member_id": str(POISON_NUMBER)}
    for form in office.forms():
        if office.endpoint_of(form) == "staff_logout":
            continue
        more = {name: [value] for name, value in extras.items() if name not in form.fields}
        status = post(office, form, {**form.bare, **more})
        assert status < 500, form.path
    assert poisoned(office) == []


def test_a_field_with_somebody_elses_value_breaks_nothing(office: Office) -> None:
    """Every field of every form, one after the other, with the number of nothing and nonsense."""
    for form in office.forms():
        for name in form.bare:
            for guess in ("9" * 30, "-1\u202e<b>"):
                status = post(office, form, {**form.bare, name: [guess]})
                assert status < 500, (form.path, name, guess)


def test_without_its_token_no_form_changes_anything(office: Office) -> None:
    """As another site would send it: cookies there, the token not, or somebody else's."""
    forms, before = office.forms(), office.rows()
    tokens = {form.path for form in forms if "csrf_token" not in form.fields}
    assert tokens == set(), "these forms carry no token"
    for form in forms:
        foreign = {**form.bare, "csrf_token": ["made-up"]}
        for data in (form.bare, foreign):
            assert post(office, form, data) in {*REFUSED, 200}, form.path
        for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert post(office, form, dict(form.fields), **header) == 403, form.path
    client = office.browser()
    for endpoint, method, path in office.routes():
        if method == "POST":
            status = client.post(path).status_code
            may_lead = {303} if endpoint in rights.SIGNED_OUT else set()  # to the first step
            assert status in REFUSED | may_lead, (endpoint, path, status)
    assert changed_tables(before, office.rows()) == set()


def test_with_its_token_a_form_does_change_something(office: Office) -> None:
    """What the test above refuses is refused for the token alone."""
    client, before = office.browser(), office.rows()
    page = client.get("/staff/people").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": "x@shop.example", "roles": "stock", "csrf_token": token}
    assert client.post("/staff/people", data=data).status_code == 303
    changed = changed_tables(before, office.rows())
    assert changed == {"shop_staff_link", "shop_letter", "shop_audit_entry"}


def changed_tables(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def poison(column: sa.Column[Any]) -> str:
    kind = column.type.python_type
    if kind is bool:
        return "1"
    if kind is int:
        return str(POISON_NUMBER)
    return POISON if kind is str else POISON_DAY


def poisoned(office: Office) -> list[tuple[str, str]]:
    """Tables and values in which something stands that no form asked for."""
    marks = (POISON, str(POISON_NUMBER), POISON_DAY)
    return [
        (table, str(value)[:80])
        for table, rows in office.rows().items()
        for row in rows
        for value in row
        if any(mark in str(value) for mark in marks)
    ]
