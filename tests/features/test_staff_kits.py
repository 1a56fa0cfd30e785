"""Staff say what a kit is made of."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import inventory
from storefront.audit import AuditEntry
from storefront.database import db
from support.desk import browser_of_ida
from support.shop import Shop
from support.shopper import told

FORM = {"seen": "", "units": ["1", "2", ""], "part": ["OIL", "FLAKES", ""]}


@pytest.fixture
def ida(app: Flask, shop: Shop) -> FlaskClient:
    for sku, stock in (("OIL", 5), ("FLAKES", 7), ("SET", 0), ("FULL", 3)):
        shop.product(sku, stock=stock, name=f"Article {sku}")
    return browser_of_ida(app)


def parts(shop: Shop, sku: str = "SET") -> dict[str, int]:
    return shop.ask(lambda: inventory.parts_of([sku])).get(sku, {})


def test_a_kit_is_made_changed_and_ended(ida: FlaskClient, shop: Shop) -> None:
    assert "There is no kit yet" in told(ida.get("/staff/kits").text)
    assert "Make it a kit" in ida.get("/staff/kits?q=set").text
    answer = ida.post("/staff/kits/SET", data=FORM)
    assert answer.location == "/staff/kits?said=kit"
    assert parts(shop) == {"OIL": 1, "FLAKES": 2}
    words = told(ida.get(answer.location).text)
    assert "1 kit Article Made of On the shelf now" in words
    assert "SET 2 × FLAKES 1 × OIL 3 Change" in words
    page = ida.get("/staff/kits/SET").text
    assert 'name="seen" value="2 FLAKES, 1 OIL"' in page
    ended = ida.post("/staff/kits/SET", data={"seen": "2 FLAKES, 1 OIL"})
    assert ended.location == "/staff/kits?said=kit_ended"
    assert parts(shop) == {}
    log = shop.ask(lambda: db.session.query(AuditEntry).order_by(AuditEntry.id).all())
    assert [(e.subject, e.before, e.after) for e in log] == [
        ("SKU SET", '{"parts": ""}', '{"parts": "2 FLAKES, 1 OIL"}'),
        ("SKU SET", '{"parts": "2 FLAKES, 1 OIL"}', '{"parts": ""}'),
    ]


@pytest.mark.parametrize(
    ("units", "part", "sentence"),
    [
        ("1", "TEA", "There is no SKU TEA in the shop."),
        ("0", "OIL", "Write a number of units from 1 to 999."),
        ("many", "OIL", "Write a number of units from 1 to 999."),
        ("1", "", "Which part? Write its SKU."),
        ("1", "SET", "SET is a kit itself, so it cannot be a part."),
    ],
)
def test_a_bad_row_is_said_beside_it_and_nothing_is_lost(
    ida: FlaskClient, shop: Shop, units: str, part: str, sentence: str
) -> None:
    form = {"seen": "", "units": ["2", units], "part": ["FLAKES", part]}
    answer = ida.post("/staff/kits/SET", data=form)
    assert answer.status_code == 422
    assert sentence in told(answer.text)
    assert 'value="FLAKES"' in answer.text
    assert answer.text.count("autofocus") == 1
    assert parts(shop) == {}
    assert shop.count(AuditEntry) == 0


def test_a_part_named_twice_or_units_on_the_shelf_are_refused(ida: FlaskClient, shop: Shop) -> None:
    twice = {"seen": "", "units": ["1", "1"], "part": ["OIL", "OIL"]}
    assert "stands above already" in ida.post("/staff/kits/SET", data=twice).text
    full = ida.post("/staff/kits/FULL", data=FORM)
    assert full.status_code == 422
    assert "There are still 3 of FULL on the shelf" in told(full.text)
    ida.post("/staff/kits/SET", data=FORM)
    oil = ida.post("/staff/kits/OIL", data={"seen": "", "units": ["1"], "part": ["FULL"]})
    assert "OIL is a part of another kit" in told(oil.text)
    assert parts(shop, "OIL") == {}


def test_the_second_of_two_people_is_told_and_sees_what_the_first_made(
    ida: FlaskClient, shop: Shop
) -> None:
    """Fails with `seen` taken out of make_kit(): the second writes over the first."""
    ida.post("/staff/kits/SET", data=FORM)
    late = FORM | {"units": ["3"], "part": ["OIL"]}
    answer = ida.post("/staff/kits/SET", data=late)
    assert answer.status_code == 409
    assert "It is made of 2 FLAKES, 1 OIL now." in told(answer.text)
    assert 'value="3"' in answer.text
    assert parts(shop) == {"OIL": 1, "FLAKES": 2}
    again = ida.post("/staff/kits/SET", data=late | {"seen": "2 FLAKES, 1 OIL"})
    assert again.status_code == 303
    assert parts(shop) == {"OIL": 3}


def test_a_sku_that_there_is_none_of_has_no_page(ida: FlaskClient) -> None:
    assert ida.get("/staff/kits/TEA").status_code == 404
    assert ida.post("/staff/kits/TEA", data=FORM).status_code == 404


def test_the_form_suggests_articles_that_can_be_parts(ida: FlaskClient) -> None:
    assert offered(ida.get("/staff/kits/SET").text) == ["FLAKES", "FULL", "OIL"]
    assert offered(ida.get("/staff/kits/SET?part=cle+f").text) == ["FLAKES", "FULL"]
    ida.post("/staff/kits/SET", data=FORM)
    assert offered(ida.get("/staff/kits/FULL").text) == ["FLAKES", "OIL"]


def test_an_article_that_is_kept_in_lots_is_refused_in_words(ida: FlaskClient, shop: Shop) -> None:
    shop.do(lambda: inventory.keep_in_lots("SET"))
    answer = ida.post("/staff/kits/SET", data=FORM)
    assert answer.status_code == 422
    assert "SET is kept in lots." in told(answer.text)
    assert parts(shop) == {}


def offered(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)">Article', page)
