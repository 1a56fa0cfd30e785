"""Orders in the back office: found, read, cancelled, accepted; and who may look."""

import re
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from conftest import Live
from storefront import inventory, orders, payments, staff
from storefront.database import db
from storefront.orders import finding
from storefront.orders.states import HEADINGS
from storefront.staff import words
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD, Desk, at, bought, browser_of_ida, buttons_of, many, state
from support.parcels import packed, paid_order
from support.shop import Shop
from support.shopper import Shopper, told


@pytest.fixture
def desk(live: Live) -> Desk:
    live.shop.product(stock=10)
    return Desk(live)


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser that somebody of the staff has signed in with."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """The numbers of the orders that are shown."""
    page = client.get(f"/staff/orders{query}")
    assert page.status_code == 200
    return re.findall(r">Order (\d+)<", page.text)


def test_the_newest_orders_stand_first_fifty_to_a_page(office: FlaskClient, shop: Shop) -> None:
    many(shop, 105)
    assert listed(office)[:2] == ["1105", "1104"]
    assert [len(listed(office, f"?page={n}")) for n in (1, 2, 3, 99, -1)] == [50, 50, 5, 5, 50]
    assert listed(office, "?page=x") == listed(office)
    assert 'href="/staff/orders?page=3"' in office.get("/staff/orders").text


def test_orders_are_found_by_number_mail_and_name(office: FlaskClient, shop: Shop) -> None:
    many(shop, 12)
    assert listed(office, "?q=1003") == ["1003"]
    assert listed(office, "?q=%231003") == ["1003"]
    assert listed(office, "?q=+SHOPPER12%40mail") == ["1012"]
    assert listed(office, "?q=n%C2%B0+1") == ["1012", "1011", "1010", "1001"]
    assert listed(office, "?q=%25") == []  # no wildcard of the database
    assert "No order fits." in told(office.get("/staff/orders?q=_").text)
    assert listed(office, "?q=99999999999999999999") == []


def test_orders_are_found_however_a_word_is_written(office: FlaskClient, shop: Shop) -> None:
    label = orders.ShipTo("Zoe.Jones+shop@Post.Example", "Marie-Thérèse O’Brien", "Quay", "IE")
    for order in (paid_order(shop, {"KIT-30": 1}, label=label), paid_order(shop)):
        reference = order.reference
    for text in ("kit30", "KIT 30", "Kit-3", "THERESE", "marie t", "o'brien", "brien", "zoe jones"):
        assert listed(office, f"?q={text}") == ["1001"], text
    for text in ("post.example", "zoe.jones+shop@post", "mariethérèse"):
        assert listed(office, "?" + urlencode({"q": text})) == ["1001"], text
    assert listed(office, f"?q={reference}") == ["1002"]
    assert listed(office, "?q=herese") == []  # a word is found by its beginning


def test_a_changed_label_is_found_by_its_new_words_alone(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop)
    shop.do(lambda: orders.remember_label(order.id, orders.ShipTo("b@c.example", "Bo", "", "IE")))
    assert listed(office, "?q=bo") == ["1001"]
    assert listed(office, "?q=quay") == []
    assert listed(office, "?q=oil100") == ["1001"]


def test_a_text_that_fits_too_many_says_so(
    office: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_COUNTED", 60)
    many(shop, 61)
    page = told(office.get("/staff/orders?q=ida").text)
    assert "More than 60 orders, page 1 of 2" in page
    assert "These are the newest 60." in page
    assert len(listed(office, "?q=ida&page=2")) == 10


def test_orders_are_listed_by_where_their_goods_are(office: FlaskClient, shop: Shop) -> None:
    many(shop, 1)
    paid_order(shop)
    packed(shop, paid_order(shop))
    assert listed(office, "?stage=to_pack") == ["1002"]
    assert listed(office, "?stage=packed") == ["1003"]
    assert listed(office, "?stage=shipped") == []
    assert len(listed(office, "?stage=made-up")) == 3


def test_orders_are_listed_by_state(office: FlaskClient, shop: Shop) -> None:
    many(shop, 3)
    shop.do(lambda: orders.move(2, "cancelled"))
    assert listed(office, "?state=cancelled") == ["1002"]
    assert listed(office, "?state=pending&q=mail.example") == ["1003", "1001"]
    assert len(listed(office, "?state=made-up")) == 3
    page = told(office.get("/staff/orders").text)
    assert "Order 1002 Ida N° 2 Cancelled – €17.80" in page
    assert "Order 1001 Ida N° 1 Waiting for payment – €17.80" in page


def test_a_shop_without_orders_says_so(office: FlaskClient) -> None:
    assert "No order has been placed yet." in told(office.get("/staff/orders").text)


def test_an_order_that_is_not_there_is_not_found(office: FlaskClient) -> None:
    for what, method in (
        ("", "GET"),
        ("/refund", "POST"),
        ("/cancel", "POST"),
        ("/accept", "POST"),
    ):
        answer = office.open(f"/staff/orders/nothing{what}", method=method)
        assert answer.status_code == 404
        assert orders.OrderNotFound().sentence in told(answer.text)


def test_a_forged_form_changes_nothing(config: dict[str, object], start_shop: object) -> None:
    app: Flask = start_shop(config | {"WTF_CSRF_ENABLED": True})  # type: ignore[operator]
    shop, client = Shop(app), browser_of_ida(app)
    many(shop, 1)
    (order,) = shop.orders()
    shop.do(lambda: pay(order))
    for what in ("refund", "cancel", "accept"):
        answer = client.post(at(order, what), data={"token": "t", "amount": "1", "step": "send"})
        assert (what, answer.status_code) == (what, 422)
        assert "Please press the button once more." in answer.text
    assert [found.state for found in shop.orders()] == ["pending"]
    assert shop.count(payments.Refund) == 0


def pay(order: orders.Order) -> None:
    payments.record_payment(
        "pi_1",
        order_reference=order.reference,
        session_id="cs_1",
        amount_cents=1780,
        currency="EUR",
    )


def test_a_stranger_sees_no_order(client: FlaskClient, shop: Shop) -> None:
    many(shop, 1)
    (order,) = shop.orders()
    for path in ("/staff/orders", at(order)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in")
    assert client.post(at(order, "cancel")).headers["Location"] == "/staff/sign-in"
    assert [found.state for found in shop.orders()] == ["pending"]


def test_pages_take_as_many_statements_for_much_as_for_little(
    app: Flask, office: FlaskClient, shop: Shop
) -> None:
    many(shop, 1)
    (order,) = shop.orders()

    def costs(path: str) -> int:
        with Catalogue(app).statements() as sent:
            assert office.get(path).status_code == 200
        return len(sent)

    shop.do(lambda: open_case(order, 100))
    few = [costs("/staff/orders"), costs(at(order))]
    many_more(shop, order)
    assert [costs("/staff/orders"), costs(at(order))] == few
    assert few[0] <= 6
    assert few[1] <= 17


def many_more(shop: Shop, order: orders.Order) -> None:
    """Thirty more orders, and thirty of everything that an order can have."""

    def add() -> None:
        for n in range(30):
            orders.note(order.id, "refund_asked", "x")
            payments.record_payment(
                f"pi_{n}", order_reference=order.reference, session_id=f"cs_{n}",
                amount_cents=1780, currency="EUR",
            )  # fmt: skip
            payments.owe_refund(f"pi_{n}", amount_cents=1, reason="requested", asked_by=f"t{n}")
            open_case(order, n)

    shop.do(add)
    shop.do(lambda: db.session.execute(sa.update(orders.Order).values(cart_id=None)))
    many(shop, 30)


def test_an_order_that_waits_for_its_payment_is_cancelled_once(live: Live, desk: Desk) -> None:
    shopper = Shopper(live.url)
    shopper.add()
    session_id = shopper.session_id()
    (order,) = live.shop.orders()
    page = told(desk.get(at(order)).text)
    assert "No money has come in for this order, so there is none to send back." in page
    assert "Cancel order 1001" in page
    first = desk.post(at(order, "cancel"), {})
    assert "The order is cancelled, and its goods are back on the shelf." in told(first.text)
    assert "It was too late for that" in told(desk.post(at(order, "cancel"), {}).text)
    assert (state(live), live.shop.stock()) == ("cancelled", (10, 0))
    assert live.box.control.session(session_id)["status"] == "expired"


def test_a_paid_order_cannot_be_cancelled(live: Live, desk: Desk) -> None:
    order = bought(live)
    assert "Cancel order" not in told(desk.get(at(order)).text)
    assert "It was too late for that" in told(desk.post(at(order, "cancel"), {}).text)
    assert state(live) == "paid"


def test_another_amount_is_accepted_once_and_takes_its_case_along(live: Live, desk: Desk) -> None:
    order = bought(live)

    def put_on_hold() -> None:
        db.session.execute(sa.update(orders.Order).values(state="on_hold"))
        payments.open_case(
            "paid_otherwise", order.payment_id or "", order_reference=order.reference, sentence="?"
        )

    live.shop.do(put_on_hold)
    assert "Accept €17.80" in buttons_of(desk.get(at(order)).text)
    first = told(desk.post(at(order, "accept"), {}).text)
    assert "The order counts as paid, and its shopper has the confirmation." in first
    assert f"The amount was accepted {EMAIL}" in first
    assert "It was too late for that" in told(desk.post(at(order, "accept"), {}).text)
    assert (state(live), live.shop.ask(payments.count_cases)) == ("paid", 0)


def test_an_amount_for_goods_that_are_gone_is_not_accepted(live: Live, desk: Desk) -> None:
    order = bought(live)

    def lose() -> None:
        db.session.execute(sa.update(orders.Order).values(state="on_hold"))
        inventory.put_back(order.reference, {"OIL-100": 1})
        inventory.adjust("OIL-100", -10, reason="damaged")

    live.shop.do(lose)
    answer = desk.post(at(order, "accept"), {})
    assert answer.status_code == 422
    assert inventory.OutOfStock("OIL-100", 1, 0).sentence in told(answer.text)
    assert state(live) == "on_hold"


def test_every_state_and_every_step_has_words() -> None:
    assert set(words.STATES) == set(HEADINGS) == set(orders.STATES)
    noted = {"placed", "refund_asked", "refund_sent", "refund_done", "refund_failed", "dispute"}
    goods = {"packed", "unpacked", "shipped", "unshipped", "note", "address", "no_invitation"}
    assert set(words.HAPPENED) == {*orders.STATES, *noted, *goods, "accepted"} - {"pending"}
    assert set(words.STAGES) == set(orders.STAGES)
    assert words.happened("paid") == "Paid"
    assert words.happened("of_an_earlier_version") == "Of an earlier version"
    assert words.dispute_status("prevented_by_bank") == "prevented by bank"


def open_case(order: orders.Order, n: int) -> None:
    payments.open_case(
        "fraud_warning", f"pi_{n}", order_reference=order.reference, sentence="Do not send it."
    )
