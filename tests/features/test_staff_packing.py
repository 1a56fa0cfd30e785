"""Packing and shipping in bulk: chosen, printed, marked, undone, each once."""

import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, fulfilment, inventory, mail, orders, payments, staff
from storefront.database import db
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD, browser_of_ida, many
from support.parcels import counts, lines, packed, paid_order, refund, shipped, stage
from support.shop import Shop
from support.shopper import told

_PARCELS = sa.select(fulfilment.Parcel).order_by(fulfilment.Parcel.id)


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody who packs has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["stock"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def token(page: str, form: str) -> str:
    """The one-time token of a form, by its address."""
    found = re.search(rf'action="{form}".*?name="token" value="([^"]+)"', page, re.S)
    assert found
    return found[1]


def press(office: FlaskClient, numbers: list[str], step: str = "pack") -> object:
    page = office.get("/staff/packing").text
    form = {"order": numbers, "step": step, "token": token(page, "/staff/packing")}
    return office.post("/staff/packing", data=form, follow_redirects=True)


def test_paid_orders_wait_to_be_packed_the_oldest_first(office: FlaskClient, shop: Shop) -> None:
    many(shop, 1)
    for _ in range(3):
        paid_order(shop)
    page = office.get("/staff/packing").text
    assert re.findall(r'name="order" value="(\d+)"', page) == ["1002", "1003", "1004"]
    assert "checked" not in page
    assert office.get("/staff/packing?all=1").text.count(" checked") == 3
    assert office.get("/staff/packing?order=1003").text.count(" checked") == 1
    assert "See order" not in page  # whoever packs need not read the money of orders


def test_an_order_whose_money_waits_is_not_chosen_with_all(office: FlaskClient, shop: Shop) -> None:
    order, _ = paid_order(shop), paid_order(shop)
    shop.do(
        lambda: payments.open_case(
            "fraud_warning", "pi_1", order_reference=order.reference, sentence="?"
        )
    )
    page = office.get("/staff/packing?all=1").text
    assert page.count(" checked") == 1
    assert "Do not send it yet: its money waits for a person." in page


def test_chosen_orders_are_packed_at_once_and_unpacked_at_once(
    office: FlaskClient, shop: Shop
) -> None:
    found = [paid_order(shop) for _ in range(3)]
    page = press(office, ["1001", "1002"])
    assert "2 parcels are packed." in told(page.text)
    assert [stage(shop, order) for order in found] == ["packed", "packed", "to_pack"]
    form = {"token": token(page.text, "/staff/packing/unpack")}
    back = office.post("/staff/packing/unpack", data=form, follow_redirects=True)
    assert "Unpacked." in told(back.text)
    assert [stage(shop, order) for order in found] == ["to_pack"] * 3
    again = office.post("/staff/packing/unpack", data=form, follow_redirects=True)
    assert "It was too late for that" in told(again.text)
    done = shop.ask(lambda: [e.action for e in audit.entries().entries])
    assert done.count("order packed") == done.count("parcel unpacked") == 2


def test_the_same_form_sent_twice_packs_once(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2})
    page = office.get("/staff/packing").text
    form = {"order": ["1001"], "step": "pack", "token": token(page, "/staff/packing")}
    for _ in range(2):
        answer = office.post("/staff/packing", data=form, follow_redirects=True)
        assert "1 parcel is packed." in told(answer.text)
    assert counts(shop, order) == [(2, 0, 2, 0)]
    assert shop.count(fulfilment.Parcel) == 1


def test_what_cannot_be_packed_is_told_and_the_rest_is_packed(
    office: FlaskClient, shop: Shop
) -> None:
    first, second, third = (paid_order(shop) for _ in range(3))
    page = office.get("/staff/packing").text
    refund(shop, first, {lines(shop, first)[0].id: 1})
    shop.do(lambda: orders.move(second.id, "refunding"))
    form = {"order": ["1001", "1002", "1003"], "step": "pack"}
    answer = office.post("/staff/packing", data=form | {"token": token(page, "/staff/packing")})
    words = told(answer.text)
    assert answer.status_code == 409
    assert "Order 1001 has nothing left to pack." in words
    assert "Order 1002 is not paid, or not any more. Do not send it." in words
    assert "1 order is packed. Undo" in words
    assert stage(shop, third) == "packed"


def test_pressing_without_a_choice_says_so(office: FlaskClient, shop: Shop) -> None:
    paid_order(shop)
    answer = press(office, [])
    assert (answer.status_code, "Please choose the orders first." in answer.text) == (422, True)
    assert office.get("/staff/packing/slips").status_code == 404
    assert office.get("/staff/packing/pick-list.pdf?order=x").status_code == 404
    assert office.get("/staff/packing/slips?parcel=99&parcel=99999999999").status_code == 404


def test_the_pick_list_sums_what_several_orders_need(office: FlaskClient, shop: Shop) -> None:
    for _ in range(2):
        paid_order(shop, {"SALT": 1, "OIL": 2})
    order = paid_order(shop, {"OIL": 5})
    refund(shop, order, {lines(shop, order)[0].id: 4})
    page = press(office, ["1001", "1002", "1003"], step="pick_list")
    rows = [told(row) for row in re.findall(r"<tr>(.*?)</tr>", page.text, re.S)]
    assert rows[1:] == [
        "5 Oil OIL, 100 ml OIL – 1001, 1002, 1003",
        "2 Oil SALT, 100 ml SALT – 1001, 1002",
    ]


def test_slips_are_printed_for_orders_and_again_for_parcels(
    office: FlaskClient, shop: Shop
) -> None:
    order = paid_order(shop, {"OIL": 2})
    page = press(office, ["1001"], step="slips")
    assert "Packing slip, order 1001" in page.text
    assert "Ida Quay Harbour Street 1 D01 Dublin Ireland" in told(page.text)
    part = packed(shop, order, units={lines(shop, order)[0].id: 1})
    slip = told(office.get(f"/staff/packing/slips?parcel={part}").text)
    assert "1 × Oil OIL, 100 ml OIL This is a part of the order." in slip


@pytest.mark.parametrize("what", ["pick-list", "slips"])
def test_paper_comes_as_pdf_with_letters_of_all_of_europe(
    office: FlaskClient, shop: Shop, what: str
) -> None:
    for name in ("Łukasz Žižek", "Ελένη Παπά", "Владимир", "Nguyễn Thị"):
        paid_order(shop, label=orders.ShipTo("a@b.example", name, "Straße 1\n1010 Wien", "AT"))
    numbers = "&".join(f"order={n}" for n in range(1001, 1005))
    answer = office.get(f"/staff/packing/{what}.pdf?{numbers}")
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") == (1 if what == "pick-list" else 4)


def ship(office: FlaskClient, carrier: str = "DHL", **fields: object) -> object:
    page = office.get("/staff/shipping").text
    form = {"carrier": carrier, "token": token(page, "/staff/shipping"), **fields}
    return office.post("/staff/shipping", data=form, follow_redirects=True)


def test_parcels_leave_with_their_numbers_and_come_back_by_one_press(
    office: FlaskClient, shop: Shop
) -> None:
    a, b, c = (packed(shop, paid_order(shop)) for _ in range(3))
    page = ship(office, **{f"tracking_{a}": " T1 ", f"tracking_{b}": "", f"tracking_{c}": ""},
                parcel=[str(b)])  # fmt: skip
    assert "2 parcels have left. Their letters go out in ten minutes" in told(page.text)
    rows = shop.ask(lambda: db.session.scalars(_PARCELS).all())
    assert [(p.state, p.carrier, p.tracking) for p in rows] == [
        ("shipped", "DHL", "T1"),
        ("shipped", "DHL", ""),
        ("packed", "", ""),
    ]
    assert len(shop.letters("parcel_shipped")) == 2
    assert 'name="carrier" list="carriers" maxlength="60" autocomplete="off" value="DHL"' in (
        office.get("/staff/shipping").text
    )
    form = {"token": token(page.text, "/staff/shipping/undo")}
    back = office.post("/staff/shipping/undo", data=form, follow_redirects=True)
    assert "Undone: the parcels wait for their carrier" in told(back.text)
    assert shop.letters("parcel_shipped") == []
    assert shop.ask(fulfilment.count_waiting) == 3


def test_what_left_long_ago_is_not_undone(office: FlaskClient, shop: Shop) -> None:
    parcel = packed(shop, paid_order(shop))
    shipped(shop, parcel, token="s")
    shop.do(lambda: db.session.execute(sa.update(mail.Letter).values(state="sent")))
    answer = office.post("/staff/shipping/undo", data={"token": "s"})
    assert answer.status_code == 409
    assert "Order 1001: the shopper has the letter already." in answer.text


def test_what_was_refunded_meanwhile_does_not_leave_and_nothing_typed_is_lost(
    office: FlaskClient, shop: Shop
) -> None:
    order = paid_order(shop)
    parcel = packed(shop, order)
    shop.do(lambda: orders.move(order.id, "refunding"))
    answer = ship(office, "GLS", **{f"tracking_{parcel}": "T1"})
    assert answer.status_code == 409
    assert "Order 1001 is not paid, or not any more. Do not send it." in answer.text
    assert 'value="T1"' in answer.text
    assert 'value="GLS"' in answer.text
    assert "it is not paid any more. Unpack it on its page." in answer.text
    assert counts(shop, order) == [(1, 0, 1, 0)]


def test_pressing_without_a_number_or_a_tick_says_so(office: FlaskClient, shop: Shop) -> None:
    parcel = packed(shop, paid_order(shop))
    assert "Please write a tracking number" in ship(office, **{f"tracking_{parcel}": " "}).text
    assert "120 characters at most" in ship(office, **{f"tracking_{parcel}": "1" * 121}).text
    assert shop.ask(fulfilment.count_waiting) == 1


def test_a_carriers_file_ships_all_or_tells_all(office: FlaskClient, shop: Shop) -> None:
    for _ in range(2):
        packed(shop, paid_order(shop))

    def send(text: str) -> object:
        page = office.get("/staff/shipping").text
        form = {"token": token(page, "/staff/shipping/file"), "lines": "", "file": (
            io.BytesIO(text.encode()), "numbers.csv")}  # fmt: skip
        return office.post("/staff/shipping/file", data=form, follow_redirects=True)

    assert send("").status_code == 422
    wrong = send("order,carrier,tracking\n1001,DHL,T1\nabc,DHL,T2\n1009,DHL,T3\n")
    assert wrong.status_code == 422
    assert "Nothing was shipped: 2 things have to be mended in the file." in wrong.text
    assert "Line 3, order" in wrong.text
    assert "Line 4, order" in wrong.text
    assert shop.ask(fulfilment.count_waiting) == 2
    right = send("order,carrier,tracking\n1001,DHL,T1\n#1002,ups,T2\n")
    assert "2 parcels have left." in told(right.text)


def test_pages_take_as_many_statements_for_much_as_for_little(
    app: Flask, office: FlaskClient, shop: Shop
) -> None:
    def costs(path: str) -> int:
        with Catalogue(app).statements() as sent:
            assert office.get(path).status_code == 200
        return len(sent)

    for n in range(2):
        packed(shop, paid_order(shop), f"p{n}")
        paid_order(shop)
    some = "/staff/packing/pick-list?order=1002&order=1004"
    few = [costs("/staff/packing"), costs("/staff/shipping"), costs(some)]
    for n in range(12):
        packed(shop, paid_order(shop), f"q{n}")
        paid_order(shop, {"OIL": 1, "SALT": 2})
    more = "/staff/packing/pick-list?" + "&".join(f"order={n}" for n in range(1001, 1028))
    assert [costs("/staff/packing"), costs("/staff/shipping"), costs(more)] == few
    assert max(few) <= 8


def test_the_pick_list_names_what_a_kit_was_made_of_when_it_was_bought(
    app: Flask, shop: Shop
) -> None:
    """Fails when it asks what is a kit now: the list would say SET, and nobody has one."""
    for sku, stock in (("OIL", 50), ("FLAKES", 50), ("SET", 0)):
        shop.product(sku, stock=stock)
    shop.do(lambda: inventory.make_kit("SET", {"OIL": 1, "FLAKES": 2}))
    numbers = [paid_order(shop, {"SET": 1}).number for _ in range(5)]
    shop.do(lambda: inventory.make_kit("SET", {}))
    office, shelf = browser_of_ida(app), Catalogue(app)
    counts = []
    for few in (numbers[:1], numbers):
        with shelf.statements() as statements:
            page = office.get("/staff/packing/pick-list", query_string={"order": few}).text
        counts.append(len(list(statements)))
        assert set(re.findall(r'data-heading="SKU">(\w+)<', page)) == {"OIL", "FLAKES"}
    assert counts[0] == counts[1]


def test_slips_of_many_parcels_take_as_many_statements_as_one(app: Flask, shop: Shop) -> None:
    shop.product("OIL-100", stock=90)
    for _ in range(6):
        packed(shop, paid_order(shop))
    office, shelf = browser_of_ida(app), Catalogue(app)
    counts = []
    for most in (1, 6):
        with shelf.statements() as statements:
            office.get("/staff/packing/slips", query_string={"parcel": list(range(1, most + 1))})
        counts.append(len(list(statements)))
    assert counts[0] == counts[1]
