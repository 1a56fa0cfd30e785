"""Role × route: what the table of rights denies, no request reaches."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import staff
from storefront.staff import rights
from support.shop import Shop

PASSWORD = "right-password"
NOT_YOURS = "Your role does not include this."
OPEN_TO_ALL = rights.SIGNED_OUT


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of everything in the back office."""
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint.removeprefix("shop.")
        if endpoint.startswith("staff_") and endpoint not in OPEN_TO_ALL:
            path = re.sub(r"<[^>]+>", "1", rule.rule)
            yield from ((endpoint, m, path) for m in sorted(rule.methods or ()) if m != "OPTIONS")


def signed_in(app: Flask, *roles: str) -> FlaskClient:
    email = f"{'-'.join(roles) or 'none'}@shop.example"
    Shop(app).do(lambda: staff.add_member(email, PASSWORD, roles=roles))
    client = app.test_client()
    answer = client.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return client


def test_every_route_of_the_back_office_needs_exactly_one_right(app: Flask) -> None:
    """A route that nobody put into the table is open to nobody; this says so in time."""
    found = {endpoint for endpoint, _, _ in routes(app)}
    named = [endpoint for right in rights.RIGHTS.values() for endpoint in right.endpoints]
    assert sorted(named) == sorted(found)


@pytest.mark.parametrize("role", ["owner", "orders", "stock", "writer", ""])
def test_a_role_reaches_what_the_table_grants_and_nothing_else(app: Flask, role: str) -> None:
    """Fails for every denied route with may_open() taken out of the gate."""
    roles = (role,) if role else ()
    client = signed_in(app, *roles)
    asked = [route for route in routes(app) if route[0] != "staff_logout"]
    assert len(asked) >= 15
    for endpoint, method, path in asked:
        answer = client.open(path, method=method)
        is_refused = answer.status_code == 403
        assert is_refused != rights.may_open(roles, endpoint), (role, method, path)
        if is_refused and method != "HEAD":
            assert NOT_YOURS in answer.text


@pytest.mark.parametrize("role", ["orders", "stock", "writer"])
def test_the_overview_and_its_links_show_only_what_the_role_may_open(app: Flask, role: str) -> None:
    page = signed_in(app, role).get("/staff/")
    assert page.status_code == 200
    urls = app.url_map.bind("localhost")
    for path in set(re.findall(r'(?:href|action)="(/staff/[^"?#]*)', page.text)):
        method = "POST" if path == "/staff/sign-out" else "GET"
        endpoint, _ = urls.match(path, method=method)
        assert rights.may_open((role,), endpoint.removeprefix("shop.")), path


def test_a_page_that_is_not_yours_says_who_can_change_that_and_leads_back(app: Flask) -> None:
    """In the layout of the desk, with the menu of this reader."""
    for number in range(4):
        email = f"owner{number}@shop.example"
        Shop(app).do(lambda email=email: staff.add_member(email, PASSWORD))  # type: ignore[misc]
    client = signed_in(app, "stock")
    page = client.get("/staff/orders")
    names = "owner0@shop.example or owner1@shop.example or owner2@shop.example"
    assert f"{NOT_YOURS} {names} can change that." in page.text
    assert "<h1>This is not part of your role</h1>" in page.text
    assert 'href="/staff/"' in page.text
    assert 'href="/staff/orders"' not in page.text
    assert client.get("/staff/sign-in").status_code == 200


def test_the_menu_marks_where_one_is(app: Flask) -> None:
    client = signed_in(app, "owner")
    mark = re.compile(r'<a [^>]*aria-current="(\w+)"[^>]*>([\w ]+)')
    paths = ("/staff/", "/staff/orders", "/staff/orders?q=ida", "/staff/audit")
    found = {path: mark.findall(client.get(path).text) for path in paths}
    assert found == {
        "/staff/": [("page", "Overview")],
        "/staff/orders": [("page", "Orders")],
        "/staff/orders?q=ida": [("page", "Orders")],
        "/staff/audit": [("page", "Who did what")],
    }


def test_two_roles_may_do_what_either_may(app: Flask) -> None:
    client = signed_in(app, "stock", "orders")
    assert client.get("/staff/orders").status_code == 200


def test_a_route_that_nobody_put_into_the_table_is_open_to_nobody() -> None:
    assert rights.may_open(tuple(rights.ROLES), "staff_forgotten") is False


def test_a_role_that_there_is_none_of_is_refused(shop: Shop) -> None:
    with pytest.raises(ValueError, match="captain is no role"):
        shop.do(lambda: staff.add_member("a@shop.example", PASSWORD, roles=["captain"]))
    assert shop.count(staff.StaffMember) == 0
