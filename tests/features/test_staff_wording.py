"""Staff read, mute, tune and add wording rules, and a second person signs for blocked words."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import claims, guides, staff
from storefront.audit import AuditEntry
from storefront.catalog.models import Product
from storefront.claims import ClaimSignOff, WordingChange
from storefront.database import db
from support.desk import browser_of_ida
from support.guides import read
from support.shop import Shop
from support.shopper import told

AT = "/staff/wording"
OFF = {"US": "off", "UK": "off", "EU": "off", "reason": "We mean the salt.", "seen": "0"}
GROUNDS = {"reason": "A licensed product.", "evidence": "report-7.pdf"}


@pytest.fixture
def ida(app: Flask, shop: Shop) -> FlaskClient:
    shop.product("OIL", stock=5)
    shop.do(lambda: db.session.query(Product).update({"summary": "An old remedy."}))
    return browser_of_ida(app)


def browser_of(app: Flask, shop: Shop, email: str, *roles: str) -> FlaskClient:
    shop.do(lambda: staff.add_member(email, "right-password", roles=roles or ("writer",)))
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": email, "password": "right-password"})
    return client


def log(shop: Shop) -> list[tuple[str, str, str]]:
    entries = shop.ask(lambda: db.session.query(AuditEntry).order_by(AuditEntry.id).all())
    return [(e.actor, e.action, e.subject) for e in entries if "signed in" not in e.action]


def write_guide(shop: Shop, words: str, by: str) -> int:
    def save() -> int:
        guides.save_guide(read())
        guide = db.session.query(guides.Guide).one()
        guides.save_draft(guide.id, f"{guide.source}\n{words}", seen=guide.newest, by=by)
        return guide.id

    return shop.do(save)


def test_the_table_says_what_each_rule_finds_and_how_often(ida: FlaskClient) -> None:
    words = told(ida.get(AT).text)
    assert "M04 medicinal function “A time-honoured remedy.” US block UK block EU block 1" in words
    found = told(ida.get(f"{AT}?q=an+ancient+remedy").text)
    assert "M04" in found
    assert "S01 " not in found
    assert "No rule is about that" in ida.get(f"{AT}?q=basalt").text
    page = told(ida.get(f"{AT}/rules/M04").text)
    assert "product oil, summary : “An old remedy.”" in page
    assert ida.get(f"{AT}/rules/X77").status_code == 404


def test_a_rule_is_muted_with_a_reason_and_undone(ida: FlaskClient, shop: Shop) -> None:
    answer = ida.post(f"{AT}/rules/M04", data=OFF)
    assert answer.status_code == 303
    assert "changed by us" in told(ida.get(AT).text)
    assert shop.ask(lambda: claims.check("A remedy.")) == ()
    change = shop.ask(lambda: db.session.query(WordingChange).one())
    assert ida.post(f"{AT}/changes/{change.id}/undo").location == f"{AT}?said=rule_undone"
    assert shop.ask(lambda: len(claims.check("A remedy."))) == 1
    assert log(shop) == [
        ("ida@shop.example", "rule tuned", "rule M04"),
        ("ida@shop.example", "rule change undone", "rule M04"),
    ]


def test_a_change_without_a_reason_or_over_another_is_not_made(
    ida: FlaskClient, shop: Shop
) -> None:
    answer = ida.post(f"{AT}/rules/M04", data={**OFF, "reason": ""})
    assert answer.status_code == 422
    assert "Please write why" in answer.text
    ida.post(f"{AT}/rules/M04", data=OFF)
    answer = ida.post(f"{AT}/rules/M04", data=OFF)
    assert answer.status_code == 409
    assert "Somebody else changed this rule meanwhile." in answer.text
    assert shop.count(WordingChange) == 1


def test_a_rule_of_our_own_is_added_and_found(ida: FlaskClient, shop: Shop) -> None:
    form = {"words": "old re*", "category": "comparative", "US": "off", "UK": "warn",
            "EU": "block", "rewording": "Say what it is.", "reason": "We agreed."}  # fmt: skip
    answer = ida.post(f"{AT}/new", data=form)
    assert answer.location == f"{AT}/rules/H1?said=rule_added"
    words = told(ida.get(answer.location).text)
    assert "It finds: old re*" in words
    assert "“An old remedy.”" in words
    wrong = ida.post(f"{AT}/new", data={**form, "words": "x"})
    assert wrong.status_code == 422
    assert "is no phrase of three letters or more" in told(wrong.text)
    assert 'value="UK"' not in wrong.text
    assert shop.count(WordingChange) == 1


def test_writers_read_the_rules_and_do_not_change_them(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    bo = browser_of(app, shop, "bo@shop.example")
    assert "How strict it is" not in bo.get(f"{AT}/rules/M04").text
    assert bo.post(f"{AT}/rules/M04", data=OFF).status_code == 403
    assert bo.post(f"{AT}/new", data=OFF).status_code == 403
    assert shop.count(WordingChange) == 0


def test_the_author_does_not_sign_and_a_second_person_does(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    """Without the authors in staff_sign the first of these two would be a signature."""
    id_ = write_guide(shop, "It cures cold feet.\n", by="ida@shop.example")
    page = ida.get(f"{AT}/sign-offs").text
    assert "It cures cold feet." in page
    form = {"place": f"guide {id_}", "sentence": "It cures cold feet.", **GROUNDS}
    answer = ida.post(f"{AT}/sign-offs", data=form)
    assert answer.status_code == 422
    assert "You wrote this yourself" in answer.text
    assert "report-7.pdf" in answer.text
    assert shop.count(ClaimSignOff) == 0

    bo = browser_of(app, shop, "bo@shop.example")
    assert bo.post(f"{AT}/sign-offs", data=form).location == f"{AT}/sign-offs?said=signed_off"
    sheet = shop.ask(lambda: guides.guide_sheet(id_))
    assert sheet is not None
    gate = shop.ask(lambda: guides.gate_of(sheet.source, guide_id=id_))
    assert gate.blocked == ()
    words = told(bo.get(f"{AT}/sign-offs").text)
    assert "Written by ida@shop.example, signed by bo@shop.example" in words
    again = bo.post(f"{AT}/sign-offs", data=form)
    assert again.status_code == 422
    assert "not waiting any more" in again.text


def test_saving_once_more_does_not_make_somebody_else_the_author(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    id_ = write_guide(shop, "It cures cold feet.\n", by="ida@shop.example")

    def save_again() -> None:
        guide = db.session.get(guides.Guide, id_)
        assert guide is not None
        sheet = guides.guide_sheet(id_)
        assert sheet is not None
        text = f"{sheet.source}\nA line more.\n"
        guides.save_draft(id_, text, seen=guide.newest, by="bo@shop.example")

    shop.do(save_again)
    form = {"place": f"guide {id_}", "sentence": "It cures cold feet.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 422
    assert shop.count(ClaimSignOff) == 0


def test_a_product_waits_is_signed_and_the_signature_withdrawn(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    page = ida.get(f"{AT}/sign-offs").text
    place = re.search(r'name="place" value="([^"]+)"', page)
    assert place
    form = {"place": place[1], "sentence": "An old remedy.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data={**form, "evidence": ""}).status_code == 422
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 303
    one = shop.ask(lambda: db.session.query(ClaimSignOff).one())
    assert (one.author, one.signed_by) == ("an import", "ida@shop.example")
    assert "Nothing waits." in ida.get(f"{AT}/sign-offs").text

    assert ida.post(f"{AT}/sign-offs/{one.id}/withdraw").status_code == 303
    assert "An old remedy." in ida.get(f"{AT}/sign-offs").text
    assert ida.post(f"{AT}/sign-offs/{one.id}/withdraw").status_code == 404
    assert [entry[1] for entry in log(shop)] == ["words signed off", "sign-off withdrawn"]


@pytest.mark.parametrize(
    "place", ["", "guide", "guide x", "product 999 summary", "product 1", "x y"]
)
def test_places_that_nobody_knows_are_not_signed(ida: FlaskClient, shop: Shop, place: str) -> None:
    form = {"place": place, "sentence": "An old remedy.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 422
    assert shop.count(ClaimSignOff) == 0
