"""A gift note: kept with the cart as it was written, copied onto the order, told to who packs."""

import json
import logging
import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from fpdf import FPDF

from conftest import Live
from storefront import cart, mail, orders, staff
from storefront.checkout import letters, privacy
from storefront.database import db
from storefront.orders.sending import lock
from support.catalogue import Catalogue
from support.desk import EMAIL, PASSWORD
from support.parcels import LABEL, packed, paid_order
from support.shop import Shop, seen_key
from support.shopper import Shopper, told

NOTE = "Dear Ida,\nwarm feet for a cold winter.\n\nYours, Bo"


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def oil(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A visitor with an oil in the cart."""
    shop.product()
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    return client


def keep(client: FlaskClient, note: str, **more: str) -> str:
    """The page after a note was saved."""
    form = {"gift_note": note, "step": "gift", **more}
    return client.post("/cart/choices", data=form, follow_redirects=True).text


def kept(shop: Shop) -> str | None:
    """The note of the only cart."""
    return shop.ask(lambda: db.session.scalar(sa.select(cart.Cart.gift_note)))


def field_of(page: str) -> str:
    """What stands in the field, as a browser reads it."""
    found = re.search(r'<textarea[^>]* id="gift-note".*?>\n(.*?)</textarea>', page, re.S)
    assert found
    return unescape(found[1])


def is_open(page: str) -> bool:
    """Whether the field is unfolded."""
    return re.search(r'id="gift">\s*<details class="shop-fold" open>', page) is not None


def test_a_note_is_added_changed_and_taken_out(oil: FlaskClient, shop: Shop) -> None:
    page = oil.get("/cart").text
    assert ("Add a gift note" in page, is_open(page), field_of(page)) == (True, False, "")
    page = keep(oil, NOTE.replace("\n", "\r\n"))
    assert ("Your gift note" in page, is_open(page), field_of(page)) == (True, True, NOTE)
    assert kept(shop) == NOTE
    keep(oil, "Another", gift_note_seen=NOTE)
    assert kept(shop) == "Another"
    page = oil.post("/cart/choices", data={"gift_note": "Another", "step": "remove_note"}).text
    assert "Your gift note is removed. Undo" in told(page)
    assert (kept(shop), field_of(page)) == ("", "")


def test_a_note_that_was_taken_out_can_be_brought_back_from_that_page_alone(
    oil: FlaskClient, shop: Shop
) -> None:
    keep(oil, NOTE)
    page = oil.post("/cart/choices", data={"gift_note": NOTE, "step": "remove_note"}).text
    found = re.search(r'<input type="hidden" name="gift_note" value="(.*?)">', page, re.S)
    assert found
    assert "removed" not in oil.get("/cart").text
    assert "Dear Ida" not in oil.get("/cart").text
    keep(oil, unescape(found[1]))
    assert kept(shop) == NOTE


@pytest.mark.parametrize(
    ("typed", "stays"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("</textarea><b>x", "</textarea><b>x"),
        ("{{ 7 * 7 }} %s {0}", "{{ 7 * 7 }} %s {0}"),
        ("a\x1b[31mc\x07", "a[31mc"),
        ("one\u202etwo\u2066three\ufeff", "onetwothree"),
        ("a\r\nb\rc \n\n\n\n\nd", "a\nb\nc\n\nd"),
        ("Z" + "\u0301" * 40, "Z" + "\u0301" * 4),
        (" \n\t ", ""),
        ("🎁 für Zoë, 你好", "🎁 für Zoë, 你好"),
        ("x" * 300, "x" * 300),
        ("\n".join("abcdefghijkl"), "\n".join("abcdefghijkl")),
    ],
)
def test_it_is_plain_text_whatever_is_typed(
    oil: FlaskClient, shop: Shop, typed: str, stays: str
) -> None:
    page = keep(oil, typed)
    assert kept(shop) == stays
    assert field_of(page) == stays
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_nul_is_refused_and_cleaned_where_it_comes_another_way(
    oil: FlaskClient, shop: Shop
) -> None:
    answer = oil.post("/cart/choices", data={"gift_note": "a\x00b", "step": "gift"})
    assert (answer.status_code, kept(shop)) == (400, "")
    shop.do(lambda: cart.choose(1, gift_note="a\x00b\ud800"))
    assert kept(shop) == "ab"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 342, "Your note has 342 characters, and 300 fit on the slip. Please take out 42."),
        ("x\n" * 13 + "y", "Your note has 14 lines, and 12 fit on the slip. Please take out 2."),
    ],
)
def test_one_that_is_too_long_is_told_by_how_much_and_stays_in_its_field(
    oil: FlaskClient, shop: Shop, typed: str, said: str
) -> None:
    keep(oil, "Short")
    form = {"gift_note": typed, "gift_note_seen": "Short", "country": "IE"}
    seen = seen_key(oil.get("/cart").text)
    for path, more in (("/cart/choices", {}), ("/checkout", {"seen": seen})):
        answer = oil.post(path, data=form | more)
        assert (answer.status_code, said in told(answer.text)) == (422, True)
        assert (is_open(answer.text), field_of(answer.text)) == (True, typed)
        assert 'aria-invalid="true"' in answer.text
    assert (kept(shop), shop.orders()) == ("Short", [])
    assert shop.ask(lambda: db.session.scalar(sa.select(cart.Cart.country))) == ""


def test_what_was_typed_is_still_there_after_another_mistake(oil: FlaskClient, shop: Shop) -> None:
    page = oil.post("/cart/choices", data={"gift_note": NOTE, "country": "no such"}).text
    assert "Please choose a country from the list." in told(page)
    assert (field_of(page), kept(shop)) == (NOTE, "")


def test_country_and_note_are_kept_together_and_neither_undoes_the_other(
    oil: FlaskClient, shop: Shop
) -> None:
    keep(oil, NOTE, country="IE", gift_note_seen="")
    oil.post("/cart/choices", data={"country": "DE"})
    assert kept(shop) == NOTE
    assert '<option value="DE" selected>' in oil.get("/cart").text


def test_a_page_from_before_the_note_does_not_take_it_out(oil: FlaskClient, shop: Shop) -> None:
    keep(oil, NOTE)
    oil.post("/cart/choices", data={"country": "IE", "gift_note": "", "gift_note_seen": ""})
    assert kept(shop) == NOTE


def test_nobody_else_sees_it_and_a_link_does_not_carry_it(oil: FlaskClient, shop: Shop) -> None:
    keep(oil, NOTE)
    page = unescape(oil.get("/cart").text)
    link = re.search(r'id="cart-link" value="([^"]+)"', page)
    assert link
    assert link[1].endswith("/cart/shared?goods=OIL-100:1")
    other = shop.app.test_client()
    other.post("/cart/shared", data={"goods": "OIL-100:1", "gift_note": "Mine", "how": "beside"})
    for path in ("/cart", "/cart/fragment", "/cart/shared?goods=OIL-100:1"):
        assert "Dear Ida" not in other.get(path).text
    assert "Dear Ida" not in oil.get("/cart/fragment").text


@pytest.mark.parametrize("how", ["beside", "in_place"])
def test_a_cart_that_takes_in_another_keeps_its_own_note(
    oil: FlaskClient, shop: Shop, how: str
) -> None:
    shop.product("SALT")
    keep(oil, NOTE)
    oil.post("/cart/shared", data={"goods": "SALT:2", "how": how})
    assert kept(shop) == NOTE
    oil.post("/cart/undo")
    assert kept(shop) == NOTE


def test_without_a_cart_nothing_is_made(client: FlaskClient, shop: Shop) -> None:
    answer = client.post("/cart/choices", data={"gift_note": NOTE, "step": "gift"})
    assert (answer.status_code, shop.count(cart.Cart)) == (422, 0)


def test_the_cart_costs_no_statement_more(oil: FlaskClient, shop: Shop) -> None:
    oil.get("/cart")
    counts = []
    for note in ("", NOTE):
        keep(oil, note)
        with Catalogue(shop.app).statements() as sent:
            oil.get("/cart")
        counts.append(len(sent))
    assert counts == [8, 8]


def order_now(shopper: Shopper, note: str, *, seen_note: str = "") -> str:
    """Presses the button that costs money with this note in its field; the payment page."""
    page = shopper.web.get(f"{shopper.url}/cart", timeout=60).text
    form = {"seen": seen_key(page), "gift_note": note, "gift_note_seen": seen_note}
    url = f"{shopper.url}/checkout"
    answer = shopper.web.post(url, data=form, allow_redirects=False, timeout=60)
    assert answer.status_code == 303, told(answer.text)
    found = re.search(r"cs_test_\w+", answer.headers["Location"])
    assert found
    return found.group()


def test_who_orders_at_once_has_written_it_and_the_order_keeps_it(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    session = order_now(shopper, NOTE)
    form = {"gift_note": "Something else", "step": "gift"}
    shopper.web.post(f"{live.url}/cart/choices", data=form, timeout=60)
    live.box.control.complete(session, wait_seconds=60)
    (order,) = live.shop.orders()
    assert (order.state, order.gift_note) == ("paid", NOTE)
    assert kept(live.shop) == "Something else"  # written since, so it is for the next order


def test_what_was_ordered_with_a_note_takes_it_out_of_the_cart(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(order_now(shopper, NOTE), wait_seconds=60)
    assert kept(live.shop) == ""


def test_another_note_closes_the_page_that_was_opened_with_the_first(live: Live) -> None:
    """Fails without has_its_note(): the first note would be paid for."""
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    first = order_now(shopper, "First")
    assert order_now(shopper, "First", seen_note="First") == first
    second = order_now(shopper, "Second", seen_note="First")
    assert live.box.control.session(first)["status"] == "expired"
    live.box.control.complete(second, wait_seconds=60)
    found = [(order.state, order.gift_note) for order in live.shop.orders()]
    assert found == [("expired", "First"), ("paid", "Second")]


def test_a_payment_that_fails_brings_the_note_back(shop: Shop) -> None:
    shop.product()

    def fail() -> tuple[str, str]:
        mine, _ = cart.open_cart()
        cart.add(mine.id, "OIL-100", 1)
        cart.choose(mine.id, gift_note=NOTE)
        cart.empty(mine.id, {"OIL-100": 1}, gift_note=NOTE)
        between = cart.gift_note_of(mine.id)
        cart.refill(mine.id, {"OIL-100": 1}, gift_note=NOTE)
        cart.refill(mine.id, {"OIL-100": 1}, gift_note="Of another order")
        return between, cart.gift_note_of(mine.id)

    assert shop.do(fail) == ("", NOTE)


def test_it_is_on_the_order_and_in_its_letter_and_neither_at_stripe_nor_in_a_log(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    note = "Dear <b>Ida</b>,\nyours & mine"
    live.box.control.complete(order_now(shopper, note), wait_seconds=60)
    (order,) = live.shop.orders()
    page = shopper.web.get(f"{live.url}/orders/{order.reference}", timeout=60).text
    shown = "Dear &lt;b&gt;Ida&lt;/b&gt;,\nyours &amp; mine"
    assert f'<dt>Your gift note</dt><dd><p class="shop-gift-note" dir="auto">{shown}</p>' in page
    (letter,) = live.shop.letters()
    assert shown in letter.html
    assert "printed" not in letter.subject
    assert "\n    Dear <b>Ida</b>,\n    yours & mine\n\nYour order at any time" in letter.text
    for asked in live.box.control.requests():
        assert "yours" not in str(asked)
    assert "yours" not in caplog.text
    assert shopper.web.get(f"{live.url}/orders/{order.reference[::-1]}").status_code == 404


def test_an_order_without_a_note_does_not_speak_of_one(live: Live) -> None:
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    live.box.control.complete(shopper.session_id(), wait_seconds=60)
    (order,) = live.shop.orders()
    (letter,) = live.shop.letters()
    page = shopper.web.get(f"{live.url}/orders/{order.reference}", timeout=60).text
    for text in (page, letter.html, letter.text):
        assert "gift" not in text.lower()


@pytest.fixture
def office(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser of somebody who may see orders and pack."""
    shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=["stock", "orders"]))
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    return client


def test_staff_see_it_where_they_pack_and_on_the_order(office: FlaskClient, shop: Shop) -> None:
    order = paid_order(shop, gift_note="Dear <i>Ida</i>,\nyours")
    shown = "Dear &lt;i&gt;Ida&lt;/i&gt;,\nyours"
    packing = office.get("/staff/packing").text
    assert shown in packing
    assert "A gift. Its slip carries this note: Dear <i>Ida</i>" in told(packing)
    page = office.get(f"/staff/orders/{order.reference}").text
    assert shown in page
    assert "Gift note" in page


def test_the_slips_of_a_gift_carry_the_note_and_no_price(office: FlaskClient, shop: Shop) -> None:
    """Of what waits, and of each parcel once it is packed."""
    order = paid_order(shop, {"OIL": 2}, gift_note=NOTE)
    waiting = office.get("/staff/packing/slips?order=1001").text
    parcel = packed(shop, order)
    for page in (waiting, office.get(f"/staff/packing/slips?parcel={parcel}").text):
        slip = re.search(r'<article class="shop-paper".*?</article>', page, re.S)
        assert slip
        assert f'<p class="shop-gift-note" dir="auto">{NOTE}</p>' in slip[0]
        assert not re.search(r"€|EUR|\d[.,]\d\d\b", slip[0])
        assert "Print this page instead" not in page


def test_the_pdf_of_a_gift_has_the_note_and_says_which_it_cannot_draw(
    office: FlaskClient,
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    draw = FPDF.multi_cell

    def listen(pdf: FPDF, w: float, h: float, text: str, **how: Any) -> object:
        drawn.append(text)
        return draw(pdf, w, h, text, **how)

    monkeypatch.setattr(FPDF, "multi_cell", listen)
    paid_order(shop, gift_note="Grüße für Žofie\nund Ångström")
    paid_order(shop, gift_note="With love ❤ 你好")
    paid_order(shop)
    numbers = "order=1001&order=1002&order=1003"
    page = told(office.get(f"/staff/packing/slips?{numbers}").text)
    assert "cannot draw every sign of the gift note of order 1002. Print this page" in page
    assert drawn == []
    content = office.get(f"/staff/packing/slips.pdf?{numbers}").data
    assert content.startswith(b"%PDF-")
    titles = [at for at, text in enumerate(drawn) if text == "A note for you"]
    notes = [drawn[at + 1] for at in titles]
    assert notes == ["Grüße für Žofie\nund Ångström", "With love  "]
    assert "missing the following glyphs" not in caplog.text


def test_what_staff_do_to_an_order_leaves_its_note(shop: Shop) -> None:
    order = paid_order(shop, {"OIL": 2}, gift_note=NOTE)

    def change() -> None:
        found = lock(order.id)
        assert found is not None
        assert orders.change_label(order.id, LABEL, version=found.version)
        orders.write_note(order.id, "Called.", actor="ida")

    shop.do(change)
    packed(shop, order)
    assert [one.gift_note for one in shop.orders()] == [NOTE]


def test_whoever_asks_gets_their_notes_and_has_them_forgotten(live: Live) -> None:
    """Of another buyer nothing is told or lost; what was never paid goes with its cart."""
    live.shop.product()
    for email in ("ida@mail.example", "bo@mail.example"):
        shopper = Shopper(live.url)
        shopper.add()
        order_now(shopper, f"Draft of {email}")
        session = order_now(shopper, f"From {email}", seen_note=f"Draft of {email}")
        live.box.control.complete(session, email=email, wait_seconds=60)
        keep_it = {"gift_note": "For next time", "step": "gift"}
        shopper.web.post(f"{live.url}/cart/choices", data=keep_it, timeout=60)
    run = live.app.test_cli_runner().invoke
    told_of = run(args=["shop", "gift-notes-of", "IDA@mail.example"]).output
    assert [one["gift_note"] for one in json.loads(told_of)] == [
        "Draft of ida@mail.example", "From ida@mail.example",
    ]  # fmt: skip
    before = {letter.recipient: letter.html for letter in live.shop.letters()}
    forgot = run(args=["shop", "forget-gift-notes", "Ida@mail.example"]).output
    assert "2 gift notes erased." in forgot
    notes = [order.gift_note for order in live.shop.orders()]
    assert notes == ["", "", "Draft of bo@mail.example", "From bo@mail.example"]
    query = sa.select(cart.Cart.gift_note).order_by(cart.Cart.id)
    assert live.shop.ask(lambda: list(db.session.scalars(query))) == ["", "For next time"]
    after = {letter.recipient: letter.html for letter in live.shop.letters()}
    assert "From ida@" in before["ida@mail.example"]
    assert "From ida@" not in after.get("ida@mail.example", "")
    assert after["bo@mail.example"] == before["bo@mail.example"]
    assert run(args=["shop", "gift-notes-of", "ida@mail.example"]).output.strip() == "[]"


def test_a_confirmation_that_waits_is_written_anew_without_the_note_and_one_that_left_is_erased(
    shop: Shop,
) -> None:
    found = [paid_order(shop, gift_note=NOTE) for _ in range(2)]
    with shop.app.test_request_context():
        for order in found:
            assert shop.do(lambda order=order: letters.write_confirmation(order.id))
        shop.do(lambda: db.session.execute(
            sa.update(mail.Letter).where(mail.Letter.reference == found[0].reference)
            .values(state="sent")
        ))  # fmt: skip
        assert [NOTE in letter.html for letter in shop.letters()] == [True, True]
        assert shop.do(lambda: privacy.forget_gift_notes(LABEL.email)) == 2
    (letter,) = shop.letters()
    assert (letter.reference, letter.state) == (found[1].reference, "waiting")
    assert "Dear Ida" not in letter.html + letter.text
