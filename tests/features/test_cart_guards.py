"""What keeps a cart its owner's: nobody else's form, guess or haste changes it."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from limits import parse

from conftest import Starter
from storefront import cart
from storefront.cart import operations
from storefront.database import db
from support.offers import MARCH, offer
from support.shop import Shop
from support.shopper import told

FORMS = {
    "/cart/shared": {"goods": "SALT:1", "how": "in_place"},
    "/cart/undo": {},
    "/cart/choices": {"country": "IE"},
    "/cart/code": {"code": MARCH},
    "/cart/lines/OIL-100": {"quantity": "3"},
}
ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def shelf(shop: Shop) -> Shop:
    """Oil, salt and an offer."""
    shop.product()
    shop.product("SALT", price_cents=1000, name="Bath Salt")
    offer(shop)
    return shop


@pytest.fixture
def others(shelf: Shop) -> Iterator[FlaskClient]:
    """Somebody else, whose cart holds oil, and salt by a link that can be undone."""
    other = shelf.app.test_client()
    other.post("/cart/lines", data={"sku": "OIL-100", "quantity": 2})
    other.post("/cart/shared", data={"goods": "SALT:1", "how": "beside"})
    return other


def kept(shop: Shop, number: int) -> tuple[object, ...]:
    """All that is kept of a cart, with its lines."""
    box, line = cart.Cart, cart.CartLine
    own = sa.select(box.code, box.country, box.before).where(box.id == number)
    lines = sa.select(line.sku, line.quantity).where(line.cart_id == number).order_by(line.sku)
    return shop.ask(
        lambda: (
            *db.session.execute(own).one(),
            *(tuple(row) for row in db.session.execute(lines)),
        )
    )


def test_nothing_done_to_one_cart_reaches_another(
    client: FlaskClient, shelf: Shop, others: FlaskClient
) -> None:
    before = kept(shelf, 1)
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    assert kept(shelf, 2) == ("", "", "", ("OIL-100", 1))
    for path, form in FORMS.items():
        client.post(path, data=form)
        assert kept(shelf, 1) == before, path
    client.post("/cart/shared", data={"goods": "SALT:1", "how": "beside"})
    assert client.post("/cart/undo").status_code == 303
    assert kept(shelf, 1) == before
    assert kept(shelf, 2) == (MARCH, "IE", "", ("OIL-100", 3))


def drop_pages(shop: Shop) -> None:
    """Has every page made anew."""
    shop.app.extensions["storefront"].pages.stamp.bump()


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_site_changes_no_cart(
    shelf: Shop, others: FlaskClient, path: str
) -> None:
    before = kept(shelf, 1)
    assert others.post(path, data=FORMS[path], headers=ELSEWHERE).status_code == 403
    assert kept(shelf, 1) == before


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_the_token_of_its_page_changes_no_cart(
    shelf: Shop, others: FlaskClient, path: str
) -> None:
    before = kept(shelf, 1)
    shelf.app.config["WTF_CSRF_ENABLED"] = True
    answer = others.post(path, data=FORMS[path])
    assert answer.status_code == 422
    assert kept(shelf, 1) == before


@pytest.mark.parametrize("path", ["/cart/shared", "/cart/code"])
def test_who_guesses_codes_or_takes_links_without_end_has_to_wait(
    shelf: Shop, others: FlaskClient, path: str
) -> None:
    form = {"goods": "NO-SUCH:1", "how": "beside"} if path.endswith("shared") else {"code": "NO"}
    tries = [others.post(path, data=form).status_code for _ in range(20)]
    assert 429 not in tries[:19]
    before = kept(shelf, 1)
    answer = others.post(path, data=FORMS[path])
    assert answer.status_code == 429
    assert "a little too often" in told(answer.text)
    assert kept(shelf, 1) == before


def test_who_adds_without_end_has_to_wait(shelf: Shop, others: FlaskClient) -> None:
    state, added = shelf.app.extensions["storefront"], {"sku": "OIL-100", "quantity": 1}
    for _ in range(598):  # the first was that of the fixture
        state.limiter.hit(parse("600/minute"), state.name, "add to cart", "127.0.0.1")
    assert others.post("/cart/lines", data=added).status_code == 303
    before = kept(shelf, 1)
    assert others.post("/cart/lines", data=added).status_code == 429
    assert kept(shelf, 1) == before


def test_a_token_that_is_made_up_opens_no_cart_however_long(
    shelf: Shop, others: FlaskClient
) -> None:
    before = kept(shelf, 1)
    for token in ("1", "shop_cart", "' OR 1=1 --", "x" * 100, "x" * 4000, "ü"):
        guess = shelf.app.test_client()
        guess.set_cookie("shop_cart", token)
        page = guess.get("/cart")
        assert page.status_code == 200
        assert "Your cart is empty." in told(page.text)
        assert guess.post("/cart/undo").status_code == 422
    assert kept(shelf, 1) == before


def test_what_is_kept_of_a_cart_does_not_open_it(others: FlaskClient, shelf: Shop) -> None:
    """A backup in wrong hands is no bunch of keys."""
    kept_token = shelf.ask(lambda: db.session.scalars(sa.select(cart.Cart.token_hash)).one())
    thief = shelf.app.test_client()
    thief.set_cookie("shop_cart", kept_token)
    assert "Your cart is empty." in told(thief.get("/cart").text)
    assert thief.post("/cart/undo").status_code == 422


@pytest.mark.parametrize(
    ("address", "is_secure"), [("http://127.0.0.1", False), ("https://shop.example", True)]
)
def test_no_script_and_no_other_site_gets_at_the_key_to_a_cart(
    config: dict[str, object], start_shop: Starter, address: str, is_secure: bool
) -> None:
    client = start_shop(config | {"STOREFRONT_PUBLIC_URL": address}).test_client()
    client.post("/cart/shared", data={"goods": "SALT:1", "how": "beside"})
    key, hint = client.get_cookie("shop_cart"), client.get_cookie("shop_cart_hint")
    assert key
    assert hint
    assert (key.http_only, key.same_site, key.secure) == (True, "Lax", is_secure)
    assert (hint.value, hint.same_site, hint.secure) == ("1", "Lax", is_secure)


def test_no_form_of_the_cart_leads_to_another_site(client: FlaskClient, shelf: Shop) -> None:
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    away = {"next": "//evil.example", "url": "https://evil.example", "return": "//evil.example"}
    for path, form in {"/cart/lines": {"sku": "OIL-100", "quantity": "1"}, **FORMS}.items():
        answer = client.post(f"{path}?next=//evil.example", data={**form, **away})
        assert "evil" not in answer.headers.get("Location", ""), path
        assert "evil" not in answer.text


@pytest.mark.parametrize("quantity", ["-1", "-99", "100", "99999999999999999999", "1e3", "٣", ""])
def test_no_quantity_makes_a_cart_pay_out(client: FlaskClient, shelf: Shop, quantity: str) -> None:
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    for path, sku in (("/cart/lines", "SALT"), ("/cart/lines/OIL-100", "OIL-100")):
        answer = client.post(path, data={"sku": sku, "quantity": quantity})
        assert answer.status_code == 422, path
    assert kept(shelf, 1) == ("", "", "", ("OIL-100", 1))


def test_no_cart_takes_more_articles_than_a_payment_page(
    client: FlaskClient, shelf: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_LINES", 1)
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    answer = client.post("/cart/lines", data={"sku": "SALT", "quantity": 1})
    assert answer.status_code == 422
    assert "A cart takes at most 1 different articles." in told(answer.text)
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    assert kept(shelf, 1) == ("", "", "", ("OIL-100", 2))


def test_no_cart_takes_more_of_an_article_than_a_parcel(client: FlaskClient, shelf: Shop) -> None:
    shelf.product("MANY", stock=500)
    answer = client.post("/cart/lines", data={"sku": "MANY", "quantity": 100})
    assert "a whole number from 1 to 99" in told(answer.text)
    for status in (303, 422):
        answer = client.post("/cart/lines", data={"sku": "MANY", "quantity": 60})
        assert answer.status_code == status
    assert "One parcel takes at most 99 of one article." in told(answer.text)
    assert kept(shelf, 1) == ("", "", "", ("MANY", 60))


def test_what_is_typed_into_a_form_of_the_cart_never_becomes_markup(
    client: FlaskClient, shelf: Shop
) -> None:
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    bad = '"><script>alert(1)</script>'
    for path, field in (("/cart/shared", "goods"), ("/cart/code", "code"), ("/cart/code", "email")):
        form = {"how": "beside", "code": MARCH} | {field: bad}
        answer = client.post(path, data=form)
        assert answer.status_code == 422, (path, field)
        assert "<script>alert" not in answer.text
    assert "<script>alert" not in client.get("/cart/shared", query_string={"goods": bad}).text


def test_a_page_for_everybody_holds_nothing_of_a_cart(
    others: FlaskClient, shelf: Shop, client: FlaskClient
) -> None:
    for path in ("/", "/products/", "/products/oil-100", "/search?q=oil"):
        theirs = others.get(path)
        drop_pages(shelf)  # else mine would be theirs once more, whatever it says of them
        assert theirs.data == client.get(path).data, path
        assert "Set-Cookie" not in theirs.headers
    for path in ("/cart", "/cart/fragment", "/cart/shared?goods=SALT:1"):
        assert "no-store" in others.get(path).headers["Cache-Control"], path
