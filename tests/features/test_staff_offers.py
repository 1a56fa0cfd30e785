"""Offers in the back office: written, mended, changed, paused, and who has them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, offers
from storefront.database import db, now
from support import people
from support.offers import offer
from support.shop import Shop
from support.shopper import told

IDA = "ida@shop.example"
WRITTEN = {
    "name": "Welcome",
    "code": "ten-off",
    "kind": "percent",
    "percent": "10",
    "minimum": "25",
    "most_uses": "5",
    "is_combinable": "1",
}


@pytest.fixture
def ida(app: Flask) -> FlaskClient:
    people.add(app, IDA)
    return people.browser_of(app, IDA)


def one(shop: Shop) -> offers.Offer:
    """The only offer."""
    return shop.ask(lambda: db.session.scalars(sa.select(offers.Offer)).one())


def log(shop: Shop) -> list[str]:
    """What was done, in words, oldest first."""
    query = sa.select(audit.AuditEntry.action).order_by(audit.AuditEntry.id)
    found = shop.ask(lambda: list(db.session.scalars(query)))
    return [action for action in found if action.startswith("offer")]


def test_an_offer_is_written_and_stands_in_the_list(ida: FlaskClient, shop: Shop) -> None:
    answer = ida.post("/staff/offers/new", data=WRITTEN, follow_redirects=True)
    assert "It is saved, and counts from its start on." in told(answer.text)
    found = one(shop)
    assert (found.code, found.percent, found.minimum_cents, found.most_uses) == (
        *("TEN-OFF", 10, 2500, 5),
    )
    assert found.made_by == IDA
    page = told(ida.get("/staff/offers?q=welc&state=running").text)
    assert "1 offer Offer Code" in page
    assert "Welcome TEN-OFF 10 % off Running 0 of 5 Stays" in page
    assert "No offer fits." in told(ida.get("/staff/offers?state=ended").text)
    assert log(shop) == ["offer written"]


WRONG = {
    "name": ("", "Please name it as shoppers should read it."),
    "code": ("x!", "A code has 2 to 32 letters, digits and hyphens"),
    "percent": ("101", "Please write a whole number from 1 to 100."),
    "minimum": ("much", "Please write an amount like 12.90."),
    "most_uses": ("0", "Please write a whole number from 1 to 1,000,000."),
    "skus": ("NONE-1", "There is no SKU NONE-1 in the shop."),
    "countries": ("BR", "The shop does not send to Brazil."),
    "starts_at": ("soon", "This is no moment."),
    "ends_at": ("2001-01-01T08:00", "This is not after the start."),
}


@pytest.mark.parametrize("field", sorted(WRONG))
def test_a_mistake_is_told_beside_its_field_and_nothing_is_saved(
    ida: FlaskClient, shop: Shop, field: str
) -> None:
    typed, sentence = WRONG[field]
    answer = ida.post("/staff/offers/new", data=WRITTEN | {field: typed})
    assert answer.status_code == 422
    assert sentence in told(answer.text)
    assert f'id="{field}-error"' in answer.text
    assert shop.count(offers.Offer) == 0


@pytest.mark.parametrize("field", ["most_per_shopper", "countries"])
def test_what_needs_a_code_is_refused_without_one(ida: FlaskClient, shop: Shop, field: str) -> None:
    typed = {"most_per_shopper": "1", "countries": "IE"}[field]
    answer = ida.post("/staff/offers/new", data=WRITTEN | {"code": "", field: typed})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert shop.count(offers.Offer) == 0


def test_a_code_that_there_is_and_a_name_that_may_not_be_said_are_refused(
    ida: FlaskClient, shop: Shop
) -> None:
    ida.post("/staff/offers/new", data=WRITTEN)
    taken = ida.post("/staff/offers/new", data=WRITTEN)
    assert "Another offer has this code already." in told(taken.text)
    said = ida.post(
        "/staff/offers/new", data=WRITTEN | {"code": "B2", "name": "Cures arthritis for less"}
    )
    assert "A shop may not say this of what it sells" in told(said.text)
    assert shop.count(offers.Offer) == 1


@pytest.mark.parametrize(
    ("kind", "fields", "gives"),
    [
        ("amount", {"amount": "5"}, "€5.00 off"),
        ("buy_get", {"buy_units": "2", "free_units": "1"}, "Buy 2, get 1 free"),
        ("free_delivery", {}, "Free delivery"),
    ],
)
def test_each_kind_asks_for_what_belongs_to_it(
    ida: FlaskClient, shop: Shop, kind: str, fields: dict[str, str], gives: str
) -> None:
    sku = shop.product()
    more = {"kind": kind, "percent": "", "skus": f"{sku}, {sku}", "category_1": "1"}
    answer = ida.post("/staff/offers/new", data=WRITTEN | more | fields, follow_redirects=True)
    assert f"Running · {gives} with the code TEN-OFF" in told(answer.text)
    found = one(shop)
    assert (found.kind, found.skus, found.category_ids) == (kind, sku, "1")


def test_whoever_is_second_is_told_before_they_write_over_it(ida: FlaskClient, shop: Shop) -> None:
    offer(shop)
    mine = WRITTEN | {"name": "Mine", "version": "1"}
    theirs = ida.post("/staff/offers/1", data=mine | {"name": "Theirs"}, follow_redirects=True)
    assert "Saved. Carts are reckoned with it from now on." in told(theirs.text)
    second = ida.post("/staff/offers/1", data=mine)
    assert second.status_code == 409
    assert "Somebody else has changed this offer while you wrote." in told(second.text)
    assert 'value="Mine"' in second.text
    assert one(shop).name == "Theirs"
    ida.post("/staff/offers/1", data=mine | {"version": "2"})
    assert one(shop).name == "Mine"
    assert log(shop) == ["offer changed"] * 2


def test_a_limit_is_never_lower_than_the_orders_that_have_it(ida: FlaskClient, shop: Shop) -> None:
    offer(shop, most_uses=9)
    shop.do(lambda: db.session.execute(sa.update(offers.Offer).values(used=6)))
    answer = ida.post("/staff/offers/1", data=WRITTEN | {"version": "1"})
    assert "6 orders have it already, so the limit cannot be lower." in told(answer.text)
    assert one(shop).most_uses == 9


def test_it_is_paused_and_taken_up_again(ida: FlaskClient, shop: Shop) -> None:
    offer(shop)
    paused = ida.post("/staff/offers/1/pause", data={"choice": "pause"}, follow_redirects=True)
    assert "Paused · 10 % off" in told(paused.text)
    again = ida.post("/staff/offers/1/pause", data={"choice": "resume"}, follow_redirects=True)
    assert "Running · 10 % off" in told(again.text)
    ida.post("/staff/offers/1/pause", data={"choice": "resume"})
    assert log(shop) == ["offer paused", "offer resumed"]


def test_states_go_by_the_clock(shop: Shop) -> None:
    hour = timedelta(hours=1)
    for code, facts in {
        "RUNS": {},
        "COMES": {"starts_at": now() + hour},
        "OVER": {"starts_at": now() - 2 * hour, "ends_at": now() - hour},
    }.items():
        offer(shop, code=code, **facts)
    found = shop.ask(offers.search)
    states = {one.code: state for one, state in found.offers}
    assert states == {"RUNS": "running", "COMES": "planned", "OVER": "ended"}
    for row, state in found.offers:
        assert shop.ask(lambda row=row: offers.state_of(row)) == state  # type: ignore[misc]


def test_its_uses_are_listed_and_saved_as_a_file(ida: FlaskClient, shop: Shop) -> None:
    offer(shop)
    cut = offers.Cut(offers.Terms(id=1, name="Ten off", kind="percent"), (129,), 0)
    for name in ("first", "second"):
        shop.do(lambda name=name: offers.take(name, [cut], owner="cart-1"))  # type: ignore[misc]
    shop.do(lambda: offers.give_back("first"))
    page = told(ida.get("/staff/offers/1").text)
    assert "1 order, €1.29 taken off." in page
    assert "Given back" in page
    rows = ida.get("/staff/offers/1/orders.csv").text.splitlines()
    assert rows[0].lstrip("\ufeff") == "order,placed_at,state,counts,taken_off,currency"
    assert [row.split(",")[3:] for row in rows[1:]] == [
        ["no", "1.29", "EUR"],
        ["yes", "1.29", "EUR"],
    ]


def test_whoever_packs_sees_offers_and_changes_none(app: Flask, shop: Shop) -> None:
    offer(shop)
    people.add(app, "bo@shop.example", "orders")
    bo = people.browser_of(app, "bo@shop.example")
    page = bo.get("/staff/offers/1")
    assert page.status_code == 200
    assert "Pause it" not in page.text
    assert "Save the changes" not in page.text
    assert bo.post("/staff/offers/1/pause").status_code == 403
    assert bo.get("/staff/offers/new").status_code == 403
