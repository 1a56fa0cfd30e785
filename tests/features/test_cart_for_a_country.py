"""The cart's whole price for the country that a shopper chooses, which is the one that is taken."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from conftest import Live, Starter
from storefront import cart
from storefront.database import db
from support.offers import offer
from support.shop import Shop, seen_key
from support.shopper import Shopper, told


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {
        "STOREFRONT_RATE_LIMITS": False,
        "STOREFRONT_COUNTRIES": "AT,DE,FR,IE",
        "STOREFRONT_DELIVERY_CENTS_TO": "IE=890",
        "STOREFRONT_TAX_RATES": "standard=19,FR.standard=20,IE.standard=23",
    }


def goes_to(client: FlaskClient, country: str) -> str:
    """What the cart says after a country was chosen."""
    return told(client.post("/cart/choices", data={"country": country}, follow_redirects=True).text)


@pytest.fixture
def oil(client: FlaskClient, shop: Shop) -> FlaskClient:
    """A visitor with an oil at 12.90 in the cart."""
    shop.product()
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    return client


def test_each_country_has_its_delivery_and_its_tax(oil: FlaskClient) -> None:
    usual = "Standard delivery €4.90 Total €17.80 VAT included €2.84"
    assert usual in told(oil.get("/cart").text)
    assert usual in goes_to(oil, "DE")
    assert "Standard delivery €4.90 Total €17.80 VAT included €2.97" in goes_to(oil, "FR")
    assert "Standard delivery €8.90 Total €21.80 VAT included €4.08" in goes_to(oil, "IE")
    assert '<option value="IE" selected>Ireland</option>' in oil.get("/cart").text


def test_it_is_remembered_in_the_cart_and_in_no_cookie(oil: FlaskClient, shop: Shop) -> None:
    answer = oil.post("/cart/choices", data={"country": "IE"})
    assert (answer.status_code, answer.headers.get("Set-Cookie")) == (303, None)
    oil.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    assert "Standard delivery €8.90" in told(oil.get("/cart").text)
    assert shop.ask(lambda: db.session.scalar(sa.select(cart.Cart.country))) == "IE"


@pytest.mark.parametrize("country", ["US", cart.ELSEWHERE])
def test_where_we_do_not_send_we_say_so_and_take_no_order(
    oil: FlaskClient, shop: Shop, country: str
) -> None:
    seen = seen_key(oil.get("/cart").text)
    page = goes_to(oil, country)
    said = "We do not deliver there yet. We send parcels to Austria, Germany, France and Ireland."
    assert said in page
    assert "Order with obligation to pay" not in page
    assert "Total" not in page
    answer = oil.post("/checkout", data={"seen": seen})
    assert (answer.status_code, shop.orders()) == (422, [])
    assert said in told(answer.text)
    assert shop.stock() == (10, 0)


@pytest.mark.parametrize("country", ["EU", "de", "ABC", "<b>", "D" * 5000])
def test_what_is_no_country_is_refused(oil: FlaskClient, shop: Shop, country: str) -> None:
    answer = oil.post("/cart/choices", data={"country": country})
    assert answer.status_code == 422
    assert "Please choose a country from the list." in told(answer.text)
    assert shop.ask(lambda: db.session.scalar(sa.select(cart.Cart.country))) == ""


def test_without_a_cart_nothing_is_made(client: FlaskClient, shop: Shop) -> None:
    assert client.post("/cart/choices", data={"country": "DE"}).status_code == 422
    assert shop.count(cart.Cart) == 0


def test_who_presses_at_once_sees_the_other_price_first(oil: FlaskClient, shop: Shop) -> None:
    """Without a script: Ireland is chosen and the button pressed below the price of the others."""
    form = {"seen": seen_key(oil.get("/cart").text), "country": "IE"}
    answer = oil.post("/checkout", data=form)
    assert answer.status_code == 422
    assert "Something has changed since you saw this." in told(answer.text)
    assert "Total €21.80" in told(answer.text)
    assert shop.orders() == []


def test_the_payment_page_takes_the_countries_that_cost_the_same(live: Live) -> None:
    live.shop.product()
    for country, taken in (("", ["AT", "DE"]), ("DE", ["AT", "DE"]), ("IE", ["IE"])):
        shopper = Shopper(live.url)
        shopper.add()
        shopper.web.post(f"{live.url}/cart/choices", data={"country": country})
        page = live.box.control.session(shopper.session_id())
        assert page["shipping_address_collection"]["allowed_countries"] == taken
    assert [order.vat_cents for order in live.shop.orders()] == [284, 284, 408]


def test_another_country_closes_the_page_for_the_first(live: Live) -> None:
    """Also where it costs the same: France has other taxes than Germany."""
    live.shop.product()
    shopper = Shopper(live.url)
    shopper.add()
    first = shopper.session_id()
    shopper.web.post(f"{live.url}/cart/choices", data={"country": "FR"})
    assert shopper.session_id() != first
    assert live.box.control.session(first)["status"] == "expired"


def test_a_code_for_other_countries_does_not_count(oil: FlaskClient, shop: Shop) -> None:
    offer(shop, countries="FR IE")
    oil.post("/cart/code", data={"code": "MARCH"})
    page = goes_to(oil, "DE")
    assert "This code counts for parcels to France, Ireland only." in page
    assert "Total €17.80" in page
    page = goes_to(oil, "FR")
    assert "With this code we deliver to France only." in page
    assert "Ten off (MARCH) −€1.29 Total €16.51" in page


def test_where_every_country_has_a_price_of_its_own_one_must_be_chosen(
    config: dict[str, object], start_shop: Starter
) -> None:
    app = start_shop(config | {"STOREFRONT_DELIVERY_CENTS_TO": "AT=500,DE=600,FR=700,IE=800"})
    Shop(app).product()
    client = app.test_client()
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    page = told(client.get("/cart").text)
    assert "Please choose the country that your parcel goes to." in page
    assert "Order with obligation to pay" not in page
    assert "Total €18.90" in goes_to(client, "DE")


def test_goods_total_and_country_stand_directly_above_the_last_button(oil: FlaskClient) -> None:
    """Directive 2011/83/EU Art. 8(2): what it is, the whole price, and then these words only."""
    page = told(oil.get("/cart").text)
    last = "VAT included €2.84 Order with obligation to pay"
    assert last in page
    assert page.index("Delivery to") < page.index(last) < page.index("Add a promotion code")
    goods = page.index("1 × Magnesium Oil, 100 ml", page.index("Delivery to"))
    assert page.index("each · €129.00 / l") < goods < page.index(last)


def test_machines_and_people_are_told_each_delivery_price(client: FlaskClient, shop: Shop) -> None:
    shop.product()
    page = client.get("/products/oil-100").text
    assert "Delivery €4.90 (Ireland €8.90), free from €49.00." in told(page)
    assert '"addressCountry":"IE"' in page.replace(" ", "")
    feed = client.get("/feeds/google.xml").text
    found = re.findall(r"<g:country>(\w\w)</g:country>.*?<g:price>([\d.]+) EUR", feed)
    assert dict(found) == {"AT": "4.90", "DE": "4.90", "FR": "4.90", "IE": "8.90"}
