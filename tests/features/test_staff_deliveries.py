"""Deliveries at the desk: expected, taken in, taken back; nothing is booked twice or half."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, inventory
from support.desk import browser_of_ida
from support.shop import Shop

LATER = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()
ROW = "rows-0-"


@pytest.fixture
def desk(app: Flask, shop: Shop) -> FlaskClient:
    shop.product("OIL-100", stock=0)
    shop.product("FLAKES", stock=0, slug="flakes", name="Flakes")
    return browser_of_ida(app)


def goods(**fields: str) -> dict[str, str]:
    """The fields of the first line of a form."""
    return {f"{ROW}{name}": value for name, value in fields.items()}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no {name}"
    return found[1]


def test_24_oils_are_received_with_what_stands_on_the_box(desk: FlaskClient, shop: Shop) -> None:
    page = desk.get("/staff/deliveries/receive?sku=OIL-100").text
    assert "Magnesium Oil, 100 ml" in page
    form = goods(sku="OIL-100", units="24", lot="L7", expires_on=LATER, cost="3.10")
    answer = desk.post("/staff/deliveries/receive", data=form | {"token": hidden(page, "token")})
    assert (answer.status_code, answer.location) == (303, "/staff/deliveries/1?said=received")
    page = desk.get(answer.location).text
    assert "It is booked, and counts as stock." in page
    assert "24 × OIL-100" in page
    assert "lot L7" in page
    assert shop.stock() == (24, 0)
    (entry,) = shop.ask(lambda: audit.entries().entries)
    assert (entry.action, entry.subject) == ("delivery received", "delivery D-1")
    assert entry.after == '{"goods": "24 × OIL-100 in lot L7"}'
    shop.books_balance()


def test_a_form_that_is_sent_twice_counts_once(desk: FlaskClient, shop: Shop) -> None:
    form = goods(sku="OIL-100", units="24") | {"token": "one"}
    for _ in range(2):
        answer = desk.post("/staff/deliveries/receive", data=form)
    assert "said=booked_before" in answer.location
    assert "You had booked this already." in desk.get(answer.location).text
    assert shop.stock() == (24, 0)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"sku": "TEA"}, "sku", "There is no SKU TEA. Please check the spelling."),
        ({"sku": ""}, "sku", "Please write the SKU."),
        ({"units": ""}, "units", "Please write how many, such as 24."),
        ({"units": "-3"}, "units", "Please write a number from 1 to 100,000."),
        ({"units": "1e9"}, "units", "Please write a number from 1 to 100,000."),
        ({"cost": "abc"}, "cost", "&#39;abc&#39; is not a price; write it like 12.90"),
        ({"expires_on": "31.3.27"}, "expires_on", "Please write the day like 2027-03-31."),
        ({"lot": ""}, "lot", "Please write the code of the lot that expires then."),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost_or_booked(
    desk: FlaskClient, shop: Shop, wrong: dict[str, str], field: str, sentence: str
) -> None:
    good = {"sku": "OIL-100", "units": "24", "lot": "L7", "expires_on": LATER, "cost": "3.10"}
    form = goods(**(good | wrong)) | {"supplier": "Salt & Sea", "token": "one"}
    answer = desk.post("/staff/deliveries/receive", data=form)
    assert answer.status_code == 422
    assert re.search(rf'name="{ROW}{field}"[^>]*aria-invalid="true" autofocus', answer.text)
    assert sentence in answer.text
    assert 'value="Salt &amp; Sea"' in answer.text
    assert shop.stock() == (0, 0)
    assert shop.ask(lambda: inventory.deliveries().total) == 0


def test_a_month_on_a_label_means_its_last_day(desk: FlaskClient, shop: Shop) -> None:
    form = goods(sku="OIL-100", units="1", lot="L7", expires_on="2032-02") | {"token": "one"}
    desk.post("/staff/deliveries/receive", data=form)
    (lot,) = shop.ask(lambda: inventory.lots_of("OIL-100"))
    assert str(lot.expires_on) == "2032-02-29"


def test_a_sku_that_is_kept_in_lots_is_not_taken_in_without_one(
    desk: FlaskClient, shop: Shop
) -> None:
    shop.do(lambda: inventory.keep_in_lots("OIL-100"))
    form = goods(sku="OIL-100", units="24") | {"token": "one"}
    answer = desk.post("/staff/deliveries/receive", data=form)
    assert answer.status_code == 422
    assert "OIL-100 is kept in lots. Please write the code of the lot." in answer.text


def test_another_date_for_a_known_lot_is_asked_about(desk: FlaskClient, shop: Shop) -> None:
    for day, token in ((LATER, "one"), ("2031-01-01", "two")):
        form = goods(sku="OIL-100", units="3", lot="L7", expires_on=day) | {"token": token}
        answer = desk.post("/staff/deliveries/receive", data=form)
    assert answer.status_code == 422
    assert f"Lot L7 is known with the expiry date {LATER}." in answer.text
    assert shop.stock() == (3, 0)


def test_goods_of_a_kit_are_refused_at_its_line(desk: FlaskClient, shop: Shop) -> None:
    shop.do(lambda: inventory.make_kit("FLAKES", {"OIL-100": 1}))
    form = goods(sku="FLAKES", units="3") | {"token": "one"}
    answer = desk.post("/staff/deliveries/receive", data=form)
    assert answer.status_code == 422
    assert "FLAKES is a kit and has no stock of its own." in answer.text


def test_an_expected_delivery_is_taken_in_in_part_and_then_wholly(
    desk: FlaskClient, shop: Shop
) -> None:
    form = {"token": "one", "supplier": "Salt & Sea", "expected_on": LATER}
    form |= goods(sku="OIL-100", units="24", cost="3.10")
    form |= {"rows-1-sku": "FLAKES", "rows-1-units": "6"}
    answer = desk.post("/staff/deliveries/new", data=form)
    assert answer.location == "/staff/deliveries/1?said=delivery_expected"
    assert shop.ask(lambda: inventory.incoming(["OIL-100", "FLAKES"])) == {
        "OIL-100": 24,
        "FLAKES": 6,
    }
    page = desk.get("/staff/deliveries/1").text
    assert 'value="24"' in page
    assert 'value="3.10"' in page
    part = goods(sku="OIL-100", units="20", is_expected="1") | {"rows-1-is_expected": "1"}
    part |= {"rows-1-sku": "FLAKES", "rows-1-units": "0", "seen": hidden(page, "seen")}
    desk.post("/staff/deliveries/1/receive", data=part | {"token": "two"})
    assert shop.ask(lambda: inventory.incoming(["OIL-100", "FLAKES"])) == {
        "OIL-100": 4,
        "FLAKES": 6,
    }
    late = desk.post("/staff/deliveries/1/receive", data=part | {"token": "three"})
    assert late.status_code == 409
    assert "Somebody else has booked something of this delivery meanwhile." in late.text
    assert shop.stock("OIL-100") == (20, 0)


def test_what_was_taken_in_by_mistake_is_undone_with_one_press(
    desk: FlaskClient, shop: Shop
) -> None:
    desk.post("/staff/deliveries/receive", data=goods(sku="OIL-100", units="24") | {"token": "1"})
    answer = desk.post("/staff/deliveries/receipts/1/undo")
    assert answer.location == "/staff/deliveries/1?said=taken_back"
    assert desk.post("/staff/deliveries/receipts/1/undo").location.endswith("undone_before")
    assert shop.stock() == (0, 0)
    desk.post("/staff/deliveries/receive", data=goods(sku="OIL-100", units="2") | {"token": "2"})
    shop.do(lambda: inventory.take_again("order-1", {"OIL-100": 1}))
    late = desk.post("/staff/deliveries/receipts/2/undo")
    assert late.status_code == 422
    assert "Some of these goods are sold or held already." in late.text
    assert shop.stock() == (1, 0)


def test_the_rest_is_closed_and_expected_again(desk: FlaskClient, shop: Shop) -> None:
    desk.post("/staff/deliveries/new", data=goods(sku="OIL-100", units="5") | {"token": "1"})
    assert "said=delivery_closed" in desk.post("/staff/deliveries/1/close").location
    assert "Expect the rest again" in desk.get("/staff/deliveries/1").text
    desk.post("/staff/deliveries/1/close", data={"choice": "reopen"})
    assert shop.ask(lambda: inventory.incoming(["OIL-100"])) == {"OIL-100": 5}


def test_more_lines_keep_what_was_written(desk: FlaskClient) -> None:
    form = goods(sku="OIL-100", units="24") | {"step": "more", "token": "keep-me"}
    for path in ("/staff/deliveries/receive", "/staff/deliveries/new"):
        page = desk.post(path, data=form)
        assert page.status_code == 200
        assert page.text.count('-units"') >= 4
        assert 'value="24"' in page.text
        assert hidden(page.text, "token") == "keep-me"


def test_the_list_asks_the_database_as_often_for_one_delivery_as_for_fifty(
    desk: FlaskClient, shop: Shop
) -> None:
    """At most eight, those for the person and the menu among them."""
    from support.catalogue import Catalogue

    def expect(number: int) -> None:
        lines = [inventory.ExpectedGoods("OIL-100", 1)]
        inventory.expect_delivery(lines, token=f"t{number}", supplier=f"Supplier {number}")

    shop.do(lambda: expect(0))
    desk.get("/staff/deliveries")  # the first visit of a session is written down
    asked = []
    for _ in range(2):
        with Catalogue(shop.app).statements() as sent:
            assert desk.get("/staff/deliveries").status_code == 200
        asked.append(len(sent))
        shop.do(lambda: [expect(n) for n in range(1, 60)])
    assert asked[0] == asked[1] <= 8
    assert "60 deliveries, page 1 of 2" in desk.get("/staff/deliveries").text
    assert "1 delivery" in desk.get("/staff/deliveries?q=supplier+42").text
    assert "No delivery fits." in desk.get("/staff/deliveries?q=%25").text
