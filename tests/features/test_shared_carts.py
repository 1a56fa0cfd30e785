"""A cart as a link: what it says, what it never does by itself, and how it is undone."""

import html
import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from storefront import cart, catalog
from storefront.database import db
from support.shop import Shop
from support.shopper import told


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_RATE_LIMITS": False}


@pytest.fixture
def shelf(shop: Shop) -> Shop:
    """Oil at 12.90, salt at 10.00 of which there are three, and cream that is sold out."""
    shop.product()
    shop.product("SALT", price_cents=1000, stock=3, name="Bath Salt")
    shop.product("CREAM", stock=0, name="Foot Cream")
    return shop


def add(client: FlaskClient, sku: str, quantity: int = 1, **more: str) -> None:
    client.post("/cart/lines", data={"sku": sku, "quantity": quantity, **more})


def shown(client: FlaskClient, goods: str) -> str:
    """What a link says when it is opened."""
    return told(client.get(f"/cart/shared?goods={quote(goods)}").text)


def take(client: FlaskClient, goods: str, how: str = "beside") -> str:
    """The cart after a link was taken."""
    form = {"goods": goods, "how": how}
    return told(client.post("/cart/shared", data=form, follow_redirects=True).text)


def held(shop: Shop) -> list[tuple[str, int, str]]:
    """SKU, units and guide of all lines of all carts."""
    line = cart.CartLine
    query = sa.select(line.sku, line.quantity, line.guide_slug).order_by(line.cart_id, line.id)
    return shop.ask(lambda: [tuple(row) for row in db.session.execute(query)])


def test_the_cart_gives_a_link_that_shows_the_same_lines_to_others(
    client: FlaskClient, shelf: Shop
) -> None:
    add(client, "OIL-100", 2)
    add(client, "SALT")
    page = html.unescape(client.get("/cart").text)
    found = re.search(r'id="cart-link" value="([^"]+)"', page)
    assert found
    assert found[1] == "http://127.0.0.1/cart/shared?goods=OIL-100:2,SALT:1"
    other = shelf.app.test_client()
    page = told(other.get(found[1]).text)
    assert "Nothing of this is in your cart yet." in page
    assert "Magnesium Oil 2 × 100 ml · €129.00 / l per litre €25.80" in page
    assert "Goods, VAT included €35.80" in page
    assert "Put into my cart" in page


def test_looking_changes_nothing(client: FlaskClient, shelf: Shop) -> None:
    answer = client.get("/cart/shared?goods=OIL-100:2")
    assert "shop_cart=" not in str(answer.headers.getlist("Set-Cookie"))
    assert (shelf.count(cart.Cart), held(shelf)) == (0, [])
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/cart/undo").status_code == 405


def test_it_goes_into_an_empty_cart_and_out_again(client: FlaskClient, shelf: Shop) -> None:
    page = take(client, "OIL-100:2,SALT:1")
    assert "What the link held is in your cart, as far as we have it. Undo" in page
    assert held(shelf) == [("OIL-100", 2, ""), ("SALT", 1, "")]
    assert "Your cart is empty." in told(client.post("/cart/undo", follow_redirects=True).text)


def test_it_goes_beside_what_is_there_and_the_guide_of_that_stays(
    client: FlaskClient, shelf: Shop
) -> None:
    add(client, "OIL-100", 1, guide="feet", block="top")
    assert "Add to what is in my cart Put in place of my cart" in shown(client, "OIL-100:2,SALT:1")
    take(client, "OIL-100:2,SALT:1")
    assert held(shelf) == [("OIL-100", 3, "feet"), ("SALT", 1, "")]
    client.post("/cart/undo")
    assert held(shelf) == [("OIL-100", 1, "feet")]


def test_it_goes_in_place_only_when_asked_and_that_is_undone(
    client: FlaskClient, shelf: Shop
) -> None:
    add(client, "OIL-100", 1, guide="feet", block="top")
    take(client, "SALT:2", how="in_place")
    assert held(shelf) == [("SALT", 2, "")]
    client.post("/cart/undo")
    assert held(shelf) == [("OIL-100", 1, "feet")]
    assert "€12.90" in told(client.get("/cart").text)


def test_what_is_not_said_clearly_replaces_nothing(client: FlaskClient, shelf: Shop) -> None:
    add(client, "OIL-100")
    take(client, "SALT:1", how="overwrite")
    assert held(shelf) == [("OIL-100", 1, ""), ("SALT", 1, "")]


def test_after_another_change_there_is_nothing_to_undo(client: FlaskClient, shelf: Shop) -> None:
    take(client, "SALT:2")
    add(client, "OIL-100")
    assert "What the link held" not in told(client.get("/cart").text)
    answer = client.post("/cart/undo")
    assert "there is nothing to undo" in told(answer.text)
    assert (answer.status_code, held(shelf)) == (422, [("SALT", 2, ""), ("OIL-100", 1, "")])


def test_undone_twice_is_undone_once(client: FlaskClient, shelf: Shop) -> None:
    add(client, "OIL-100")
    take(client, "SALT:2", how="in_place")
    assert [client.post("/cart/undo").status_code for _ in range(2)] == [303, 422]
    assert held(shelf) == [("OIL-100", 1, "")]


def test_what_cannot_be_had_is_told_and_stays_out(client: FlaskClient, shelf: Shop) -> None:
    shelf.product("OLD", name="Old Oil")
    shelf.do(lambda: db.session.execute(
        sa.update(catalog.Product).where(catalog.Product.slug == "old").values(state="archived")
    ))  # fmt: skip
    goods = "SALT:5,CREAM:1,OLD:1,NO-SUCH:1"
    page = shown(client, goods)
    assert (
        "Bath Salt 5 × 100 ml · €100.00 / l per litre Only 3 left, so it would be 3 of 5. €30.00"
        in page
    )
    assert (
        "Foot Cream 1 × 100 ml · €129.00 / l per litre Sold out at the moment, so it stays out."
        in page
    )
    for sku in ("OLD", "NO-SUCH"):
        assert f"{sku} We do not sell this, or not any more, so it stays out." in page
    assert "Old Oil" not in page
    take(client, goods)
    assert held(shelf) == [("SALT", 3, "")]


def test_where_nothing_can_be_had_there_is_nothing_to_press(
    client: FlaskClient, shelf: Shop
) -> None:
    page = shown(client, "CREAM:1")
    assert "Nothing of this can be had at the moment." in page
    assert "Put into my cart" not in page


def test_beside_the_same_article_no_more_goes_in_than_there_is(
    client: FlaskClient, shelf: Shop
) -> None:
    add(client, "SALT", 2)
    take(client, "SALT:3")
    assert held(shelf) == [("SALT", 3, "")]
    shelf.product("MANY", stock=500)
    add(client, "MANY", 60)
    take(client, "MANY:60")
    assert held(shelf)[1:] == [("MANY", 99, "")]


@pytest.mark.parametrize(
    "goods",
    [
        "", ",", "OIL-100", "OIL-100:", "OIL-100:0", "OIL-100:100", "OIL-100:-1", "OIL-100:1.5",
        "OIL-100:２", "OIL-100:1,", "<b>:1", "OIL 100:1", "../x:1", "-X:1", "A" * 65 + ":1",
        ",".join(f"S{n}:1" for n in range(81)), ",".join(["OIL-100:1"] * 81), "OIL-100:1" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_link_of_ours_is_refused_in_a_sentence(
    client: FlaskClient, shelf: Shop, goods: str
) -> None:
    said = "This link is not whole, so we cannot tell what it holds."
    answer = client.get("/cart/shared", query_string={"goods": goods})
    assert (answer.status_code, said in told(answer.text)) == (422, True)
    answer = client.post("/cart/shared", data={"goods": goods, "how": "in_place"})
    assert (answer.status_code, said in told(answer.text)) == (422, True)
    assert shelf.count(cart.Cart) == 0


def test_a_link_names_no_guide_code_or_country(client: FlaskClient, shelf: Shop) -> None:
    add(client, "OIL-100", 1, guide="feet", block="top")
    client.post("/cart/choices", data={"country": "IE"})
    found = re.search(r'id="cart-link" value="([^"]+)"', client.get("/cart").text)
    assert found
    assert found[1].endswith("/cart/shared?goods=OIL-100:1")
    other = shelf.app.test_client()
    other.post("/cart/shared?guide=feet", data={"goods": "OIL-100:1", "guide": "feet"})
    assert held(shelf)[1:] == [("OIL-100", 1, "")]


def test_the_fullest_cart_of_the_longest_skus_fits_into_a_link() -> None:
    goods = ",".join(f"{n:02}{'S' * 62}:99" for n in range(80))
    assert len(cart.read_link(goods)) == 80
