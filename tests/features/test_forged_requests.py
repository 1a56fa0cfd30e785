"""Requests that were made up to leave something behind for others."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from storefront import catalog
from support.shop import Shop


def test_a_made_up_prefix_puts_no_page_in_the_place_of_another(app: Flask, shop: Shop) -> None:
    """Some servers take SCRIPT_NAME from a header; glued to the path it looked like a list."""
    shop.product()
    forged = EnvironBuilder("/").get_environ() | {"SCRIPT_NAME": "/products", "PATH_INFO": "/"}
    body, status, _ = run_wsgi_app(app, forged)
    front_page = b"".join(body)
    assert status == "200 OK"
    assert app.test_client().get("/products/").data != front_page


def test_what_a_visitor_makes_up_at_a_former_address_is_not_remembered(
    app: Flask, client: FlaskClient, shop: Shop
) -> None:
    shop.product("OIL-100", slug="oil")
    shop.do(lambda: catalog.rename_product("oil", "fine-oil"))
    client.get("/products/oil")
    before = dict(app.extensions["storefront"].urls)
    for number in range(20):
        answer = client.get(f"/products/oil?variant={number}")
        assert answer.headers["Location"] == f"/products/fine-oil?variant={number}"
    answer = client.get("/products/oil?variant=" + "x" * 65)
    assert answer.headers["Location"] == "/products/fine-oil"
    assert app.extensions["storefront"].urls == before


def test_a_redirect_leads_to_nobody_elses_host_and_is_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.get("/products", headers={"Host": "evil.example"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/products/"
    assert answer.headers["Cache-Control"] == "no-cache"
