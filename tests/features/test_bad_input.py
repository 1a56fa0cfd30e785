"""Bad input gets a sentence and the right status, never a 500, and changes nothing."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import Starter
from storefront import cart, orders, payments, staff
from storefront.database import db
from support.shop import Shop, seen_key
from support.shopper import told

HOW_MANY = "Please give the quantity as a whole number from 1 to 99."
HOW_MANY_OR_NONE = "Please give the quantity as a whole number from 0 to 99."
CHOOSE = "Please choose an article."
NOT_SOLD = "We do not sell this article, or not any more."
STALE = "This page was open for a long time. Please press the button once more."
FOREIGN = "This form was sent from another site, so we did not act on it."
UNREADABLE = "There is a character in this that we cannot read. Please type it once more."
NO_ORDER = "We found no order with these details."
NO_NUMBER = "Please give the number as it stands in your letter, such as 1042."
NO_EMAIL = "Please give the whole address you paid with, like ida@mail.example."
NO_PAGE = "There is no page at this address."
NO_METHOD = "This address does not answer to that kind of request."
TOO_MUCH = "That was more than we can take in at once."

PLAIN: dict[str, str] = {}
SCRIPT = {"Accept": "text/html; fragment=cart", "X-Requested-With": "fetch"}
URLENCODED = "application/x-www-form-urlencoded"

both_ways = pytest.mark.parametrize("headers", [PLAIN, SCRIPT], ids=["form", "script"])


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """A shop with ten bottles of oil."""
    shop.product()
    return shop


@pytest.fixture
def shopper(sold: Shop, client: FlaskClient) -> Iterator[FlaskClient]:
    """Somebody with one bottle in the cart; whatever the test does, that is how it must stay."""
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"})
    assert lines(sold) == [("OIL-100", 1)]
    yield client
    assert lines(sold) == [("OIL-100", 1)]
    assert sold.stock() == (10, 0)
    assert sold.orders() == []
    assert "€12.90" in told(client.get("/cart").text)


def lines(shop: Shop) -> list[tuple[str, int]]:
    """Every line of every cart."""
    query = sa.select(cart.CartLine.sku, cart.CartLine.quantity).order_by(cart.CartLine.id)
    return shop.ask(lambda: [(row.sku, row.quantity) for row in db.session.execute(query)])


def refused(answer: TestResponse, status: int, sentence: str) -> None:
    """Asserts a status and a sentence that a person sees."""
    assert (answer.status_code, sentence in told(answer.text)) == (status, True), told(answer.text)
    assert answer.headers["Cache-Control"] == "no-store, private"


ODD_QUANTITIES = ["0", "-1", "-0", "1000000000", "1" * 40, "two", "", " ", "1.5", "1,5", "１", "٣",
                  "--1", "+-1", "1e3", "0x1", "NaN", "1_0", "9" * 10_000]  # fmt: skip


@both_ways
@pytest.mark.parametrize("quantity", ODD_QUANTITIES, ids=lambda text: repr(text[:12]))
def test_a_quantity_that_is_no_number_of_jars_is_refused(
    shopper: FlaskClient, headers: dict[str, str], quantity: str
) -> None:
    form = {"sku": "OIL-100", "quantity": quantity}
    refused(shopper.post("/cart/lines", data=form, headers=headers), 422, HOW_MANY)


@both_ways
@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({"sku": "NO-SUCH", "quantity": "1"}, 404, NOT_SOLD),
        ({"sku": "oil-100", "quantity": "1"}, 404, NOT_SOLD),
        ({"sku": "' OR 1=1 --", "quantity": "1"}, 404, NOT_SOLD),
        ({"sku": "x" * 10_000, "quantity": "1"}, 404, NOT_SOLD),
        ({"sku": "\N{SOFT ICE CREAM}\u202e", "quantity": "1"}, 404, NOT_SOLD),
        ({"sku": "", "quantity": "1"}, 422, CHOOSE),
        ({"quantity": "1"}, 422, CHOOSE),
        ({}, 422, CHOOSE),
        ({"sku": "OIL-100"}, 422, HOW_MANY),
        ({"sku": "OIL-100", "quantity": "10"}, 422, "Only 10 left, and 1 of them already in your"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    shopper: FlaskClient,
    headers: dict[str, str],
    form: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    answer = shopper.post("/cart/lines", data=form, headers=headers)
    refused(answer, 422 if headers is SCRIPT else status, sentence)
    assert "data-count" in answer.text if headers is SCRIPT else "<h1>Your cart</h1>" in answer.text


@both_ways
@pytest.mark.parametrize("field", ["sku", "quantity", "guide", "block", "next"])
def test_a_nul_byte_is_refused_before_it_reaches_the_database(
    shopper: FlaskClient, headers: dict[str, str], field: str
) -> None:
    form = {"sku": "OIL-100", "quantity": "1", field: "OIL\0-100"}
    refused(shopper.post("/cart/lines", data=form, headers=headers), 400, UNREADABLE)


@both_ways
@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        (b"sku=\xff\xfe&quantity=1", URLENCODED, CHOOSE),
        (b"sku=%ff%fe&quantity=1", URLENCODED, NOT_SOLD),
        (b"sku=OIL-100&quantity=%ff", URLENCODED, HOW_MANY),
        (b"\xff" * 10_000, URLENCODED, CHOOSE),
        (b"&&==&=&", URLENCODED, CHOOSE),
        (b'{"sku": "OIL-100", "quantity": 1}', "application/json", CHOOSE),
        (b'{"sku": {"a": [1]}, "quantity": {}}', "application/json", CHOOSE),
        (b"[1, 2]", "application/json", CHOOSE),
        (b"{", "application/json", CHOOSE),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", CHOOSE),
        (b"--x\r\nnonsense", "multipart/form-data", CHOOSE),
        (b"", "", CHOOSE),
    ],
)
def test_a_body_that_is_no_form_of_ours_counts_as_empty(
    shopper: FlaskClient, headers: dict[str, str], body: bytes, kind: str, sentence: str
) -> None:
    answer = shopper.post("/cart/lines", data=body, content_type=kind, headers=headers)
    assert answer.status_code in {404, 422}
    assert sentence in told(answer.text)


@both_ways
def test_more_than_a_form_ever_holds_is_not_taken_in(
    shopper: FlaskClient, headers: dict[str, str]
) -> None:
    huge = {"sku": "x" * 3_000_000, "quantity": "1"}
    refused(shopper.post("/cart/lines", data=huge, headers=headers), 413, TOO_MUCH)


@both_ways
@pytest.mark.parametrize(
    ("guide", "block"),
    [("No Such", "b1"), ("x" * 10_000, "y" * 10_000), ("../../cart", "#"), ("//evil.example", "b"),
     ("<b>", '"><script>'), ("\r\nSet-Cookie: a=b", "\r\n"), ("", "b3"), ("foot-bath", "")],
)  # fmt: skip
def test_an_odd_source_counts_as_none_and_never_costs_the_sale_or_leads_away(
    sold: Shop, client: FlaskClient, headers: dict[str, str], guide: str, block: str
) -> None:
    form = {"sku": "OIL-100", "quantity": "2", "guide": guide, "block": block, "next": "here"}
    answer = client.post("/cart/lines", data=form, headers=headers)
    if headers is PLAIN:
        place = "/guides/foot-bath" if guide == "foot-bath" else "/cart"
        assert (answer.status_code, answer.headers["Location"]) == (303, place)
    assert lines(sold) == [("OIL-100", 2)]
    kept = sold.ask(lambda: db.session.scalars(sa.select(cart.CartLine)).one())
    assert (kept.guide_slug, kept.block) == ("foot-bath" if guide == "foot-bath" else "", "")


@both_ways
@pytest.mark.parametrize("quantity", ["-1", "1000000000", "two", "", "1.5", "１", "--1"])
def test_a_line_keeps_its_quantity_when_the_new_one_makes_no_sense(
    shopper: FlaskClient, headers: dict[str, str], quantity: str
) -> None:
    answer = shopper.post("/cart/lines/OIL-100", data={"quantity": quantity}, headers=headers)
    refused(answer, 422, HOW_MANY_OR_NONE)
    refused(shopper.post("/cart/lines/OIL-100", headers=headers), 422, HOW_MANY_OR_NONE)


@both_ways
@pytest.mark.parametrize("sku", ["NO-SUCH", "oil-100", "%ff", "x" * 5000, "a%20b"])
def test_a_line_that_is_not_in_the_cart_cannot_be_changed(
    shopper: FlaskClient, headers: dict[str, str], sku: str
) -> None:
    answer = shopper.post(f"/cart/lines/{sku}", data={"quantity": "1"}, headers=headers)
    refused(answer, 422 if headers is SCRIPT else 404, NOT_SOLD)


@both_ways
def test_more_than_there_is_leaves_the_line_as_it_was(
    shopper: FlaskClient, headers: dict[str, str]
) -> None:
    answer = shopper.post("/cart/lines/OIL-100", data={"quantity": "11"}, headers=headers)
    refused(answer, 422, "Only 10 left.")


ODD_COOKIES = ["forged", "", "x" * 4000, "a b", "%00", "é", "1", "../../etc/passwd"]


@both_ways
@pytest.mark.parametrize("token", ODD_COOKIES, ids=lambda text: repr(text[:12]))
def test_a_cookie_that_opens_no_cart_shows_an_empty_one_and_changes_nobodys(
    shopper: FlaskClient, app: Flask, headers: dict[str, str], token: str
) -> None:
    stranger = app.test_client()
    stranger.set_cookie("shop_cart", token)
    page = stranger.get("/cart", headers=headers)
    assert (page.status_code, "Your cart is empty." in told(page.text)) == (200, True)
    answer = stranger.post("/cart/lines/OIL-100", data={"quantity": "0"}, headers=headers)
    refused(answer, 422, "Your cart could not be found; it may have been open for a long time.")
    answer = stranger.post("/checkout", data={"seen": "x"})
    refused(answer, 422, "There is nothing in your cart that can be ordered.")


@pytest.mark.parametrize("token", ODD_COOKIES, ids=lambda text: repr(text[:12]))
def test_whoever_adds_with_a_cookie_that_opens_no_cart_gets_a_fresh_one(
    sold: Shop, client: FlaskClient, token: str
) -> None:
    client.set_cookie("shop_cart", token)
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "2"})
    found = client.get_cookie("shop_cart")
    assert found is not None
    assert len(found.value) == 32
    assert lines(sold) == [("OIL-100", 2)]


def test_a_cart_cookie_of_another_shop_opens_nothing_here(
    shopper: FlaskClient, config: dict[str, object]
) -> None:
    token = shopper.get_cookie("shop_cart")
    assert token is not None
    forged = shopper.application.test_client()
    forged.set_cookie("shop_cart", hashlib.sha256(token.value.encode()).hexdigest())
    assert "Your cart is empty." in told(forged.get("/cart").text)


@pytest.mark.parametrize("seen", ["", "x", "0" * 10_000, "\N{SNOWMAN}"])
def test_an_order_that_nobody_has_seen_is_not_placed(shopper: FlaskClient, seen: str) -> None:
    changed = "Something has changed since you saw this. Please look at it once more."
    is_key = 0 < len(seen) < 80
    refused(shopper.post("/checkout", data={"seen": seen}), 422, changed if is_key else STALE)


def test_when_the_payment_page_cannot_be_opened_the_cart_stays_and_nothing_is_held(
    sold: Shop, client: FlaskClient
) -> None:
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"})
    answer = client.post("/checkout", data={"seen": seen_key(client.get("/cart").text)})
    refused(answer, 503, "Nothing was charged, and everything is as it was.")
    assert lines(sold) == [("OIL-100", 1)]
    assert sold.stock() == (10, 0)
    assert [order.state for order in sold.orders()] == ["expired"]


@pytest.mark.parametrize(
    "session_id", ["", "x", "cs_", "cs_\N{SNOWMAN}", "cs_" + "a" * 10_000, "%ff"]
)
def test_coming_back_from_a_payment_page_that_never_was_shows_no_order(
    shopper: FlaskClient, session_id: str
) -> None:
    refused(shopper.get(f"/checkout/return?session_id={session_id}"), 404, NO_ORDER)


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=0", f"page={10**30}", "page=two", "page=1.5", "page=１", "page=", "sort=x",
     "sort=", "category=nope", "in_stock=perhaps", "page=%ff", "a=b&a=c&=&&", "%ff=%ff",
     "q=" + "x" * 5000, "sort=price%27--", "page[]=1"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/products/", "/products/in/oil", "/products/oil-100"])
def test_a_query_string_that_makes_no_sense_shows_the_page_as_it_is(
    sold: Shop, client: FlaskClient, path: str, query: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert (answer.status_code, "Magnesium Oil" in told(answer.text)) == (200, True)
    assert query[:20] not in answer.text or query.startswith("page=1")


@pytest.mark.parametrize("path", ["/", "/products/", "/guides/", "/cart", "/orders/find", "/nope"])
def test_a_query_string_of_raw_bytes_leads_nowhere(
    sold: Shop, client: FlaskClient, path: str
) -> None:
    odd = {"QUERY_STRING": "page=\xff\xfe&\x01"}
    for _ in range(2):
        refused(client.get(path, environ_overrides=odd), 404, NO_PAGE)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/nope", NO_PAGE),
        ("/" + "x" * 10_000, NO_PAGE),
        ("/%ff%fe", NO_PAGE),
        ("/%00", NO_PAGE),
        ("/products/nope", "There is no product at this address."),
        ("/products/%ff", "There is no product at this address."),
        ("/products/" + "x" * 5000, "There is no product at this address."),
        ("/products/%00", NO_PAGE),
        ("/products/?page=%00", NO_PAGE),
        ("/checkout/return?session_id=cs_%00", NO_PAGE),
        ("/products/in/nope", "There is no shelf of this name in the shop."),
        ("/products/in/%00", NO_PAGE),
        ("/guides/nope", "There is no guide at this address."),
        ("/guides/%00", NO_PAGE),
        ("/guides/" + quote("ü" * 500), "There is no guide at this address."),
        ("/orders/nope", NO_ORDER),
        ("/orders/%00", NO_PAGE),
        ("/orders/" + "x" * 5000, NO_ORDER),
        ("/static/nope.css", NO_PAGE),
        ("/static/..%2f..%2fpyproject.toml", NO_PAGE),
        ("/static/%00", NO_PAGE),
        ("/media/nope.webp", NO_PAGE),
        ("/media/..%2fsecret_key", NO_PAGE),
        ("/media/%00", NO_PAGE),
    ],
)
def test_an_address_without_a_page_says_so(
    sold: Shop, client: FlaskClient, path: str, sentence: str
) -> None:
    answer = client.get(path)
    refused(answer, 404, sentence)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/cart/lines", {"POST", "OPTIONS"}),
        ("GET", "/cart/lines/OIL-100", {"POST", "OPTIONS"}),
        ("GET", "/checkout", {"POST", "OPTIONS"}),
        ("GET", "/webhooks/stripe", {"POST", "OPTIONS"}),
        ("GET", "/staff/sign-out", {"POST", "OPTIONS"}),
        ("POST", "/", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/products/oil-100", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/cart", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/orders/find", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("BREW", "/cart", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_refused_and_the_right_ones_are_named(
    shopper: FlaskClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = shopper.open(path, method=method)
    refused(answer, 405, NO_METHOD)
    assert set(answer.headers["Allow"].split(", ")) == allowed


def _form(number: str, email: str = "ida@example.org") -> dict[str, str]:
    return {"number": number, "email": email}


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Please give the number from your letter."),
        (_form(""), 422, "Please give the number from your letter."),
        (_form("1001", ""), 422, "Please give the address you paid with."),
        (_form("1" * 10_000), 422, "This is too long; please copy it from your letter."),
        (_form("1001", "x" * 10_000), 422, "This is too long; please copy it from your letter."),
        (_form("10\x0001"), 400, UNREADABLE),
        (_form("1001", "ida\0@example.org"), 400, UNREADABLE),
        *[
            (_form(number), 404, NO_ORDER)
            for number in ("1001", " #1001\u200e", "0", "999999999999", "9" * 20)
        ],
        *[
            (_form(number), 422, NO_NUMBER)
            for number in ("-1", "abc", "#", "Order 1001", "１００１", "١٠٠١", "1;DROP TABLE x",
                           "1e3", "1001\n2", "\N{SNOWMAN}")
        ],
        (_form(" "), 422, "Please give the number from your letter."),
        (_form("1001", " "), 422, "Please give the address you paid with."),
        *[(_form("1001", mail), 422, NO_EMAIL) for mail in ("%", "ida@", "@x", "i da@x", "a@b@c")],
        (_form("1001", "%@%"), 404, NO_ORDER),
    ],
)  # fmt: skip
def test_an_order_is_not_found_by_odd_details(
    client: FlaskClient, form: dict[str, str], status: int, sentence: str
) -> None:
    refused(client.post("/orders/find", data=form), status, sentence)


@pytest.mark.parametrize(
    ("form", "sentences"),
    [
        (
            {},
            ("Please give the number from your letter.", "Please give the address you paid with."),
        ),
        (_form("Order 1001", "ida@"), (NO_NUMBER, NO_EMAIL)),
    ],
)
def test_beside_each_field_that_leads_to_no_order_stands_what_is_wrong_with_it(
    client: FlaskClient, form: dict[str, str], sentences: tuple[str, str]
) -> None:
    page = client.post("/orders/find", data=form).text
    boxes = [re.findall(rf'<input [^>]*name="{name}"[^>]*>', page) for name in ("number", "email")]
    for name, (box,), sentence in zip(("number", "email"), boxes, sentences, strict=True):
        assert 'aria-invalid="true"' in box
        assert re.search(rf'aria-describedby="[^"]*\b{name}-error"', box)
        assert f'<p class="shop-field__error" id="{name}-error">{sentence}</p>' in page
    assert [("autofocus" in box) for (box,) in boxes] == [True, False]


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Please give your e-mail address."),
        ({"email": "ida@shop.example"}, 422, "Please give your password."),
        ({"email": "nobody@shop.example", "password": "x" * 20}, 401, "do not belong together"),
        ({"email": "ida@shop.example", "password": "' OR 1=1"}, 401, "do not belong together"),
        ({"email": "\N{SNOWMAN}", "password": "\N{SNOWMAN}"}, 401, "do not belong together"),
        ({"email": "x" * 10_000, "password": "x"}, 422, "This is too long to be yours"),
        ({"email": "ida@shop.example", "password": "x" * 10_000}, 422, "too long to be yours"),
        ({"email": "ida\0@shop.example", "password": "right-password"}, 400, UNREADABLE),
        ({"email": "ida@shop.example", "password": "right-password\0"}, 400, UNREADABLE),
    ],
)
def test_odd_details_sign_nobody_in(
    shop: Shop, client: FlaskClient, form: dict[str, str], status: int, sentence: str
) -> None:
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    refused(client.post("/staff/sign-in", data=form), status, sentence)
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"


@pytest.mark.parametrize("number", ["0", "1", str(2**31), str(10**30), "x", "-1", "%00", "1.5"])
@pytest.mark.parametrize("rest", ["", "/body"])
def test_staff_who_ask_for_a_letter_that_is_not_there_are_told_so(
    shop: Shop, client: FlaskClient, number: str, rest: str
) -> None:
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    form = {"email": "ida@shop.example", "password": "right-password"}
    assert client.post("/staff/sign-in", data=form).status_code == 303
    answer = client.get(f"/staff/letters/{number}{rest}")
    assert answer.status_code == 404
    assert "There is no" in told(answer.text)


@pytest.mark.parametrize(
    "session", ["x", "eyJhIjoxfQ.aaaaaa.bbbbbbbb", "x" * 4000, ".", "\N{SNOWMAN}"]
)
def test_a_forged_session_opens_no_back_office(client: FlaskClient, session: str) -> None:
    client.set_cookie("shop_session", session)
    assert client.get("/staff/").headers["Location"] == "/staff/sign-in"
    assert client.get("/cart").status_code == 200


def test_too_many_tries_are_refused_for_a_minute(
    config: dict[str, object], shop: Shop, start_shop: Starter
) -> None:
    app = start_shop(config | {"STOREFRONT_RATE_LIMITS": True})
    client = app.test_client()
    for path, form in (("/orders/find", _form("1")), ("/staff/sign-in", _sign_in())):
        answers = [client.post(path, data=form) for _ in range(11)]
        assert {answer.status_code for answer in answers[:10]} <= {401, 404}
        refused(answers[10], 429, "That was a little too often. Please wait a minute")


def _sign_in() -> dict[str, str]:
    return {"email": "nobody@shop.example", "password": "a guess"}


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "http://["},
    {"Origin": "null"},
    {"Origin": ""},
]
WRITES: list[tuple[str, dict[str, str]]] = [
    ("/cart/lines", {"sku": "OIL-100", "quantity": "1"}),
    ("/cart/lines/OIL-100", {"quantity": "0"}),
    ("/checkout", {"seen": "x"}),
    ("/orders/find", _form("1001")),
    ("/staff/sign-in", _sign_in()),
    ("/staff/sign-out", {}),
]


@both_ways
@pytest.mark.parametrize("origin", ELSEWHERE, ids=repr)
@pytest.mark.parametrize(("path", "form"), WRITES)
def test_a_form_from_another_site_is_not_acted_on(
    shopper: FlaskClient,
    headers: dict[str, str],
    path: str,
    form: dict[str, str],
    origin: dict[str, str],
) -> None:
    refused(shopper.post(path, data=form, headers=headers | origin), 403, FOREIGN)


@pytest.mark.parametrize(
    "origin",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}],
)
def test_a_form_from_our_own_page_is_acted_on(
    sold: Shop, client: FlaskClient, origin: dict[str, str]
) -> None:
    form = {"sku": "OIL-100", "quantity": "1"}
    assert client.post("/cart/lines", data=form, headers=origin).status_code == 303
    assert lines(sold) == [("OIL-100", 1)]


class TestTokens:
    """Private forms carry a token; without it nothing happens, and nothing is lost."""

    @pytest.fixture
    def config(self, config: dict[str, object]) -> dict[str, object]:
        return config | {"WTF_CSRF_ENABLED": True}

    @both_ways
    @pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "x" * 10_000}])
    def test_a_line_is_not_changed_without_one(
        self, shopper: FlaskClient, headers: dict[str, str], token: dict[str, str]
    ) -> None:
        form = {"quantity": "0", **token}
        refused(shopper.post("/cart/lines/OIL-100", data=form, headers=headers), 422, STALE)

    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("/checkout", {"seen": "x"}),
            ("/orders/find", _form("1001")),
            ("/staff/sign-in", _sign_in()),
        ],
    )
    def test_no_private_form_is_acted_on_without_one(
        self, shopper: FlaskClient, path: str, form: dict[str, str]
    ) -> None:
        for token in ({}, {"csrf_token": "IjAi.forged"}):
            refused(shopper.post(path, data={**form, **token}), 422, STALE)

    def test_what_was_typed_is_still_there_and_the_next_try_works(
        self, client: FlaskClient
    ) -> None:
        page = client.post("/orders/find", data=_form("1001")).text
        assert 'value="1001"' in page
        assert 'value="ida@example.org"' in page
        again = {**_form("1001"), "csrf_token": token_of(page)}
        refused(client.post("/orders/find", data=again), 404, NO_ORDER)

    def test_anothers_token_is_not_ones_own(self, shopper: FlaskClient, app: Flask) -> None:
        shopper.get("/cart")
        other = app.test_client()
        other.post("/cart/lines", data={"sku": "NO-SUCH", "quantity": "1"})
        form = {"number": "1", "email": "a@b.example"}
        form["csrf_token"] = token_of(other.get("/orders/find").text)
        refused(shopper.post("/orders/find", data=form), 422, STALE)

    def test_the_form_on_public_pages_needs_none(self, shopper: FlaskClient) -> None:
        answer = shopper.post("/cart/lines", data={"sku": "NO-SUCH", "quantity": "1"})
        refused(answer, 404, NOT_SOLD)


def token_of(page: str) -> str:
    """The token of a private form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no token"
    return found.group(1)


SECRET = "whsec_box_test"


def sign(body: bytes, *, secret: str = SECRET, at: float | None = None) -> str:
    """A signature as Stripe makes it."""
    stamp = int(time.time() if at is None else at)
    signed = f"{stamp}.".encode() + body
    return f"t={stamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def event(**changes: Any) -> bytes:
    """A notice that a payment page was paid."""
    found = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session"}},
    }
    return json.dumps({**found, **changes}).encode()


UNSIGNED = ["", "x", "t=", "t=,v1=", "t=abc,v1=def", "v1=", "t=1", ",,,", "=", "t=1,v1=\xe9",
            f"t={10**40},v1=0", "t=-1,v1=0", "x" * 8000]  # fmt: skip


@pytest.mark.parametrize("signature", UNSIGNED, ids=lambda text: repr(text[:12]))
@pytest.mark.parametrize("body", [event(), b"", b"[]", b"\xff\xfe", b"[" * 100_000, b"\0"])
def test_a_message_that_stripe_did_not_sign_is_refused(
    shopper: FlaskClient, shop: Shop, body: bytes, signature: str
) -> None:
    answer = shopper.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})
    assert (answer.status_code, answer.text) == (400, "This message is not signed by Stripe.")
    assert shop.count(payments.StripeEvent) == 0


@pytest.mark.parametrize(
    "signature",
    [
        sign(event(), secret="whsec_of_another_endpoint"),
        sign(event(), at=time.time() - 3600),
        sign(event(), at=time.time() + 3600),
        sign(event(id="evt_2")),
    ],
    ids=["another secret", "an hour old", "an hour ahead", "another body"],
)
def test_a_signature_that_is_old_or_of_something_else_is_refused(
    client: FlaskClient, shop: Shop, signature: str
) -> None:
    answer = client.post("/webhooks/stripe", data=event(), headers={"Stripe-Signature": signature})
    assert (answer.status_code, answer.text) == (400, "This message is not signed by Stripe.")
    assert shop.count(payments.StripeEvent) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"[1]", b'"x"', b"1", b"null", b"{}", b'{"id": 1}', event(data=None),
     event(data=[]), event(data="x"), event(data={}), event(data={"object": None}),
     event(data={"object": []}), event(object="v2.core.event")],
    ids=lambda body: body[-40:].decode(),
)  # fmt: skip
def test_a_signed_message_that_is_no_event_is_refused(
    client: FlaskClient, shop: Shop, body: bytes
) -> None:
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": sign(body)})
    assert (answer.status_code, answer.text) == (400, "This message is not signed by Stripe.")
    assert shop.count(payments.StripeEvent) == 0


@pytest.mark.parametrize("changes", [{"type": "customer.created"}, {"livemode": True}])
def test_an_event_that_is_not_ours_is_thanked_for_and_forgotten(
    client: FlaskClient, shop: Shop, changes: dict[str, Any]
) -> None:
    body = event(**changes)
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": sign(body)})
    assert (answer.status_code, answer.text) == (200, "not ours")
    assert shop.count(payments.StripeEvent) == 0
    assert shop.count(orders.Order) == 0
