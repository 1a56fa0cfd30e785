"""Recalls: everybody who got a lot is written to once, in words that do not play it down."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, inventory, mail, orders, recalls
from support.desk import browser_of_ida
from support.shop import Shop

LATER = datetime.now(UTC).date() + timedelta(days=400)
NOTICE = {
    "product": "Magnesium Oil, 100 ml",
    "hazard": "Glass splinters may be in the bottle. They can cut skin and eyes.",
    "action": "Stop using it.\nSend it back.",
    "remedies": ["refund", "replacement"],
    "contact": "care@shop.example",
}


def bought_lot(shop: Shop, *emails: str) -> list[str]:
    """Lot L7 of OIL-100, and an order of two units of it for each address; their numbers."""
    shop.product("OIL-100", stock=0)

    def buy() -> list[str]:
        lot_id = inventory.open_lot("OIL-100", "L7", expires_on=LATER)
        inventory.adjust("OIL-100", 50, reason="received", lot_id=lot_id)
        return [order(email) for email in emails]

    return shop.do(buy)


def order(email: str, sku: str = "OIL-100", units: int = 2) -> str:
    line = orders.NewLine(sku, "Magnesium Oil", "100 ml", units, 1290, 1900)
    made = orders.place(
        orders.NewOrder(
            cart_id=None, content_key="k", currency="EUR", lines=[line], delivery_name="Post",
            delivery_cents=490, vat_cents=284, session_expires_at=datetime(2027, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip
    orders.remember_label(made.id, orders.ShipTo(email, "Ida", "Quay 1", "DE"))
    orders.move(made.id, "paid")
    inventory.take_again(made.reference, {sku: units})
    inventory.allocate(made.reference)
    return made.number


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


def test_everybody_who_got_the_lot_is_written_to_once_after_asking(
    desk: FlaskClient, shop: Shop
) -> None:
    first, *_ = bought_lot(shop, "ida@mail.example", "bo@mail.example", "")
    page = desk.get("/staff/lots/1/recall").text
    assert "3 orders got 6 units of it." in page
    asked = desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "check"})
    assert "Write to 2 orders?" in asked.text
    assert "1 more have no e-mail address" in asked.text
    assert "PRODUCT SAFETY RECALL" in asked.text
    assert shop.letters("recall") == []
    for said in ("recalled", "told"):
        sent = desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "send"})
        assert sent.location == f"/staff/lots/1/recall?said={said}"
    letters = sorted(shop.letters("recall"), key=lambda letter: letter.id)
    assert [one.recipient for one in letters] == ["ida@mail.example", "bo@mail.example"]
    assert letters[0].subject.endswith("Product safety recall: Magnesium Oil, 100 ml")
    for part in (
        "Lot L7", "You bought 2 of this lot from us", f"in order {first} of", "Glass splinters",
        "Stop using it.", "your money back or a replacement", "care@shop.example",
    ):  # fmt: skip
        assert part in letters[0].text
        assert part in letters[0].html
    assert shop.ask(lambda: inventory.available(["OIL-100"])) == {"OIL-100": 0}
    done = [entry.action for entry in shop.ask(lambda: audit.entries().entries)]
    assert done == ["lot recalled"]


def test_progress_says_how_many_letters_have_left(
    desk: FlaskClient, shop: Shop, app: Flask
) -> None:
    bought_lot(shop, "ida@mail.example", "bo@mail.example", "")
    desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "send"})
    page = desk.get("/staff/lots/1/recall").text
    assert "0 of 2 letters have left, 2 wait." in page
    assert "to be written to by post" in page
    with app.app_context():
        assert mail.send_waiting(app.extensions["storefront"].settings) == 2
    assert "2 of 2 letters have left." in desk.get("/staff/lots/1/recall").text


def test_who_got_some_later_is_written_to_with_the_same_notice(
    desk: FlaskClient, shop: Shop
) -> None:
    """A parcel that was packed before the recall and written down after it."""
    bought_lot(shop, "ida@mail.example")
    desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "send"})
    shop.do(lambda: inventory.release_lot(1))
    shop.do(lambda: order("bo@mail.example"))
    assert "1 order got some of it and has no letter yet." in desk.get("/staff/lots/1/recall").text
    desk.post("/staff/lots/1/recall")
    letters = sorted(shop.letters("recall"), key=lambda letter: letter.id)
    assert [one.recipient for one in letters] == ["ida@mail.example", "bo@mail.example"]
    assert "Glass splinters" in letters[1].text
    assert shop.ask(lambda: inventory.available(["OIL-100"])) == {"OIL-100": 0}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"hazard": "A voluntary recall of splinters."}, "please leave out “voluntary”"),
        ({"hazard": "As a precautionary measure."}, "please leave out “precautionary”"),
        ({"action": "In rare cases it cuts."}, "please leave out “In rare cases”"),
        ({"hazard": "There have been no reported injuries."}, "leave out “no reported injuries”"),
        ({"hazard": ""}, "Please say what is dangerous, and how it may harm."),
        ({"contact": ""}, "Please say whom to ask, and how to reach them."),
        ({"remedies": ["refund"]}, "Please offer at least two remedies"),
        ({"remedies": ["nothing", "refund"]}, "not a valid choice"),
    ],
)
def test_a_notice_that_lacks_something_or_plays_it_down_is_not_sent(
    desk: FlaskClient, shop: Shop, wrong: dict[str, object], sentence: str
) -> None:
    bought_lot(shop, "ida@mail.example")
    answer = desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "send"} | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert shop.letters("recall") == []
    assert shop.ask(lambda: inventory.available(["OIL-100"])) == {"OIL-100": 48}


def test_one_remedy_is_enough_when_only_one_is_possible(desk: FlaskClient, shop: Shop) -> None:
    bought_lot(shop, "ida@mail.example")
    form = NOTICE | {"remedies": ["refund"], "has_only_one_remedy": "1", "step": "send"}
    assert desk.post("/staff/lots/1/recall", data=form).status_code == 303
    assert "You can have your money back." in shop.letters("recall")[0].text


def test_what_staff_write_cannot_become_html(desk: FlaskClient, shop: Shop) -> None:
    bought_lot(shop, "ida@mail.example")
    form = NOTICE | {"hazard": "<b>Splinters</b>", "step": "send"}
    desk.post("/staff/lots/1/recall", data=form)
    (letter,) = shop.letters("recall")
    assert "&lt;b&gt;Splinters" in letter.html
    assert "<b>Splinters</b>" in letter.text


def test_the_verb_itself_refuses_what_the_law_forbids(shop: Shop) -> None:
    bought_lot(shop, "ida@mail.example")
    facts = {name: str(NOTICE[name]) for name in ("product", "hazard", "action", "contact")}
    soft = recalls.Notice(remedies=("refund", "repair"), **(facts | {"hazard": "Voluntarily."}))
    with pytest.raises(recalls.PlayedDown):
        shop.do(lambda: recalls.recall(1, soft))
    few = recalls.Notice(remedies=(), has_only_one_remedy=True, **facts)
    with pytest.raises(recalls.TooFewRemedies):
        shop.do(lambda: recalls.recall(1, few))
    assert shop.count(recalls.Recall) == 0
    assert shop.ask(lambda: inventory.available(["OIL-100"])) == {"OIL-100": 48}


def test_whoever_bought_a_kit_is_written_to_about_the_lot_of_its_part(
    desk: FlaskClient, shop: Shop
) -> None:
    bought_lot(shop, "ida@mail.example")
    shop.product("SET", stock=0, slug="set", name="Ritual set")
    shop.do(lambda: inventory.make_kit("SET", {"OIL-100": 3}))
    number = shop.do(lambda: order("kit@mail.example", "SET", 2))
    page = desk.get("/staff/lots/1").text
    assert f"Order {number}" in page
    assert "2 orders got 8 units of it." in desk.get("/staff/lots/1/recall").text
    desk.post("/staff/lots/1/recall", data=NOTICE | {"step": "send"})
    letters = {letter.recipient: letter.text for letter in shop.letters("recall")}
    assert sorted(letters) == ["ida@mail.example", "kit@mail.example"]
    assert "You bought 6 of this lot from us" in letters["kit@mail.example"]
