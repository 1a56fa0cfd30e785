"""One order's goods at the desk: packed in part, addressed anew, remarked on, written about."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from storefront import audit, fulfilment, mail, orders, staff
from storefront.database import db
from support.desk import EMAIL, PASSWORD, at
from support.parcels import LABEL, counts, lines, packed, paid_order, shipped, stage
from support.shop import Shop
from support.shopper import told

NEW = {"name": "Bo", "address": "Pier 2\nCork", "country": "IE", "email": "bo@mail.example"}


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["orders"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def version(page: str) -> str:
    """The version that the form of the address stands on."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def label_of(shop: Shop, order: orders.Order) -> orders.ShipTo:
    found = shop.ask(lambda: orders.by_id(order.id))
    assert found is not None
    return orders.ShipTo(found.email, found.ship_name, found.ship_address, found.ship_country)


def test_a_part_is_packed_from_the_page_of_the_order_once(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 3, "SALT": 1})
    oil, salt = (line.id for line in lines(shop, order))
    form = {"parcel_token": "t", f"pack_{oil}": "2", f"pack_{salt}": ""}
    for _ in range(2):
        page = office.post(at(order, "pack"), data=form, follow_redirects=True)
        assert "Packed. The parcel waits for its carrier." in told(page.text)
    assert counts(shop, order) == [(3, 0, 2, 0), (1, 0, 0, 0)]
    assert f"Packed {EMAIL}" in told(page.text)
    too_many = office.post(at(order, "pack"), data={"parcel_token": "u", f"pack_{oil}": "2"})
    assert too_many.status_code == 409
    assert "Order 1001 has fewer units left to pack." in too_many.text
    for wrong in ({}, {f"pack_{oil}": "x"}, {f"pack_{oil}": "-1"}):
        answer = office.post(at(order, "pack"), data={"parcel_token": "v", **wrong})
        assert (answer.status_code, "Please write how many units" in answer.text) == (422, True)
    assert counts(shop, order) == [(3, 0, 2, 0), (1, 0, 0, 0)]


def test_a_parcel_is_unpacked_from_the_page_of_its_order(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop)
    parcel = packed(shop, order)
    form = {"token": "t", "parcel": parcel, "on_order": order.reference}
    page = office.post("/staff/packing/unpack", data=form, follow_redirects=True)
    assert "Unpacked." in told(page.text)
    assert "Order 1001" in told(page.text)
    assert stage(shop, order) == "to_pack"


def test_an_address_is_changed_before_packing_and_found_by_its_words(
    office: FlaskClient, shop: Shop
) -> None:
    order = paid_order(shop)
    seen = version(office.get(at(order)).text)
    page = office.post(at(order, "label"), data=NEW | {"version": seen}, follow_redirects=True)
    assert "The address is as you wrote it." in told(page.text)
    assert "Bo Pier 2 Cork Ireland bo@mail.example" in told(page.text)
    assert ">Order 1001<" in office.get("/staff/orders?q=bo").text
    entry = shop.ask(lambda: audit.entries("order 1001").entries[0])
    assert (entry.action, entry.before, entry.after) == ("address changed", "{}", "{}")


def test_the_second_of_two_people_sees_both_addresses_and_chooses(
    office: FlaskClient, shop: Shop
) -> None:
    """Fails with the version taken out of change_label(): the first one's address is lost."""
    order = paid_order(shop)
    seen = version(office.get(at(order)).text)
    other = orders.ShipTo("zoe@mail.example", "Zoe", "Quay 9\nGalway", "IE")
    assert shop.do(lambda: orders.change_label(order.id, other, version=int(seen)))
    answer = office.post(at(order, "label"), data=NEW | {"version": seen})
    words = told(answer.text)
    assert answer.status_code == 409
    assert "As it is now Zoe Quay 9 Galway Ireland zoe@mail.example" in words
    assert "As you wrote it Bo Pier 2 Cork Ireland bo@mail.example" in words
    assert label_of(shop, order) == other
    mine = NEW | {"version": version(answer.text)}
    assert office.post(at(order, "label"), data=mine).status_code == 303
    assert label_of(shop, order).name == "Bo"
    assert office.post(at(order, "label"), data=mine).status_code == 303  # pressed twice


def test_an_address_on_a_parcel_is_not_changed(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop)
    seen = version(office.get(at(order)).text)
    packed(shop, order)
    assert "Change the address" not in office.get(at(order)).text
    answer = office.post(at(order, "label"), data=NEW | {"version": seen})
    assert answer.status_code == 409
    assert orders.LabelIsOut().sentence in answer.text
    assert label_of(shop, order) == LABEL


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please give a name for the label."),
        ("address", " ", "Please give street, postcode and town."),
        ("email", "nobody", "Please write an e-mail address like ida@mail.example."),
        ("country", "XX", "Please choose a country that you deliver to."),
    ],
)
def test_a_mistake_stands_at_its_field_and_nothing_typed_is_lost(
    office: FlaskClient, shop: Shop, field: str, value: str, sentence: str
) -> None:
    order = paid_order(shop)
    form = NEW | {"version": "1", "name": "Kept", field: value}
    answer = office.post(at(order, "label"), data=form)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert field == "name" or 'value="Kept"' in answer.text
    assert label_of(shop, order) == LABEL


def test_a_note_stands_in_the_history_once(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop)
    for _ in range(2):
        form = {"text": "Called: <b>leave it</b> with the neighbour."}
        page = office.post(at(order, "note"), data=form, follow_redirects=True)
    words = told(page.text)
    assert words.count("with the neighbour.") == 1
    assert f"Note Called: <b>leave it</b> with the neighbour. · {EMAIL}" in words
    assert office.post(at(order, "note"), data={"text": " "}).status_code == 422


def test_a_letter_goes_out_once_more(office: FlaskClient, shop: Shop) -> None:
    order, other = paid_order(shop), paid_order(shop)
    shipped(shop, packed(shop, order))
    (letter,) = shop.letters("parcel_shipped")
    assert "goes out" in told(office.get(at(order)).text)
    waits = office.post(at(order, f"letters/{letter.id}"), follow_redirects=True)
    assert "The letter is on its way already." in told(waits.text)
    shop.do(lambda: db.session.execute(sa.update(mail.Letter).values(state="sent", attempts=1)))
    again = office.post(at(order, f"letters/{letter.id}"), follow_redirects=True)
    assert "The letter goes out once more." in told(again.text)
    assert [(x.state, x.attempts) for x in shop.letters("parcel_shipped")] == [("waiting", 0)]
    assert office.post(at(other, f"letters/{letter.id}")).status_code == 404


def test_the_shopper_sees_what_has_left_and_follows_it(client: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2})
    (oil,) = (line.id for line in lines(shop, order))
    page = told(client.get(f"/orders/{order.reference}").text)
    assert "Paid. We are packing your order." in page
    first = packed(shop, order, "a", units={oil: 1})
    assert "Sent on" not in client.get(f"/orders/{order.reference}").text
    shipped(shop, first)
    answer = client.get(f"/orders/{order.reference}").text
    assert "A part of your order is on its way" in told(answer)
    assert "with DHL: TR1 1 × Oil OIL, 100 ml" in told(answer)
    assert 'href="https://www.dhl.com/en/express/tracking.html?AWB=TR1"' in answer
    shipped(shop, packed(shop, order, "b"))
    assert "Your order is on its way." in client.get(f"/orders/{order.reference}").text


def test_an_undone_shipping_leaves_the_shoppers_page(client: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop)
    parcel = packed(shop, order)
    shipped(shop, parcel)
    shop.do(lambda: fulfilment.undo_ship(parcel, actor="ida"))
    page = told(client.get(f"/orders/{order.reference}").text)
    assert "Sent on" not in page
    assert "Paid and packed. It waits for its carrier." in page
