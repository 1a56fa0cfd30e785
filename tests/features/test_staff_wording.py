"""Staff read, mute, tune and add wording rules, and a second person signs for blocked words."""

import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, catalog, claims, guides
from storefront.audit import AuditEntry
from storefront.catalog.models import Product
from storefront.claims import ClaimSignOff, WordingChange
from storefront.database import db
from storefront.staff.products.routes import _flat
from storefront.staff.wording.texts import authors_of
from support.desk import browser_of_ida
from support.guides import read
from support.people import add, browser_of
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


def test_what_a_changed_rule_would_newly_find_in_public_is_shown_and_nothing_is_saved(
    ida: FlaskClient, shop: Shop
) -> None:
    shop.do(lambda: db.session.query(Product).update({"summary": "An eco-friendly bottle."}))
    write_guide(shop, "A draft speaks of eco-friendly things.\n", by="ida@shop.example")
    strict = {"US": "block", "UK": "block", "EU": "block", "reason": "", "seen": "0"}
    answer = ida.post(f"{AT}/rules/R04", data={**strict, "preview": "1"})
    assert answer.status_code == 200
    words = told(answer.text)
    assert "it would newly find 1 place. Nothing is saved yet" in words
    assert "product oil, summary , US block, UK block, EU block: “An eco-friendly bottle.”" in words
    assert "A draft speaks" not in words.partition("it would newly find")[2]
    assert answer.text.count('value="block" selected') == 3

    kept = {**claims_of("R04"), "preview": "1"}
    assert "It would find nothing new" in told(ida.post(f"{AT}/rules/R04", data=kept).text)
    assert ida.post(f"{AT}/rules/R04", data={"preview": "1"}).status_code == 422
    assert shop.count(WordingChange) == 0
    assert log(shop) == []


def claims_of(rule_id: str) -> dict[str, str]:
    """How strict a rule is now."""
    rule = claims.load_pack().rule(rule_id)
    assert rule is not None
    return {market: rule.severities.get(market, "off") for market in claims.MARKETS}


def test_what_a_new_rule_would_find_is_shown_page_by_page(ida: FlaskClient, shop: Shop) -> None:
    lines = "".join(f"We glow, says number {n}.\n\n" for n in range(45))
    shop.do(lambda: guides.save_guide(read(lines), publish=True))
    form = {"words": "glow*", "category": "", "US": "off", "UK": "warn", "EU": "note",
            "rewording": "", "reason": ""}  # fmt: skip
    first = told(ida.post(f"{AT}/new", data={**form, "preview": "1"}).text)
    assert "it would newly find 45 places; page 1 of 3." in first
    assert (first.count("says number"), "number 19." in first, "number 20." in first) == (
        20, True, False,
    )  # fmt: skip
    last = ida.post(f"{AT}/new", data={**form, "preview": "99"})
    assert last.status_code == 200
    assert told(last.text).count("says number") == 5
    assert "glow*" in last.text
    wrong = ida.post(f"{AT}/new", data={**form, "words": "x", "preview": "1"})
    assert wrong.status_code == 422
    assert shop.count(WordingChange) == 0


def test_writers_read_the_rules_and_do_not_change_them(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    add(app, "bo@shop.example", "writer")
    bo = browser_of(app, "bo@shop.example")
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

    add(app, "bo@shop.example", "writer")
    bo = browser_of(app, "bo@shop.example")
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
    assert (one.author, one.signed_by) == ("", "ida@shop.example")
    assert "Nothing told who wrote it; signed by ida@shop.example" in told(
        ida.get(f"{AT}/sign-offs").text
    )
    assert "Nothing waits." in ida.get(f"{AT}/sign-offs").text

    assert ida.post(f"{AT}/sign-offs/{one.id}/withdraw").status_code == 303
    assert "An old remedy." in ida.get(f"{AT}/sign-offs").text
    assert ida.post(f"{AT}/sign-offs/{one.id}/withdraw").status_code == 404
    assert [entry[1] for entry in log(shop)] == ["words signed off", "sign-off withdrawn"]


def test_what_is_public_without_a_signature_is_named_and_taken_out_with_one_press(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    """Withdrawing takes nothing from readers by itself, and hides nothing from staff either."""
    place, sentence = "guide 1", "It cures insomnia."
    id_ = write_guide(shop, f"{sentence}\n", "eve@shop.example")
    form = {"place": f"guide {id_}", "sentence": sentence, **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 303
    shop.do(lambda: guides.publish_guide("the-foot-bath"))
    shop.do(lambda: db.session.query(Product).update({"summary": "A warm bath."}))
    assert "Public without" not in ida.get(f"{AT}/sign-offs").text

    one = shop.ask(lambda: db.session.query(ClaimSignOff).filter_by(place=place).first())
    ida.post(f"{AT}/sign-offs/{one.id}/withdraw")
    page = ida.get(f"{AT}/sign-offs").text
    public = page.split("<h2")[1]
    assert "Public without a signature" in public
    assert sentence in public
    assert app.test_client().get("/guides/the-foot-bath").status_code == 200

    action = re.search(r'action="([^"]+/state)"', public)
    assert action
    assert ida.post(action[1], data={"state": "draft"}).status_code == 303
    assert app.test_client().get("/guides/the-foot-bath").status_code == 404
    assert "Public without" not in ida.get(f"{AT}/sign-offs").text


def test_a_public_product_whose_words_wait_is_taken_out_from_the_same_list(
    app: Flask, ida: FlaskClient
) -> None:
    public = ida.get(f"{AT}/sign-offs").text.split("<h2")[1]
    assert "An old remedy." in public
    action = re.search(r'action="([^"]+/state)"', public)
    seen = re.search(r'name="seen" value="([^"]+)"', public)
    assert action
    assert seen
    assert ida.post(action[1], data={"state": "draft", "seen": seen[1]}).status_code == 303
    page = ida.get(f"{AT}/sign-offs").text
    assert "Public without" not in page
    assert "An old remedy." in page


def test_the_author_of_a_field_is_known_after_the_product_was_renamed(
    app: Flask, shop: Shop, ida: FlaskClient
) -> None:
    """Asked for its present address only, the log would let the author sign."""
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    words = {"summary": "An old remedy."}
    shop.do(lambda: audit.record("ida@shop.example", "product saved", "product oil", after=words))
    shop.do(lambda: catalog.rename_product("oil", "brine"))
    assert shop.ask(lambda: authors_of(f"product {id_} summary", "")) == ["ida@shop.example"]
    assert "written by ida@shop.example" in ida.get(f"{AT}/sign-offs").text
    form = {"place": f"product {id_} summary", "sentence": "An old remedy.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 422
    assert shop.count(ClaimSignOff) == 0


def test_whoever_changed_something_else_did_not_write_the_words(
    shop: Shop, ida: FlaskClient
) -> None:
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    price = {"OIL price": "13.00"}
    shop.do(lambda: audit.record("ida@shop.example", "product saved", "product oil", after=price))
    assert shop.ask(lambda: authors_of(f"product {id_} summary", "")) == []
    assert shop.ask(lambda: authors_of(f"product {id_} pictures", "")) == ["ida@shop.example"]
    assert "nothing tells who wrote it" in told(ida.get(f"{AT}/sign-offs").text)


def log_change(shop: Shop, actor: str, **after: str) -> None:
    """Writes down what somebody made of the oil."""
    shop.do(lambda: audit.record(actor, "product changed", "product oil", after=after))


def test_words_of_a_field_stay_those_of_who_wrote_them_when_another_person_adds_to_it(
    shop: Shop, ida: FlaskClient
) -> None:
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    log_change(shop, "bo@shop.example", summary="An oil.")
    log_change(shop, "ida@shop.example", summary="An oil. An old remedy.")
    log_change(shop, "mo@shop.example", summary="An oil. An old remedy. For feet.")
    log_change(shop, "cy@shop.example", summary="An oil. An old remedy. For feet and hands.")
    found = shop.ask(lambda: authors_of(f"product {id_} summary", "An old remedy."))
    assert found == ["cy@shop.example", "ida@shop.example"]
    form = {"place": f"product {id_} summary", "sentence": "An old remedy.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 422
    assert shop.count(ClaimSignOff) == 0


@pytest.mark.parametrize(
    ("field", "key"), [("pictures", "pictures"), ("sizes", "OIL name"), ("slug", "slug")]
)
def test_words_of_pictures_and_sizes_are_those_of_who_wrote_them(
    shop: Shop, ida: FlaskClient, field: str, key: str
) -> None:
    """Whoever changes the price afterwards wrote nothing of it."""
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    log_change(shop, "ida@shop.example", **{key: "an-old-remedy"})
    log_change(shop, "mo@shop.example", **{"OIL price": "13.00"})
    words = "an old remedy" if field == "slug" else "an-old-remedy"
    assert shop.ask(lambda: authors_of(f"product {id_} {field}", words)) == ["ida@shop.example"]


def test_where_the_log_does_not_tell_the_words_of_pictures_everybody_counts(
    shop: Shop, ida: FlaskClient
) -> None:
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    log_change(shop, "ida@shop.example", x="1")
    log_change(shop, "mo@shop.example", x="2")
    found = shop.ask(lambda: authors_of(f"product {id_} pictures", "An old remedy."))
    assert found == ["mo@shop.example", "ida@shop.example"]


def test_moving_a_guide_makes_nobody_of_who_wrote_it(shop: Shop, ida: FlaskClient) -> None:
    id_ = write_guide(shop, "It cures cold feet.\n", by="ida@shop.example")
    shop.do(lambda: guides.rename_guide("the-foot-bath", "feet"))
    authors = shop.ask(lambda: authors_of(f"guide {id_}", "It cures cold feet."))
    assert authors == ["ida@shop.example"]


@pytest.mark.parametrize(
    "place", ["", "guide", "guide x", "product 999 summary", "product 1", "x y"]
)
def test_places_that_nobody_knows_are_not_signed(ida: FlaskClient, shop: Shop, place: str) -> None:
    form = {"place": place, "sentence": "An old remedy.", **GROUNDS}
    assert ida.post(f"{AT}/sign-offs", data=form).status_code == 422
    assert shop.count(ClaimSignOff) == 0


def test_the_log_tells_what_is_said_of_the_pictures_of_a_product(
    shop: Shop, ida: FlaskClient
) -> None:
    """Their names alone do not tell who wrote the words beside them."""
    picture: Any = SimpleNamespace(name="f00d", alt="An old remedy.")
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    sheet = shop.ask(lambda: catalog.product_sheet(id_))
    assert sheet is not None
    assert _flat(replace(sheet, pictures=(picture,)))["pictures"] == "f00d: An old remedy."
